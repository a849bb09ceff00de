"""A lesson's text names an exercise in an empty cell, and its notebook has all of it."""

import re

import pytest

from course_utils.errors import CourseError
from course_utils.lesson_folders import lesson_folders
from course_utils.teaching.exercises import exercise_ids, load_exercise
from making.authoring.lessons import read_lesson, without_solutions

TEXT = """\
# %% [markdown]
# ## Exercises

# %% exercise="02-break-even"

# %% exercise="02-flatten-weights"

# %% [markdown]
# ## Further reading
"""


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "text.py"
        path.write_text(text, encoding="utf-8")
        return read_lesson(path)

    return read


def test_an_exercise_is_written_out(read):
    first, code, check, statement, _, second_check, rest = read(TEXT).cells
    break_even, flatten = map(load_exercise, ("02-break-even", "02-flatten-weights"))
    assert first.source == f"## Exercises\n\n{break_even.statement}"
    assert statement.source == flatten.statement
    assert statement.source.startswith("### 2. The price of flattening\n\nHow many weights")
    assert code.metadata == {"exercise": "02-break-even"}
    assert check.metadata == second_check.metadata == {"tags": ["exercise-check"]}
    assert "### BEGIN SOLUTION" in code.source
    assert check.source == (
        'from course_utils import check\n\ncheck("02-break-even", break_even_tasks)'
    )
    assert second_check.source == 'check("02-flatten-weights", head_weights)'
    assert rest.source == "## Further reading"


def test_a_learners_cell_has_a_stub(read):
    code = without_solutions(read(TEXT)).cells[1].source
    assert code.endswith(
        '    """The first number of tasks at which transfer costs less in total."""\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )


def test_an_exercise_that_stands_in_the_text_stays(read):
    code = "def mine():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    (cell,) = read(f'# %% exercise="90-mine"\n{code}\n').cells
    assert cell.source == code


def test_an_unknown_exercise_is_told(read):
    with pytest.raises(CourseError, match="no exercise '02-brake-even': did you mean '02-break-"):
        read('# %% exercise="02-brake-even"\n')


def test_every_exercise_is_in_its_lessons_text_and_in_that_order():
    named = [
        id
        for lesson in lesson_folders()
        if lesson.is_written
        for id in re.findall(
            r'^# %% exercise="(.+)"$', lesson.text.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert tuple(named) == exercise_ids()
