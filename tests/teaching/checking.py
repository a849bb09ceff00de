"""What the tests of each lesson's exercises share."""

from course_utils import check
from course_utils.teaching.exercises import EXERCISES


def exercises_of(lesson):
    """The exercises of one lesson ("02") by their id."""
    return {id: exercise for id, exercise in EXERCISES.items() if id.startswith(f"{lesson}-")}


def stub(*arguments):
    """The answer that every exercise starts with."""
    # YOUR CODE HERE
    raise NotImplementedError()


def told(capsys, exercise_id, answer):
    """The one line that `check` prints about an answer."""
    capsys.readouterr()
    assert check(exercise_id, answer) is None
    output = capsys.readouterr()
    assert output.err == ""
    assert output.out.count("\n") == 1
    return output.out.strip()
