"""The widgets of predictions and quizzes: radio buttons, a button, and a line of feedback."""

import contextlib
import html
import io

import ipywidgets

from course_utils.teaching.questions import words

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

    def __init__(self, question, title, button, react, chosen=None):
        self.question, self._react = question, react
        text = f"<strong>{title}.</strong> {words.marked_up(question.text)}"
        asked = f'<div class="course-question-text">{_block(text)}</div>'
        # A style that is loaded is the one thing in a widget's HTML that may begin to act.
        style = f'<style onload="{html.escape(_KEYBOARD)}">{_STYLE}</style>'
        options = [(words.unmarked(words.lettered(c)), c.letter) for c in question.choices]
        self.choices = ipywidgets.RadioButtons(
            options=options,
            value=chosen and chosen.letter,
            layout=ipywidgets.Layout(width="auto", max_width="46em"),
        )
        self.button = ipywidgets.Button(
            description=button, layout=ipywidgets.Layout(width="auto", margin="2px")
        )
        self.feedback = ipywidgets.HTML(announced(""))
        self.feedback.add_class("course-feedback")
        asked = ipywidgets.HTML(style + asked)
        super().__init__([asked, self.choices, self.button, self.feedback])
        self.add_class("course-question")
        self.button.on_click(self._press)
        self.choices.observe(self._change, "value")

    def tell(self, text):
        """Show and announce a text (str); its lines become paragraphs."""
        self.feedback.value = announced(text)

    def _change(self, change):
        # What was told belongs to another choice.
        self.tell("")

    def _press(self, button):
        if self.choices.value is None:
            self.tell("Choose one of the answers first.")
            return
        # What a callback prints is seen by nobody: a full disk is told here.
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            told = self._react(self.question, self.question.choice(self.choices.value))
        self.tell("\n".join([told, printed.getvalue()]))


class PredictionPanel(QuestionPanel):
    """What `predict` gives; where no widget can be shown, the question without its answers."""

    def __init__(self, question, keep, chosen=None):
        super().__init__(question, "Your prediction", "Keep this prediction", keep, chosen)

    def _repr_mimebundle_(self, **options):
        return _with_words(
            super()._repr_mimebundle_(**options),
            words.prediction_page(self.question),
            words.plain(self.question, "predict"),
        )


class QuizPanel(ipywidgets.VBox):
    """What `quiz` gives: its questions, and below them how many were right at the first try.

    Parameters
    ----------
    questions : sequence of Question
    judge : callable of (Question, Choice) returning str
    first_tries : dict of str to bool
        Of questions answered before, whether the first try was right, by id.

    Attributes
    ----------
    panels : list of QuestionPanel
    summary : ipywidgets.HTML
    """

    def __init__(self, questions, judge, first_tries):
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

    def _answered(self, question, choice):
        self._first_tries.setdefault(question.id, choice.right)
        told = self._judge(question, choice)
        self._sum_up()
        return told

    def _sum_up(self):
        count, tried = len(self._questions), len(self._first_tries)
        right = sum(self._first_tries.values())
        told = f"{right} of {tried} right at the first try"
        told += "." if tried == count else f"; {count - tried} of {count} still to answer."
        self.summary.value = announced(told if tried else "")

    def _repr_mimebundle_(self, **options):
        return _with_words(
            super()._repr_mimebundle_(**options),
            words.quiz_page(self._questions),
            "\n\n".join(words.plain(question, "answer") for question in self._questions),
        )


def announced(text):
    """Text as HTML that a screen reader speaks when it changes; each line is a paragraph."""
    lines = "".join(_block(words.led(line)) for line in text.splitlines() if line.strip())
    return f'<div role="status">{lines}</div>'


def _block(content):
    return f'<div style="max-width: 46em; margin: 0.2em 0">{content}</div>'


def _with_words(bundle, page, text):
    return {**(bundle or {}), "text/html": page, "text/plain": text}
