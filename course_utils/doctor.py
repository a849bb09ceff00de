"""`python -m course_utils doctor`: a line for each thing that could spoil a class.

It must work where little else does, so this module needs nothing but Python itself to be
imported; what else a check uses, it imports inside. TensorFlow and torch are tried in
processes of their own, since a crash in one of them would take the doctor along.
"""

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from course_utils import files, paths
from course_utils.errors import CourseError

DISTRIBUTION = "transfer-learning-measured"
OLDEST_PYTHON = (3, 11)
MEMORY_BYTES_NEEDED = 3e9
DISK_BYTES_NEEDED = 1e9
FRAMEWORK_SECONDS = 120

MEND_ENVIRONMENT = "run `make lab` (with conda: `conda env update -f environment.yml`)"


class Check(NamedTuple):
    """One thing looked at: its name, whether it is well, and what was found or what to do."""

    name: str
    ok: bool
    detail: str

    def line(self) -> str:
        """The check as one printed line, `OK   name: …` or `FAIL name: …`."""
        return f"{'OK' if self.ok else 'FAIL':<4} {self.name}: {' '.join(self.detail.split())}"


def check_python() -> Check:
    """Python is recent enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, OLDEST_PYTHON))
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Check("Python", False, f"{found} is too old: install Python {oldest} or later.")
    return Check("Python", True, f"{found} at {sys.executable}")


def check_memory() -> Check:
    """Enough memory is free for a lesson, within the limit of a container if there is one."""
    import psutil

    available = min(psutil.virtual_memory().available, container_memory_left())
    found = f"{available / 1e9:.1f} GB available"
    if available < MEMORY_BYTES_NEEDED:
        needed = f"{MEMORY_BYTES_NEEDED / 1e9:.0f} GB"
        advice = "close other programs and notebooks (in JupyterLab: Kernel, Shut Down All)"
        return Check("memory", False, f"{found}, a lesson may need {needed}: {advice}.")
    return Check("memory", True, found)


def container_memory_left(root: str | Path = "/sys/fs/cgroup") -> float:
    """Bytes of memory left within a Linux container's limit; infinite where there is none.

    Parameters
    ----------
    root : str or path
        Where the limits are shown (control groups, version 2 or 1).

    Returns
    -------
    float
        The limit, less what is used; files that are only kept in memory to be read again
        faster do not count as used.
    """
    root = Path(root)
    for folder, limit, used in (
        (root, "memory.max", "memory.current"),
        (root / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
    ):
        try:
            # Without a limit, version 2 says "max" and version 1 a huge number.
            left = int((folder / limit).read_text()) - int((folder / used).read_text())
            statistics = (folder / "memory.stat").read_text()
        except (OSError, ValueError):
            continue
        reusable = re.search(r"^inactive_file (\d+)$", statistics, re.MULTILINE)
        return float(left + (int(reusable[1]) if reusable else 0))
    return float("inf")


def check_disk() -> Check:
    """Enough disk space is free where the cache lives."""
    folder = paths.cache_folder()
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free at {folder}"
    if free < DISK_BYTES_NEEDED:
        advice = (
            "free some space (`python -m course_utils cache --clear` empties the course's own "
            "cache), or set the environment variable COURSE_CACHE to a folder on another disk"
        )
        return Check("disk", False, f"only {found}: {advice}.")
    return Check("disk", True, found)


def check_cache() -> Check:
    """A file can be written to the cache, read back and removed."""
    path = paths.cache_folder() / "doctor.txt"
    with files.atomic_path(path) as temporary:
        temporary.write_text("written by the doctor", encoding="utf-8")
    found = path.read_text(encoding="utf-8")
    path.unlink()
    if found != "written by the doctor":
        advice = "set the environment variable COURSE_CACHE to a folder on another disk"
        return Check("cache", False, f"{path.parent} does not keep what is written: {advice}.")
    return Check("cache", True, f"{path.parent} can be written to")


def check_course() -> Check:
    """The course's own package is installed, so that notebooks find it."""
    try:
        found = importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return Check("course_utils", False, f"is not installed: {MEND_ENVIRONMENT}.")
    return Check("course_utils", True, f"{found} at {Path(__file__).parent}")


def required_packages() -> list[str]:
    """The packages that the course runs on, with their ranges.

    Returns
    -------
    list of str
        Requirements such as `"numpy>=2.0"`: those of the checkout's pyproject.toml (which
        is ahead of the installed record after an update), or else of the installed package.

    Raises
    ------
    CourseError
        If neither is there.
    """
    project_file = paths.PROJECT_FOLDER / "pyproject.toml"
    if project_file.is_file():
        content = tomllib.loads(project_file.read_text(encoding="utf-8"))
        return content["project"]["dependencies"]
    try:
        recorded = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        raise CourseError(
            "the list of required packages is not there: run this in the course's folder."
        ) from None
    return [text for text in recorded if not re.search(r";.*\bextra\b", text)]


def check_package(requirement: str) -> Check:
    """A package is installed in a version that the course can use.

    Parameters
    ----------
    requirement : str
        Name and range, for example `"numpy>=2.0"`.
    """
    name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Check(name, False, f"is not installed: {MEND_ENVIRONMENT}.")
    if found is None:
        return Check(name, False, f"its installation is damaged: {MEND_ENVIRONMENT}.")
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return Check(name, True, f"{found} (range not checked, since packaging is missing)")
    wanted = Requirement(requirement).specifier
    if not wanted.contains(found, prereleases=True):
        return Check(name, False, f"{found} is outside {wanted}: {MEND_ENVIRONMENT}.")
    return Check(name, True, found)


def check_torchvision() -> Check:
    """torchvision is absent or works: a broken one breaks transformers with it."""
    if importlib.util.find_spec("torchvision") is None:
        return Check("torchvision", True, "not installed, and not needed")
    problem = run_python("import torchvision")
    if problem:
        advice = "the course does not need it: remove it with `python -m pip uninstall torchvision`"
        return Check("torchvision", False, f"cannot be imported ({problem}): {advice}.")
    return Check("torchvision", True, "works")


def check_frameworks(first: str, second: str) -> Check:
    """TensorFlow and torch do a sum each in one process, imported in this order.

    Parameters
    ----------
    first, second : str
        `"tensorflow"` and `"torch"`, or the other way round.
    """
    name = f"{first} then {second}"
    problem = run_python(
        f"import {first}, {second}\n"
        "assert float(tensorflow.reduce_sum(tensorflow.ones(4))) == 4\n"
        "assert float(torch.ones(4).sum()) == 4\n"
    )
    if problem:
        advice = "make the environment again (remove the folder .venv, then `make lab`)"
        return Check(name, False, f"cannot be used in one process ({problem}): {advice}.")
    return Check(name, True, "work in one process")


def run_python(code: str, seconds: float = FRAMEWORK_SECONDS) -> str:
    """Run code in a Python process of its own.

    Parameters
    ----------
    code : str
        Python code.
    seconds : float
        Time limit.

    Returns
    -------
    str
        What went wrong: the last line of the traceback, or how the process ended. Empty if
        all went well.
    """
    try:
        ended = subprocess.run(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {seconds:.0f} s"
    if ended.returncode == 0:
        return ""
    if ended.returncode < 0:
        return f"it crashed, signal {-ended.returncode}"
    last_lines = ended.stderr.strip().splitlines()
    return last_lines[-1] if last_lines else f"it crashed, exit status {ended.returncode}"


def check_weights() -> Check:
    """The pretrained weights that come with the course are there, unchanged."""
    from course_utils import bases

    bases.verify_shipped_weights()
    return Check("weights", True, "the shipped ResNet50 is intact")


def check_shipped_sets() -> Check:
    """The sets of images that come with the course are there, unchanged."""
    from course_utils.datasets import shipped

    return Check("images", True, f"{shipped.verify_shipped_sets()} shipped archives are intact")


def check_bfloat16() -> Check:
    """Whether the processor is fast in bfloat16; both answers are well."""
    from course_utils import bases

    if bases.bfloat16_is_fast():
        return Check("bfloat16", True, "this processor is fast in it")
    return Check("bfloat16", True, "this processor is not fast in it; all works without")


def planned_checks() -> list[tuple[str, Callable]]:
    """Every check in the order of the report.

    Returns
    -------
    list of (str, callable)
        The name to show should the check itself fail, and a function without parameters
        that returns a `Check`.
    """
    try:
        packages = [(text, partial(check_package, text)) for text in required_packages()]
    except CourseError:
        # Asked again when its turn comes, where its sentence becomes a line of the report.
        packages = [("packages", required_packages)]
    orders = [("tensorflow", "torch"), ("torch", "tensorflow")]
    return [
        ("Python", check_python),
        ("memory", check_memory),
        ("disk", check_disk),
        ("cache", check_cache),
        ("course_utils", check_course),
        *packages,
        ("torchvision", check_torchvision),
        *((" then ".join(order), partial(check_frameworks, *order)) for order in orders),
        ("weights", check_weights),
        ("images", check_shipped_sets),
        ("bfloat16", check_bfloat16),
    ]


def carry_out(name: str, check: Callable[[], Check]) -> Check:
    """Run one check; whatever it raises becomes a `Check` that failed."""
    try:
        return check()
    except CourseError as error:
        return Check(name, False, str(error))
    except ImportError as error:
        return Check(name, False, f"cannot be looked at ({error}): {MEND_ENVIRONMENT}.")
    except Exception as error:
        # The doctor has to finish its round, whatever the state of what it looks at.
        return Check(name, False, f"cannot be looked at ({type(error).__name__}: {error}).")


def findings() -> Iterator[Check]:
    """Run every check, one after the other.

    Yields
    ------
    Check
        As soon as it is known.
    """
    for name, check in planned_checks():
        yield carry_out(name, check)


def examine() -> int:
    """Print the line of every check as soon as it is known.

    Returns
    -------
    int
        Exit status: 0 if all is well, otherwise 1.
    """
    well = True
    for finding in findings():
        print(finding.line(), flush=True)
        well = well and finding.ok
    return 0 if well else 1
