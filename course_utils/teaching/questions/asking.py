"""`predict`, `outcome`, `quiz` and `answer`: what a lesson and its learner call."""

from typing import Any

from course_utils.errors import CourseError
from course_utils.teaching import progress
from course_utils.teaching.questions import lookup, words
from course_utils.teaching.questions.entries import Choice, Question
from course_utils.validation import one_of, require

#: What came true of each prediction since it was last asked, in this kernel: by id, the key.
_measured: dict[str, str] = {}


def predict(question_id: str, choice: str | None = None) -> Any:
    """Ask for a prediction before the cells below measure what comes true.

    Parameters
    ----------
    question_id : str
        As the lesson has it: `"02-probe-or-scratch"`.
    choice : str, optional
        The letter of a choice, which is kept and told in a line: for places without widgets.

    Returns
    -------
    PredictionPanel or None
        A widget; as the last line of a cell it shows itself. Where none can be shown, the
        question stands in for it. None if a choice was given.

    Raises
    ------
    CourseError
        If there is no such prediction (the nearest one is suggested) or no such choice.
    """
    question = lookup.find("predictions", question_id)
    if choice is not None:
        print(keep(question, question.choice(choice)))
        return None
    from course_utils.teaching.questions.panels import PredictionPanel

    # Asked anew, on other data for one, it may be answered anew.
    _measured.pop(question.id, None)
    chosen = question.by_key().get(progress.predictions().get(question.id) or "")
    return PredictionPanel(question, keep, chosen)


def keep(question: Question, choice: Choice) -> str:
    """Keep a prediction, unless what came true of an earlier one has been told.

    Returns what to tell: whoever predicts after the cell that measures has run is told at once.
    """
    predicted = progress.predictions().get(question.id)
    true = _measured.get(question.id)
    if true is None:
        progress.record_prediction(question.id, choice.key)
        return words.kept(choice)
    if predicted not in question.by_key():
        predicted = choice.key
        progress.record_prediction(question.id, predicted)
    stays = ", so your prediction stays as it was" if predicted != choice.key else ""
    lines = words.outcome_lines(question, true, predicted)
    return "\n".join([f"This has been measured already{stays}.", *lines])


def outcome(question_id: str, key: str) -> None:
    """Print what came true of a prediction, and what the learner had predicted.

    Parameters
    ----------
    question_id : str
    key : str
        Of the choice that came true, computed from what was measured.

    Raises
    ------
    CourseError
        If there is no such prediction or no such key (the nearest one is suggested).
    """
    question = lookup.find("predictions", question_id)
    key = str(key) if isinstance(key, str) else key  # NumPy has strings of its own
    one_of(key, f"{question.id!r}: the outcome", question.by_key())
    predicted = progress.predictions().get(question.id)
    print("\n".join(words.outcome_lines(question, key, predicted)))
    _measured[question.id] = key
    progress.record_outcome(question.id, key)


def quiz(lesson: str) -> Any:
    """Ask the questions of a lesson, each with feedback on every choice.

    Parameters
    ----------
    lesson : str
        Its number: `"02"`.

    Returns
    -------
    QuizPanel
        A widget; as the last line of a cell it shows itself. Where none can be shown, the
        questions stand in for it.

    Raises
    ------
    CourseError
        If the lesson has no questions.
    """
    questions = list(lookup.questions_of(lesson).questions.values())
    require(len(questions) > 0, f"Lesson {lesson!r} has predictions, and no quiz yet.")
    from course_utils.teaching.questions.panels import QuizPanel

    return QuizPanel(questions, judge, _first_tries())


def answer(question_id: str, choice: str) -> None:
    """Answer a question of a quiz by a choice's letter; prints the feedback on it.

    Parameters
    ----------
    question_id : str
        As the quiz has it: `"02-quiz-frozen-moves"`.
    choice : str
        A letter: `"b"`.

    Raises
    ------
    CourseError
        If there is no such question (the nearest one is suggested) or no such choice.
    """
    question = lookup.find("questions", question_id)
    print(judge(question, question.choice(choice)))


def judge(question: Question, choice: Choice) -> str:
    """Record an answer of a quiz; returns what to tell about it."""
    progress.record_answer(question.id, choice.letter, choice.right)
    return words.verdict(choice)


def _first_tries() -> dict[str, bool]:
    """For each question answered before, whether the first try was right."""
    try:
        answered = progress.read_progress()["questions"]
    except CourseError:
        return {}
    return {id: entry.get("right_at") == 1 for id, entry in answered.items()}
