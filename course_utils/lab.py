"""JupyterLab on the learner's own copies of the lessons.

The course's notebooks stay as they came: a clone stays clean, and an installed package is not
written to. A copy that the learner has changed is never written over.
"""

import importlib.util
import json
import sys
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import atomic_path, disk_errors_explained, sha256_of
from course_utils.paths import PROJECT_FOLDER, learners_folder

#: Beside the copies: of each the SHA-256 it had when it was made.
_RECORD = ".lessons.json"

#: Defaults for JupyterLab, which a learner's own settings overrule: no question about news over
#: the lesson, no look for updates. Both would ask the network.
_SETTINGS = Path(__file__).parent / "jupyterlab_settings"


def bring_lessons(folder: Path, notebooks: Path = PROJECT_FOLDER / "notebooks") -> list[Path]:
    """Put the lessons into a learner's folder, or renew those that the learner has not changed.

    Parameters
    ----------
    folder : pathlib.Path
        Created if missing.
    notebooks : pathlib.Path
        The course's own notebooks.

    Returns
    -------
    list of pathlib.Path
        The copies, in the order of the lessons. A copy that was changed by the learner stays as
        it is; where the course has a newer lesson of that name, a printed line says so.

    Raises
    ------
    CourseError
        If the course has no notebooks, or the folder cannot be written.
    """
    originals = sorted(notebooks.glob("*.ipynb"))
    if not originals:
        raise CourseError(
            f"There are no notebooks in {notebooks}: install the course again, or in a clone run "
            "`make notebooks`, which builds them."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(
            f"The folder {folder} for your copies of the lessons cannot be created "
            f"({error.strerror}): name another with `lab --folder FOLDER` or COURSE_LESSONS."
        ) from error
    with disk_errors_explained(folder / _RECORD):
        made = _read_record(folder)
        for original in originals:
            copy, text = folder / original.name, _for_this_kernel(original)
            known = made.get(copy.name, {})
            source = sha256_of(original)
            if copy.exists() and sha256_of(copy) != known.get("copy"):
                if source != known.get("original"):
                    print(
                        f"{copy} has your changes and stays. The course has a newer version of "
                        "it: rename yours, and the next start brings that."
                    )
                continue
            if copy.exists() and source == known.get("original"):
                continue
            with atomic_path(copy) as temporary:
                temporary.write_text(text, encoding="utf-8")
            made[copy.name] = {"original": source, "copy": sha256_of(copy)}
        with atomic_path(folder / _RECORD) as temporary:
            temporary.write_text(json.dumps(made, indent=1), encoding="utf-8")
    return [folder / original.name for original in originals]


def _read_record(folder: Path) -> dict:
    try:
        return dict(json.loads((folder / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}  # then every copy counts as changed, and is kept


def _for_this_kernel(notebook: Path) -> str:
    """The notebook's text with what this machine's kernel says of itself.

    JupyterLab writes that into a notebook that it opens. With it there beforehand, a lesson that
    was only looked at is not marked as changed.
    """
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelspec import get_kernel_dict

    content = json.loads(notebook.read_text(encoding="utf-8"))
    content["metadata"]["language_info"] = dict(IPythonKernel.language_info)
    content["metadata"]["kernelspec"]["display_name"] = get_kernel_dict()["display_name"]
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def start(options: list[str], folder: Path | None = None) -> int | None:
    """Open JupyterLab on the first lesson; returns when it has ended.

    Parameters
    ----------
    options : list of str
        JupyterLab's own.
    folder : pathlib.Path, optional
        Of the learner's copies; by default `course_utils.paths.learners_folder()`.

    Raises
    ------
    CourseError
        If JupyterLab is not installed, or the lessons cannot be copied.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise CourseError(
            f"JupyterLab is not installed beside {sys.executable}: run `make lab`, which builds "
            "an environment that has it."
        )
    folder = learners_folder() if folder is None else folder.expanduser().absolute()
    lessons = bring_lessons(folder)
    print(f"Your copies of the lessons are in {folder}.", flush=True)
    from jupyterlab.labapp import main as start_jupyterlab

    return start_jupyterlab([str(lessons[0]), f"--LabApp.app_settings_dir={_SETTINGS}", *options])
