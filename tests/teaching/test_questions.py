"""`predict`, `outcome` and `answer`, in words."""

import asked
import pytest
from asked import COMPILE, PREDICTION, RIVAL

from course_utils import CourseError, answer, outcome, predict, quiz
from course_utils.teaching import progress


@pytest.fixture(autouse=True)
def lesson(tmp_path, monkeypatch):
    asked.use(tmp_path, monkeypatch)


def told(capsys):
    return capsys.readouterr().out.splitlines()


MEASURED = {
    "probe": "Measured: The probe. The features carry over.",
    "scratch": "Measured: The network from scratch. The source is too far away.",
    "no-difference": "Measured: Neither is ahead. The seeds can't tell them apart.",
}


@pytest.mark.parametrize("key", MEASURED)
def test_without_a_prediction_the_measurement_stands_alone(capsys, key):
    outcome(PREDICTION, key)
    assert told(capsys) == [MEASURED[key]]


@pytest.mark.parametrize("key", MEASURED)
@pytest.mark.parametrize("letter, predicted", list(zip("abc", MEASURED, strict=True)))
def test_a_prediction_is_met_by_what_came_true(capsys, letter, predicted, key):
    feedback = {
        "probe": "The probe. Features help only as far as the source resembles the target.",
        "scratch": "The network from scratch. With few labels it fits their accidents.",
        "no-difference": "Neither is ahead. The seeds agree on which is ahead.",
    }[predicted]
    assert predict(PREDICTION, letter) is None
    text = feedback.split(". ")[0]
    (kept,) = told(capsys)
    assert kept == f"Kept: {letter}) {text}. Run the cells below; they measure it."
    outcome(PREDICTION, key)
    first, last = told(capsys)
    assert first == f"You predicted: {text}. It came true." or key != predicted
    assert first == f"You predicted: {feedback}" or key == predicted
    assert last == MEASURED[key]


def test_a_prediction_may_change_until_it_is_measured(capsys):
    predict(PREDICTION, "a")
    predict(PREDICTION, "B")
    assert progress.predictions() == {PREDICTION: "scratch"}
    outcome(PREDICTION, "probe")
    told(capsys)
    predict(PREDICTION, "a")
    assert progress.predictions() == {PREDICTION: "scratch"}
    first, *rest = told(capsys)
    assert "measured already, so your prediction stays as it was" in first
    assert rest[0].startswith("You predicted: The network from scratch.")
    predict(PREDICTION, "b")
    assert told(capsys)[0] == "This has been measured already."


def test_a_prediction_that_comes_late_is_answered_at_once(capsys):
    outcome(PREDICTION, "probe")
    told(capsys)
    predict(PREDICTION, "a")
    assert told(capsys) == [
        "This has been measured already.",
        "You predicted: The probe. It came true.",
        MEASURED["probe"],
    ]
    assert progress.predictions() == {PREDICTION: "probe"}


def test_asked_anew_a_prediction_is_open_again(capsys):
    predict(PREDICTION, "a")
    outcome(PREDICTION, "scratch")
    panel = predict(PREDICTION)
    assert panel.choices.value == "a"
    predict(PREDICTION, "b")
    assert progress.predictions() == {PREDICTION: "scratch"}


def test_outcomes_and_answers_are_recorded(capsys):
    predict(PREDICTION, "a")
    outcome(PREDICTION, "scratch")
    for letter in "acb":
        answer(COMPILE, letter)
    kept = progress.read_progress()
    assert kept["predictions"][PREDICTION]["measured"] == "scratch"
    assert kept["questions"][COMPILE] == {"choices": ["a", "c", "b"], "right_at": 3}


def test_a_prediction_of_another_edition_is_passed_over(capsys):
    progress.record_prediction(PREDICTION, "nobody")
    assert predict(PREDICTION).choices.value is None
    outcome(PREDICTION, "probe")
    assert told(capsys) == [MEASURED["probe"]]


@pytest.mark.parametrize(
    "question, letter, expected",
    [
        (COMPILE, "a", "Not yet. Training goes on as it was compiled."),
        (COMPILE, "B", "Right. What is trainable is noted at that moment."),
        (RIVAL, "a", "Right. What is saved depends on the rival."),
        (RIVAL, " c ", "Not yet. Epochs cost time, not labels."),
    ],
)
def test_an_answer_gets_its_own_feedback(capsys, question, letter, expected):
    answer(question, letter)
    assert told(capsys) == [expected]


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda: predict("90-prob-or-scratch"), "did you mean '90-probe-or-scratch'"),
        (lambda: outcome("91-probe-or-scratch", "probe"), "no prediction '91-.* did you mean '90-"),
        (lambda: answer("90-quiz-rivals", "a"), "no question '90-.* did you mean '90-quiz-rival'"),
        (lambda: answer("?", "a"), f"there are {COMPILE}, {RIVAL}"),
        (lambda: predict(90), "no prediction 90"),
        (
            lambda: outcome(PREDICTION, "prob"),
            "the outcome 'prob' is unknown: did you mean 'probe'",
        ),
        (
            lambda: outcome(PREDICTION, True),
            "the outcome True is unknown: there are probe, scratch, no-dif",
        ),
        (lambda: predict(PREDICTION, "d"), "no choice 'd': its choices are a, b, c"),
        (lambda: answer(RIVAL, 1), "no choice 1: its choices are a, b, c"),
        (lambda: quiz("91"), r"lesson '91': .*\(90\)"),
        (lambda: quiz(90), "lesson 90: write the number .* in quotes"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(ask, message):
    with pytest.raises(CourseError, match=message):
        ask()


def test_a_fault_in_one_lesson_stops_no_other(tmp_path, capsys):
    asked.write(tmp_path, "89", "[[predictions")
    outcome(PREDICTION, "probe")
    assert told(capsys) == [MEASURED["probe"]]


def test_a_lesson_may_have_no_quiz(tmp_path, monkeypatch):
    asked.use(tmp_path, monkeypatch, asked.LESSON.split("[[questions]]")[0])
    with pytest.raises(CourseError, match="no quiz yet"):
        quiz("90")
