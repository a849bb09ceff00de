"""`check`, `hint` and `solution` survive whatever a learner hands them."""

import dataclasses
import subprocess
import sys
import threading
import warnings

import pytest

from course_utils import CourseError, check, hint, solution
from course_utils.teaching import checks
from course_utils.teaching.exercises import load_exercise
from course_utils.teaching.mistake import Mistake, Recogniser

BREAK_EVEN = "02-break-even"


@pytest.fixture
def impatient(monkeypatch):
    """Let the exercise wait for a fifth of a second only; gives a function to change more of it."""

    def change(**changes):
        exercise = dataclasses.replace(load_exercise(BREAK_EVEN), seconds=0.2, **changes)
        monkeypatch.setattr(checks, "load_exercise", lambda id: exercise)

    change()
    return change


def told(capsys, answer):
    check(BREAK_EVEN, answer)
    return capsys.readouterr().out.strip()


def test_an_exception_is_told_with_its_input_and_line(capsys):
    def answer(pretraining_cost, scratch_cost, transfer_cost):
        return pretraining_cost / (scratch_cost - transfer_cost)

    message = told(capsys, answer)
    assert message.startswith("Not yet: it is math.inf where transfer costs no less than scratch, ")
    assert "for pretraining_cost = 10, scratch_cost = 3, transfer_cost = 3: " in message
    assert "it raised ZeroDivisionError" in message
    assert "return pretraining_cost / (scratch_cost - transfer_cost)." in message


def test_a_learners_own_assertion_is_an_exception_too(capsys):
    def answer(*costs):
        assert costs == "nothing", "of the kind"

    assert "it raised AssertionError (of the kind" in told(capsys, answer)


def test_not_implemented_somewhere_deeper_is_an_error(capsys):
    class Library:
        exec("def call(self):\n    raise NotImplementedError('not on this machine')")

    def answer(*costs):
        Library().call()

    assert "it raised NotImplementedError (not on this machine)" in told(capsys, answer)


def test_an_endless_loop_ends(capsys, impatient):
    def answer(*costs):
        while True:
            pass

    threads = threading.active_count()
    assert "still running after 0.2 seconds" in told(capsys, answer)
    assert threading.active_count() == threads


def test_an_endless_loop_that_catches_everything_ends_too(capsys, impatient):
    caught = []

    def answer(*costs):
        while len(caught) < 3:
            try:
                while True:
                    pass
            except BaseException as error:
                caught.append(error)

    threads = threading.active_count()
    assert "still running after 0.2 seconds" in told(capsys, answer)
    assert len(caught) == 3
    assert threading.active_count() == threads


def test_an_answer_that_is_endless_for_a_mistakes_inputs_is_waited_for_once(capsys, impatient):
    tried = []

    def endless(answer, *_):
        tried.append(answer)
        while True:
            pass

    impatient(mistakes=[Mistake(Recogniser(endless), "?", name) for name in ("first", "second")])
    assert told(capsys, lambda *costs: 7).count("\n") == 0
    assert len(tried) == 1


def test_input_is_refused_rather_than_waited_for(capsys):
    asked = input
    assert "it raised RuntimeError (an answer gets all it needs as arguments" in told(
        capsys, lambda *costs: float(input("How much? "))
    )
    assert input is asked


def test_recursion_without_end_is_told(capsys):
    def answer(*costs):
        return answer(*costs)

    assert "it raised RecursionError" in told(capsys, answer)


def test_an_answer_that_checks_itself_is_told(capsys):
    def answer(*costs):
        check(BREAK_EVEN, answer)
        return 7

    threads = threading.active_count()
    assert "it raised RuntimeError (check stands within the function that" in told(capsys, answer)
    assert threading.active_count() == threads


def test_leaving_python_is_no_way_to_pass(capsys):
    assert "it raised SystemExit" in told(capsys, lambda *costs: sys.exit(0))


def test_prints_and_warnings_do_not_reach_the_notebook(capsys):
    def answer(*costs):
        print("a line for every call")
        print("and one for errors", file=sys.stderr)
        warnings.warn("a warning", stacklevel=1)
        return None

    check(BREAK_EVEN, answer)
    output = capsys.readouterr()
    assert "expected inf, got None." in output.out
    assert "line for every" not in output.out and output.err == ""


@pytest.mark.parametrize("answer", [21, None, [1, 2]])
def test_a_value_in_place_of_the_function_is_told(capsys, answer):
    name = type(answer).__name__
    assert told(capsys, answer).startswith(
        f"Not yet: break_even_tasks should be a function, got {name}; "
    )


def test_the_wrong_number_of_arguments_is_told(capsys):
    assert "it raised TypeError" in told(capsys, lambda costs: 1)


def test_the_same_answer_is_told_the_same(capsys):
    def answer(*costs):
        return 7

    assert told(capsys, answer) == told(capsys, answer)


@pytest.mark.parametrize("ask", [lambda id: check(id, 1), hint, solution])
def test_an_unknown_exercise_suggests_the_nearest(ask):
    with pytest.raises(CourseError, match=r"no exercise '02-brake-even': did you mean '02-break-"):
        ask("02-brake-even")
    with pytest.raises(CourseError, match=r"there are 00-accuracy, .*, 02-freeze, 02-flatten"):
        ask("?")
    with pytest.raises(CourseError, match="no exercise 2"):
        ask(2)


def test_hints_come_one_at_a_time_and_end(capsys, monkeypatch):
    monkeypatch.setattr(checks, "_hints_shown", {})
    lines = []
    for _ in range(5):
        hint(BREAK_EVEN)
        lines.append(capsys.readouterr().out.strip())
    assert [line[:12] for line in lines[:3]] == ["Hint 1 of 3:", "Hint 2 of 3:", "Hint 3 of 3:"]
    assert "For example, break_even_tasks(100, 10, 3) gives 15." in lines[0]
    assert len(set(lines[:3])) == 3
    assert lines[3] == lines[4]
    assert 'solution("02-break-even")' in lines[3]


def test_importing_teaching_and_listing_exercises_is_light():
    code = (
        "import sys, course_utils.teaching\n"
        "from course_utils.teaching.exercises import exercise_ids\n"
        "assert '02-freeze' in exercise_ids()\n"
        "print([m for m in ('tensorflow', 'keras', 'torch', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
