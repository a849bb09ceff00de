"""The widgets of predictions and quizzes: radio buttons, a button, and a line of feedback."""

import contextlib
import html
import io
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

from course_utils.teaching.questions import words
from course_utils.teaching.questions.entries import Choice, Question

#: What is done with an answer; it returns what to tell about it.
React = Callable[[Question, Choice], str]

#: ipywidgets gives each choice one line of a fixed height, which long ones would run over.
_STYLE = """
.course-question { margin-bottom: 0.8em; }
.course-question, .course-question .widget-html-content { line-height: 1.45; }
.course-question .widget-radio-box { padding-left: 4px; }
.course-question .widget-radio-box label {
  display: flex; flex-direction: row-reverse; justify-content: flex-end; align-items: flex-start;
  gap: 0.5em; height: auto; margin: 0 0 0.3em; padding: 0;
  line-height: 1.45; white-space: normal; overflow-wrap: anywhere;
}
.course-question .widget-radio-box input {
  flex: none; height: 1.45em; margin: 0; position: static; transform: none;
}
.course-question .widget-button { align-self: flex-start; }
.course-question [role=status]:not(:empty) {
  border-left: 3px solid currentColor; padding-left: 0.6em;
}
"""
#: ipywidgets neither makes its radio buttons one group nor names it, and JupyterLab takes the
#: arrow keys to move between cells. Where this may not run, Tab and Space still reach it all.
_KEYBOARD = """
const panel = this.closest('.course-question');
const group = () => {
  const box = panel.querySelector('.widget-radio-box');
  box?.setAttribute('role', 'radiogroup');
  box?.setAttribute('aria-label', panel.querySelector('.course-question-text').innerText);
  const name = box && (box.id ||= 'course-question-' + Math.random());
  panel.querySelectorAll('input[type=radio]').forEach(radio => { radio.name = name; });
  panel.querySelector('.course-feedback')?.setAttribute('aria-live', 'polite');
};
panel?.addEventListener('focusin', group);
panel?.addEventListener('keydown', event => {
  if (event.key.startsWith('Arrow')) event.stopPropagation();
});
setTimeout(group, 500);
"""


class QuestionPanel(ipywidgets.VBox):
    """One question with its choices, a button, and a line that tells what came of it.

    Parameters
    ----------
    question : Question
    title : str
        Stands before the question: "Question 1 of 5".
    button : str
        What is written on the button.
    react : callable of (Question, Choice) returning str
        Called when the button is pressed; what it returns is shown.
    chosen : Choice, optional
        Chosen at the beginning.

    Attributes
    ----------
    choices : ipywidgets.RadioButtons
        Its value is a choice's letter, or None.
    button : ipywidgets.Button
    feedback : ipywidgets.HTML
    """

    def __init__(
        self,
        question: Question,
        title: str,
        button: str,
        react: React,
        chosen: Choice | None = None,
    ):
        self.question, self._react = question, react
        text = f"<strong>{title}.</strong> {words.marked_up(question.text)}"
        # A style that is loaded is the one thing in a widget's HTML that may begin to act.
        style = f'<style onload="{html.escape(_KEYBOARD)}">{_STYLE}</style>'
        asked = ipywidgets.HTML(f'{style}<div class="course-question-text">{_block(text)}</div>')
        # A label can't show code as such: its backticks go.
        labels = [(words.lettered(c).replace("`", ""), c.letter) for c in question.choices]
        self.choices = ipywidgets.RadioButtons(
            options=labels,
            value=chosen and chosen.letter,
            layout=ipywidgets.Layout(width="auto", max_width="46em"),
        )
        layout = ipywidgets.Layout(width="auto", margin="2px")
        self.button = ipywidgets.Button(description=button, layout=layout)
        self.feedback = ipywidgets.HTML(announced(""))
        self.feedback.add_class("course-feedback")
        super().__init__([asked, self.choices, self.button, self.feedback])
        self.add_class("course-question")
        self.button.on_click(lambda button: self._answer())
        # What was told belongs to another choice.
        self.choices.observe(lambda change: self._tell(""), "value")

    def _tell(self, text: str) -> None:
        self.feedback.value = announced(text)

    def _answer(self) -> None:
        if self.choices.value is None:
            self._tell("Choose one of the answers first.")
            return
        # What a callback prints is seen by nobody: a full disk is told here.
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            said = self._react(self.question, self.question.choice(self.choices.value))
        self._tell("\n".join([said, printed.getvalue()]))


class PredictionPanel(QuestionPanel):
    """What `predict` gives; where no widget can be shown, the question without its answers."""

    def __init__(self, question: Question, keep: React, chosen: Choice | None = None):
        super().__init__(question, "Your prediction", "Keep this prediction", keep, chosen)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        page = words.prediction_page(self.question)
        text = words.plain(self.question, "predict")
        bundle = super()._repr_mimebundle_(**options) or {}
        return {**bundle, "text/html": page, "text/plain": text}


class QuizPanel(ipywidgets.VBox):
    """What `quiz` gives: its questions, and below them how many were right at the first try.

    Parameters
    ----------
    questions : sequence of Question
    judge : callable of (Question, Choice) returning str
    first_tries : dict of str to bool
        For questions answered before, whether the first try was right, by id.

    Attributes
    ----------
    panels : list of QuestionPanel
    summary : ipywidgets.HTML
    """

    def __init__(self, questions: Sequence[Question], judge: React, first_tries: dict[str, bool]):
        self._questions, self._judge = questions, judge
        known = {question.id for question in questions}
        self._first_tries = {id: right for id, right in first_tries.items() if id in known}
        count = len(questions)
        self.panels = [
            QuestionPanel(question, f"Question {number} of {count}", "Check", self._answered)
            for number, question in enumerate(questions, start=1)
        ]
        self.summary = ipywidgets.HTML()
        super().__init__([*self.panels, self.summary])
        self._sum_up()

    def _answered(self, question: Question, choice: Choice) -> str:
        self._first_tries.setdefault(question.id, choice.right)
        said = self._judge(question, choice)
        self._sum_up()
        return said

    def _sum_up(self) -> None:
        count, tried = len(self._questions), len(self._first_tries)
        said = f"{sum(self._first_tries.values())} of {tried} right at the first try"
        said += "." if tried == count else f"; {count - tried} of {count} still to answer."
        self.summary.value = announced(said if tried else "")

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        page = words.quiz_page(self._questions)
        text = "\n\n".join(words.plain(question, "answer") for question in self._questions)
        bundle = super()._repr_mimebundle_(**options) or {}
        return {**bundle, "text/html": page, "text/plain": text}


def announced(text: str) -> str:
    """Text as HTML that a screen reader speaks when it changes; each line is a paragraph."""
    lines = filter(str.strip, text.splitlines())
    paragraphs = "".join(_block(words.feedback_markup(line)) for line in lines)
    return f'<div role="status">{paragraphs}</div>'


def _block(content: str) -> str:
    return f'<div style="max-width: 46em; margin: 0.2em 0">{content}</div>'
