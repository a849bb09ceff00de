"""Do pyproject.toml, environment.yml and requirements.lock say the same? Functions of texts.

They take the files' texts rather than the files, so that the tests can show on a broken copy
that each of them bites.
"""

import ast
import itertools
import json
import re
import sys
import tomllib

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

#: What conda-forge calls a package, where pip's name for it differs.
CONDA_NAMES = {
    "huggingface-hub": "huggingface_hub",
    "matplotlib": "matplotlib-base",
    "torch": "pytorch",
}

#: What a package is called in pyproject.toml, where its import name differs.
PACKAGE_NAMES = {
    "IPython": "ipython",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "colour": "colour-science",
    "huggingface_hub": "huggingface-hub",
    "importlinter": "import-linter",
    "pytest_timeout": "pytest-timeout",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}

# Strict on purpose: of all that conda accepts (builds, channels, "or"), the file needs only
# `name`, `name=1.2` and comma-separated comparisons.
CONDA_SPEC = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9_.-]*)(?P<range>=[\d.]+|(?:[<>]=?|[!=]=)[\d.]+(?:,(?:[<>]=?|!=)[\d.]+)*)?"
)


def parse_conda_spec(text):
    """Name and range of a conda spec.

    Parameters
    ----------
    text : str
        For example `"numpy>=2.0"`, `"python=3.11"` or `"pip"`.

    Returns
    -------
    name : str
    range : packaging.specifiers.SpecifierSet
        conda's `=3.11` means any 3.11, which Python's notation writes `==3.11.*`.

    Raises
    ------
    ValueError
        If the text is none of the forms above.
    """
    found = CONDA_SPEC.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a conda spec of the forms name, name=1.2, name>=1,<2")
    bounds = found["range"] or ""
    if re.match(r"=\d", bounds):
        bounds = f"={bounds}.*"
    return found["name"], SpecifierSet(bounds)


def project_requirements(project_text):
    """Requirements of pyproject.toml: runtime ones, then those of its extras and the build.

    Returns
    -------
    runtime, development : dict of str to packaging.specifiers.SpecifierSet
    """
    content = tomllib.loads(project_text)
    development = [
        *itertools.chain(*content["project"]["optional-dependencies"].values()),
        *content["build-system"]["requires"],
    ]
    return _ranges(content["project"]["dependencies"]), _ranges(development)


def environment_requirements(environment_text):
    """Requirements of environment.yml: those for conda, and those it leaves to pip.

    Returns
    -------
    conda, pip : dict of str to packaging.specifiers.SpecifierSet

    Raises
    ------
    ValueError
        If a conda spec cannot be read.
    """
    dependencies = yaml.safe_load(environment_text)["dependencies"]
    conda = dict(parse_conda_spec(spec) for spec in dependencies if isinstance(spec, str))
    for_pip = [line for group in dependencies if isinstance(group, dict) for line in group["pip"]]
    return conda, _ranges(line for line in for_pip if not line.startswith("-e"))


def locked_versions(lock_text):
    """Versions of requirements.lock.

    Returns
    -------
    dict of str to packaging.version.Version

    Raises
    ------
    ValueError
        If a line is not `name==version`, names one build of a version (`2.13.0+cpu`), or is
        out of order.
    """
    lines = [line for line in lock_text.splitlines() if line and not line.startswith("#")]
    for line in lines:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*==[\w.!]+", line):
            raise ValueError(f"requirements.lock: {line!r} is not name==version")
    if lines != sorted(set(lines)):
        raise ValueError("requirements.lock: its lines are not in order; run `make lock`")
    return {name: Version(version) for name, version in (line.split("==") for line in lines)}


def _ranges(requirements):
    parsed = [Requirement(text) for text in requirements]
    return {requirement.name: requirement.specifier for requirement in parsed}


def disagreements(project_text, environment_text, lock_text):
    """What the three files do not agree on.

    Parameters
    ----------
    project_text, environment_text, lock_text : str
        Texts of pyproject.toml, environment.yml and requirements.lock.

    Returns
    -------
    list of str
        A sentence for each disagreement; empty if there is none.
    """
    try:
        locked = locked_versions(lock_text)
        conda, pip = environment_requirements(environment_text)
    except ValueError as error:
        return [str(error)]
    runtime, development = project_requirements(project_text)
    return [
        *_against_lock({**runtime, **development}, locked),
        *_against_environment(runtime, conda, pip),
        *_environment_itself(project_text, environment_text, conda),
    ]


def _against_lock(requirements, locked):
    """What pyproject.toml asks for and the lock file lacks or has in another version."""
    for name, bounds in requirements.items():
        if name not in locked:
            yield f"requirements.lock lacks {name}"
        elif not bounds.contains(locked[name]):
            yield f"requirements.lock has {name} {locked[name]}, pyproject.toml asks for {bounds}"


def _against_environment(runtime, conda, pip):
    """Packages missing from environment.yml, in excess there, or in another range.

    Ranges have to be the same, so that environment.yml admits the locked version if
    pyproject.toml does.
    """
    for name, bounds in runtime.items():
        found = pip.get(name, conda.get(CONDA_NAMES.get(name, name)))
        if found is None:
            yield f"environment.yml lacks {name}"
        elif found != bounds:
            yield f"environment.yml has {name}{found}, pyproject.toml {name}{bounds}"
    known = {CONDA_NAMES.get(name, name) for name in runtime} | {"python", "pip"}
    for name in [*(set(conda) - known), *(set(pip) - set(runtime))]:
        yield f"environment.yml has {name}, which pyproject.toml does not ask for"


def _environment_itself(project_text, environment_text, conda):
    """Wrong channels, or a Python that pyproject.toml does not admit."""
    if yaml.safe_load(environment_text)["channels"] != ["conda-forge"]:
        yield "environment.yml uses channels other than conda-forge alone"
    admitted = SpecifierSet(tomllib.loads(project_text)["project"]["requires-python"])
    series = str(conda.get("python", "")).removeprefix("==").removesuffix(".*")
    if not series or not admitted.contains(f"{series}.99"):
        yield f"environment.yml's Python ({series or 'any'}) is not within {admitted}"


def imported_packages(code):
    """Top-level names that Python code imports, anywhere in it.

    Parameters
    ----------
    code : str
        Python code; lines that begin with `%` or `!` (Jupyter's own) are left out.
    """
    plain = "\n".join(
        line for line in code.splitlines() if not line.lstrip().startswith(("%", "!"))
    )
    tree = compile(plain, "code", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def code_of(path):
    """The code of a Python file, or of a notebook's code cells, one after another."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def undeclared_imports(paths, declared):
    """Imports of packages that pyproject.toml does not name.

    Parameters
    ----------
    paths : iterable of pathlib.Path
        Python files and notebooks; they may import each other.
    declared : collection of str
        Names of packages, as pyproject.toml has them.

    Returns
    -------
    list of str
        A sentence for each file and package.
    """
    paths = list(paths)
    own = {"course_utils", *(path.stem for path in paths), *(path.parent.name for path in paths)}
    found = []
    for path in paths:
        for name in sorted(imported_packages(code_of(path)) - own - sys.stdlib_module_names):
            if PACKAGE_NAMES.get(name, name) not in declared:
                found.append(f"{path.name} imports {name}, which pyproject.toml does not name")
    return found
