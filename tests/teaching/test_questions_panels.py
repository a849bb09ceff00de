"""The widgets of questions, and what stands in for them where none can be shown."""

import html
import re

import asked
import pytest
from asked import COMPILE, PREDICTION, RIVAL
from IPython.core.interactiveshell import InteractiveShell

from course_utils.teaching import answer, outcome, predict, progress, quiz


@pytest.fixture(autouse=True)
def lesson(tmp_path, monkeypatch):
    asked.use(tmp_path, monkeypatch)


def said(widget):
    """What an HTML widget announces, as text."""
    assert re.fullmatch(r'<div role="status">.*</div>', widget.value, re.DOTALL)
    return html.unescape(re.sub("<[^>]+>", "", widget.value.replace("</div><div", "</div>\n<div")))


def bundle(panel):
    return InteractiveShell.instance().display_formatter.format(panel)[0]


def choose(panel, letter):
    panel.choices.value = letter
    panel.button.click()
    return said(panel.feedback)


@pytest.mark.parametrize("letter, key", [("a", "probe"), ("b", "scratch"), ("c", "no-difference")])
def test_the_button_keeps_what_is_chosen(letter, key):
    panel = predict(PREDICTION)
    assert panel.button.description == "Keep this prediction" and panel.choices.value is None
    assert choose(panel, letter).startswith(f"Kept: {letter}) ")
    assert progress.predictions() == {PREDICTION: key}
    assert predict(PREDICTION).choices.value == letter


def test_choosing_alone_keeps_nothing():
    panel = predict(PREDICTION)
    panel.button.click()
    assert said(panel.feedback) == "Choose one of the answers first."
    panel.choices.value = "b"
    assert said(panel.feedback) == "" and progress.predictions() == {}


def test_a_panel_knows_that_its_cell_has_measured(capsys):
    panel = predict(PREDICTION)
    outcome(PREDICTION, "scratch")
    assert choose(panel, "a").splitlines() == [
        "This has been measured already.",
        "You predicted: The probe. Features help only as far as the source resembles the target.",
        "Measured: The network from scratch. The source is too far away.",
    ]
    assert "stays as it was" in choose(panel, "b")
    assert progress.predictions() == {PREDICTION: "probe"}


def test_a_quiz_has_a_panel_for_each_question_and_sums_up():
    panel = quiz("90")
    first, second = panel.panels
    assert said(panel.summary) == "" and first.button.description == "Check"
    assert choose(first, "a") == "Not yet. Training goes on as it was compiled."
    assert said(panel.summary) == "0 of 1 right at the first try; 1 of 2 still to answer."
    assert choose(first, "b") == "Right. What is trainable is noted at that moment."
    assert said(panel.summary).startswith("0 of 1 ")
    assert choose(second, "a").startswith("Right. ")
    assert said(panel.summary) == "1 of 2 right at the first try."
    kept = progress.read_progress()["questions"]
    assert kept == {
        COMPILE: {"choices": ["a", "b"], "right_at": 2},
        RIVAL: {"choices": ["a"], "right_at": 1},
    }


def test_another_choice_takes_the_feedback_away():
    panel, _ = quiz("90").panels
    assert choose(panel, "a")
    panel.choices.value = "c"
    assert said(panel.feedback) == ""


def test_first_tries_of_another_day_count(capsys):
    answer(COMPILE, "b")
    answer(RIVAL, "c")
    answer(RIVAL, "a")
    assert said(quiz("90").summary) == "1 of 2 right at the first try."


def test_what_progress_has_to_say_is_shown(own_progress):
    own_progress.parent.mkdir(parents=True, exist_ok=True)
    own_progress.write_text("{", encoding="utf-8")
    panel, _ = quiz("90").panels
    lines = choose(panel, "a").splitlines()
    assert lines[0].startswith("Not yet.") and "damaged" in lines[1]


def test_a_choice_reads_the_same_on_its_button_and_in_words():
    panel = predict(PREDICTION)
    labels = [label for label, _ in panel.choices.options]
    assert labels == ["a) The probe", "b) The network from scratch", "c) Neither is ahead"]
    assert all(f"  {label}\n" in bundle(panel)["text/plain"] for label in labels)


def test_code_in_a_text_is_code_where_it_can_be():
    first, _ = quiz("90").panels
    assert "<code>trainable</code>" in first.children[0].value
    assert first.choices.options[1][0] == "b) compile, since it <notes> what is trainable"
    page = bundle(quiz("90"))["text/html"]
    assert "b) <code>compile</code>, since it &lt;notes&gt; what" in page


def test_without_widgets_a_quiz_opens_in_the_page():
    shown = bundle(quiz("90"))
    assert "application/vnd.jupyter.widget-view+json" in shown
    page = shown["text/html"]
    opened = re.findall(r"<details><summary>(\w)\) .*?</summary><p[^>]*>(.*?)</p></det", page)
    assert [letter for letter, _ in opened] == list("abcabc")
    assert [told.startswith("<strong>Right.") for _, told in opened].count(True) == 2
    assert len({told for _, told in opened}) == 6
    for question in (COMPILE, RIVAL):
        assert f'answer("{question}", "b")' in shown["text/plain"]
    assert "Right" not in shown["text/plain"] and "<" not in shown["text/plain"].replace("<n", "")


def test_without_widgets_a_prediction_gives_nothing_away():
    shown = bundle(predict(PREDICTION))
    for text in (html.unescape(shown["text/html"]), shown["text/plain"]):
        assert f'predict("{PREDICTION}", "b")' in text
        assert "carry over" not in text and "accidents" not in text


@pytest.mark.parametrize("show", [lambda: predict(PREDICTION), lambda: quiz("90")])
def test_what_stands_in_depends_on_nobody(show, capsys):
    def words():
        return {kind: shown for kind, shown in bundle(show()).items() if kind.startswith("text/")}

    before = words()
    predict(PREDICTION, "c")
    outcome(PREDICTION, "probe")
    answer(COMPILE, "b")
    assert words() == before
    assert not re.search(r"https?:|//|<script|on\w+=", before["text/html"])
