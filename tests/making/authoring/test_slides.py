"""making/authoring/slides.py: what goes on a slide."""

import base64
import re
from io import BytesIO

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from PIL import Image
from talks import SAME, SLIDE, TALK, write_lesson

from course_utils.errors import CourseError
from course_utils.teaching.questions import lookup
from course_utils.teaching.questions.reading import read_questions
from making.authoring import lessons, slides


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """The page of a lesson with marks of every kind."""
    return slides.page(write_lesson(tmp_path_factory.mktemp("talk")))


def _sections(html):
    return re.findall(r"<section.*?</section>", html, re.DOTALL)


def test_marked_cells_are_slides(talk):
    assert len(_sections(talk)) == slides.count(talk) == 3


def test_outputs_are_shown_and_code_where_it_is_asked_for(talk):
    second = _sections(talk)[1]
    assert "shown 6" in second
    assert "print" in second and "the code itself" in second
    assert "2 * 3" not in second and "2</span>" not in second.split("shown 6")[0]


def test_what_is_not_marked_is_not_shown(talk):
    assert "not shown" not in talk
    assert "for the room" not in talk


def test_texts_without_a_mark_are_notes_for_the_speaker(talk):
    assert re.search(r'<aside class="notes">.*A note for the speaker', _sections(talk)[0], re.S)


def test_a_slide_without_a_heading_has_that_of_its_section(talk):
    assert re.search(r"<h2[^>]*>Not said aloud", _sections(talk)[1])


def test_nothing_is_announced_that_does_not_follow(talk):
    assert "As you see." in talk
    assert "left out" not in talk


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It falls. In points:", "It falls."),
        ("Does it? (No.) Look:\n", "Does it? (No.)"),
        ("One sentence alone:", "One sentence alone:"),
        ("A ratio: two to one. It holds.", "A ratio: two to one. It holds."),
    ],
)
def test_only_a_last_sentence_with_a_colon_goes(text, left):
    assert slides.announcing_nothing(text) == left


def test_predictions_are_asked_and_outcomes_are_notes(tmp_path, monkeypatch):
    choices = "".join(
        f'[[predictions.choices]]\nkey = "{word}"\ntext = "{word}"\n'
        f'feedback = "Why {word}?"\nmeasured = "So {word}."\n'
        for word in ("This", "That", "Neither")
    )
    written = tmp_path / "questions.toml"
    written.write_text(
        f'[[predictions]]\nid = "95-which"\ntext = "Which one?"\n{choices}', encoding="utf-8"
    )
    asked = read_questions(written, "95").predictions
    monkeypatch.setattr(lookup, "find", lambda kind, question_id: asked[question_id])
    end = f"# %% [markdown]{SLIDE}\n# ## The end"
    asking = '# %%\npredict("95-which")\n\n# %%\noutcome("95-which", "this")\n\n'
    assert end in TALK
    printed = {"predict": "a widget", "outcome": "Measured: This. So it is.\n"}
    lesson = write_lesson(tmp_path, TALK.replace(end, asking + end), printed)
    asked = _sections(slides.page(lesson))[2]
    assert "<h2>Not said aloud" in re.sub(r' id="[^"]*"', "", asked)
    assert "Which one?" in asked and "<strong>b</strong> That" in asked
    assert re.search(r'<aside class="notes">\s*<div class="text"><p>Measured: This', asked)


def test_a_prediction_stands_on_the_slide_of_the_words_before_it(tmp_path, monkeypatch):
    monkeypatch.setattr(slides, "_asked", lambda question_id: f"The question {question_id}")
    end = "# ## The end\n"
    text = (
        TALK.replace(end, end + '\n# %%\npredict("95-last")\n')
        + f"\n# %% [markdown]{SLIDE}\n# ## After"
    )
    last = _sections(slides.page(write_lesson(tmp_path, text, {"predict": "a widget"})))[2]
    assert "The end" in last and "The question 95-last" in last


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("As you see.", "It is $x^2$.", "has a formula"),
        ('print("not shown")', 'predict("95-unknown")', "no prediction '95-unknown'"),
        ("slideshow", "slides", "95_talk has no slides"),
    ],
)
def test_what_cannot_be_shown_is_refused(tmp_path, old, new, told):
    lesson = write_lesson(tmp_path)
    lesson.text.write_text(TALK.replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=told):
        slides.page(lesson)


def test_an_output_that_is_not_stored_is_asked_for(tmp_path):
    lesson = write_lesson(tmp_path)
    lessons.learners_notebook(lesson).unlink()
    with pytest.raises(CourseError, match=r"no output of it is stored: run .*--execute 95_talk"):
        slides.page(lesson)


def test_a_mark_changes_no_code(tmp_path):
    lesson = write_lesson(tmp_path, TALK.replace(SLIDE, "").replace(SAME, ""))
    plain = [cell.id for cell in lessons.read_lesson(lesson.text).cells]
    lesson.text.write_text(TALK, encoding="utf-8")
    assert [cell.id for cell in lessons.read_lesson(lesson.text).cells] == plain


@pytest.mark.parametrize(
    ("letters", "shape", "found"),
    [
        (300, (700, 700), "beside"),
        (100, (1100, 370), ""),  # wide
        (900, (700, 700), ""),  # too many words for a column
    ],
)
def test_a_tall_figure_stands_beside_few_words(letters, shape, found):
    stored = BytesIO()
    Image.new("L", shape).save(stored, "png")
    data = {"image/png": base64.b64encode(stored.getvalue()).decode()}
    marked = {"slideshow": {"slide_type": "-"}}
    figure = new_code_cell(metadata=marked, outputs=[new_output("display_data", data=data)])
    text = new_markdown_cell("x" * letters, metadata=marked)
    assert slides.layout([text, figure]) == found


def test_a_slide_has_no_room_for_the_ledgers_margins():
    table = "| claim | lesson | verdict |\n|---|---|---|\n| `a` | 02 | **holds** |"
    assert slides.narrow(table) == "| claim | verdict |\n|---|---|\n| `a` | **holds** |"


def test_the_command_writes_pages_and_says_how_many_slides(tmp_path, capsys):
    lesson = write_lesson(tmp_path)
    assert slides.main([], tmp_path, tmp_path / "made") == 0
    assert capsys.readouterr().out == "95_talk: 3 slides.\n"
    assert (tmp_path / "made" / f"{lesson.name}.html").read_text("utf-8").startswith("<!DOCTYPE")


def test_a_lesson_without_marks_is_told(tmp_path, capsys):
    write_lesson(tmp_path, TALK.replace(SLIDE, "").replace(SAME, "").replace(SAME[:-1], " mark={"))
    assert slides.main([], tmp_path, tmp_path / "made") == 1
    assert "95_talk has no slides: mark cells" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()
