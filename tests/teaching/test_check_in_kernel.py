"""Whatever an answer does, the notebook's kernel lives on and the next check is as good as ever."""

import nbformat
import pytest
from nbclient import NotebookClient

PREPARE = """
import dataclasses
from course_utils import check
from course_utils.teaching import checks
quick = dataclasses.replace(checks.load_exercise("00-accuracy"), seconds=0.5)
checks.load_exercise = lambda id: quick
remembered = 21
"""
ANSWERS = {
    "endless": ("def answer(answers, labels):\n    while True:\n        pass", "still running"),
    "asleep": (
        "import time\ndef answer(answers, labels):\n    time.sleep(5)",
        "still running after 0.5 seconds",
    ),
    "exit": ("def answer(answers, labels):\n    exit()", "it raised SystemExit"),
    "deep": ("def answer(answers, labels):\n    return answer(answers, labels)", "RecursionError"),
    "asks": ("def answer(answers, labels):\n    return input('?')", "cannot ask for input"),
    "interrupts": (
        "def answer(answers, labels):\n    raise KeyboardInterrupt",
        "it raised KeyboardInterrupt",
    ),
    "talks": (
        "def answer(answers, labels):\n    print('word ' * 100_000)\n    return 1.0",
        "Not yet: ",
    ),
    "shows": (
        "def answer(answers, labels):\n    display('a picture')\n    return 1.0",
        "Not yet: ",
    ),
    "hoards": (
        "def answer(answers, labels):\n    kept = []\n    while True:\n        kept.append(1)",
        "still running",
    ),
    "mutates": (
        "def answer(answers, labels):\n    labels[:] = answers\n    return 1.0",
        "one of them changed in place",
    ),
    "checks itself": (
        "def answer(answers, labels):\n    check('00-accuracy', answer)",
        "check stands within the function that it checks",
    ),
    "a value": ("answer = 0.5", "should be a function, got float"),
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What each cell of one notebook printed; all cells ran in one kernel, one after another."""
    cells = [PREPARE]
    for code, _ in ANSWERS.values():
        cells += [code, 'check("00-accuracy", answer)']
    cells += ['check("00-accuracy", lambda a, y: (a == y).mean())', "print(2 * remembered)"]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells]
    )
    client = NotebookClient(notebook, timeout=60, kernel_name="python3")
    folder = tmp_path_factory.mktemp("kernel")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROGRESS", str(folder / "progress.json"))
        client.execute()
    return ["".join(map(_shown, cell.outputs)) for cell in notebook.cells]


def _shown(output):
    return output.get("text") or output["data"]["text/plain"]


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_told_and_nothing_else(outputs, name):
    said = outputs[2 + 2 * list(ANSWERS).index(name)]
    assert said.startswith("Not yet: ")
    assert ANSWERS[name][1] in said
    assert len(said) < 800


def test_the_kernel_still_works_and_remembers(outputs):
    assert outputs[-2].startswith("Passed: ")
    assert outputs[-1] == "42\n"
