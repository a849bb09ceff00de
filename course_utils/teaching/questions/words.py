"""A question in words: as plain text, and as a page that needs no script."""

import html
import re
from collections.abc import Iterable

from course_utils.teaching.questions.entries import Choice, Question


def sentence(text: str) -> str:
    """A text with a full stop, unless it ends with a mark of its own."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def lettered(choice: Choice) -> str:
    """A choice as it is shown everywhere: "a) a network from scratch"."""
    return f"{choice.letter}) {choice.text}"


def marked_up(text: str) -> str:
    """Text as HTML: what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def feedback_markup(line: str) -> str:
    """A line of feedback as HTML: the words that it leads with stand out."""
    lead = r"^(Right|Not yet|Kept|You predicted|Measured)([.:])"
    return re.sub(lead, r"<strong>\1\2</strong>", marked_up(line))


def verdict(choice: Choice) -> str:
    """What is told to whoever gave this answer of a quiz."""
    return f"{'Right' if choice.right else 'Not yet'}. {choice.feedback}"


def kept(choice: Choice) -> str:
    """What is told to whoever predicted this."""
    return f"Kept: {sentence(lettered(choice))} Run the cells below; they measure it."


def outcome_lines(question: Question, true: str, predicted: str | None = None) -> list[str]:
    """What a measurement made of a prediction: without one, a single line.

    Parameters
    ----------
    question : Question
    true : str
        Key of the choice that came true.
    predicted : str, optional
        Key of the choice that the learner had predicted; one that is no longer there is passed
        over.
    """
    choices = question.by_key()
    measured = choices[true]
    lines = [f"Measured: {sentence(measured.text)} {measured.measured}"]
    if predicted in choices:
        guess = choices[predicted]
        came = "It came true." if predicted == true else guess.feedback
        lines.insert(0, f"You predicted: {sentence(guess.text)} {came}")
    return lines


def plain(question: Question, call: str) -> str:
    """A question as text: its choices, and how to answer by the function named `call`."""
    choices = [f"  {lettered(choice)}" for choice in question.choices]
    letter = question.choices[1].letter
    how = f'To choose {letter}, for example, run {call}("{question.id}", "{letter}").'
    return "\n".join([question.text, *choices, how])


def prediction_page(question: Question) -> str:
    """A prediction as HTML for a reader without widgets: it must not tell what comes true."""
    choices = "".join(
        f'<p style="margin: 0 0 0.4em 1em">{marked_up(lettered(choice))}</p>'
        for choice in question.choices
    )
    letter = question.choices[1].letter
    call = html.escape(f'predict("{question.id}", "{letter}")')
    return (
        f'<div class="course-questions"><p><strong>{marked_up(question.text)}</strong></p>{choices}'
        f"<p>Choose before you read on. In a cell of the notebook, <code>{call}</code> keeps "
        f"choice {letter}.</p></div>"
    )


def quiz_page(questions: Iterable[Question]) -> str:
    """Questions of a quiz as HTML: each choice opens to its feedback, by the browser itself."""
    return f'<div class="course-questions">{"".join(map(_opening, questions))}</div>'


def _opening(question: Question) -> str:
    choices = "".join(
        f"<details><summary>{marked_up(lettered(choice))}</summary>"
        f'<p style="margin: 0.2em 0 0.6em 1.2em">{feedback_markup(verdict(choice))}</p></details>'
        for choice in question.choices
    )
    asked = f"<p><strong>{marked_up(question.text)}</strong></p>"
    return f'<div style="margin-bottom: 1.2em">{asked}{choices}</div>'
