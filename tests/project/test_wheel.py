"""A built wheel holds the whole course: tried outside the clone, with nothing else of it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

PROJECT_FOLDER = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Runs a Python that has the wheel, in a folder elsewhere; gives what it printed."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    build = [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", folder]
    subprocess.run([*build, PROJECT_FOLDER], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", *offline, "--target", folder / "site", wheel], check=True)
    environment = os.environ | {
        "PYTHONPATH": str(folder / "site"),
        "HOME": str(folder),
        "COURSE_CACHE": str(folder / "cache"),
    }
    environment.pop("COURSE_LESSONS", None)

    def run(*arguments, start=subprocess.run, **options):
        return start(
            [sys.executable, *arguments], cwd=folder, env=environment, text=True, **options
        )

    run.folder = folder
    return run


def printed(installed, code):
    ended = installed("-c", code, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_it_is_the_wheel_that_runs(installed):
    place = printed(installed, "import course_utils; print(course_utils.__file__)")
    assert place.startswith(str(installed.folder))


def test_data_weights_and_exercises_are_there(installed):
    code = (
        "from course_utils import check, doctor, hint, load_dataset\n"
        "print(load_dataset('objects', size=32).train.inputs.shape[1:])\n"
        "looks = doctor.check_course, doctor.check_weights, doctor.check_shipped_sets\n"
        "print([look().ok for look in looks])\n"
        "check('02-break-even', lambda p, s, t: 0)\n"
        "hint('02-break-even')\n"
    )
    first, second, third, *_, last = printed(installed, code).splitlines()
    assert first == "(32, 32, 3)" and second == "[True, True, True]"
    assert third.startswith("Not yet") and last.startswith("Hint 1 of")


def test_lab_copies_the_lessons_and_serves_them(installed):
    log = installed.folder / "lab.log"
    with log.open("w") as file:
        lab = installed(
            *("-m", "course_utils", "lab", "--no-browser", "--allow-root"),
            *("--ServerApp.port=0", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=x"),
            start=subprocess.Popen,
            stdout=file,
            stderr=file,
        )
    try:
        address = _address(log, lab)
        listed = requests.get(f"{address}api/contents?token=x", timeout=30).json()["content"]
        settings = requests.get(f"{address}lab/api/settings?token=x", timeout=30).json()
    finally:
        lab.terminate()
        lab.wait(timeout=60)
    own = sorted(path.name for path in (installed.folder / "transfer-learning-measured").glob("*"))
    course = sorted(path.name for path in (PROJECT_FOLDER / "notebooks").glob("*.ipynb"))
    assert sorted(each["name"] for each in listed) == [n for n in own if n[0] != "."] == course
    (news,) = [s for s in settings["settings"] if s["id"].endswith("extension:notification")]
    assert news["schema"]["properties"]["fetchNews"]["default"] == "false"


def _address(log, lab, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end and lab.poll() is None:
        for word in log.read_text().split():
            if word.startswith("http://127.0.0.1:"):
                return word.partition("lab?")[0].partition("lab/")[0]
        time.sleep(0.2)
    raise AssertionError(log.read_text()[-2000:])
