"""A file of questions is sound, or refused with a sentence that names what is not."""

import asked
import pytest

from course_utils import CourseError
from course_utils.teaching.questions.reading import read_questions


def read(folder, text):
    return read_questions(asked.write(folder, text=text), "90")


def test_a_sound_file_gives_what_it_says_in_its_order(tmp_path):
    lesson = read(tmp_path, asked.LESSON)
    assert list(lesson.predictions) == [asked.PREDICTION]
    assert list(lesson.questions) == [asked.COMPILE, asked.RIVAL]
    choices = lesson.predictions[asked.PREDICTION].choices
    assert [choice.letter for choice in choices] == ["a", "b", "c"]
    assert [choice.key for choice in choices] == ["probe", "scratch", "no-difference"]
    right = {id: [c.letter for c in q.choices if c.right] for id, q in lesson.questions.items()}
    assert right == {asked.COMPILE: ["b"], asked.RIVAL: ["a"]}


def test_lines_of_a_long_text_become_one(tmp_path):
    spread = asked.LESSON.replace('"Neither is ahead"', '"""Neither\n  is ahead"""')
    choice = read(tmp_path, spread).predictions[asked.PREDICTION].choices[2]
    assert choice.text == "Neither is ahead"


#: What is put in place of what, and what is told.
FAULTS = {
    "syntax": ("[[questions]]", "[[questions", "no sound TOML"),
    "section": ("[[questions]]", "[[question]]\n[[questions]]", "predictions and questions"),
    "table": ("[[predictions]]", "[predictions]", r"begins with \[\[predictions\]\]"),
    "no id": ('id = "90-quiz-rival"\n', "", "entry 2 of the questions has no id"),
    "number as id": ('"90-quiz-rival"', "90", "entry 2 of the questions has no id"),
    "other lesson": ("90-quiz-rival", "91-quiz-rival", "'91-quiz-rival' is not 90-"),
    "capitals": ("90-quiz-rival", "90-Quiz", "'90-Quiz' is not 90-"),
    "no words": ("90-quiz-rival", "90", "'90' is not 90-"),
    "same id": ("90-quiz-rival", "90-quiz-compile", "'90-quiz-compile' is there twice"),
    "same in both": ("90-quiz-rival", asked.PREDICTION, f"'{asked.PREDICTION}' is there twice"),
    "no question mark": ("do you ask?", "do you ask.", "'90-quiz-rival' does not end with"),
    "no text": (
        'text = "What has to',
        'word = "What has to',
        r"'90-quiz-compile' has a field \['w",
    ),
    "empty text": (
        'text = "A lower rate"',
        'text = " "',
        "'90-quiz-compile', choice c, has no text",
    ),
    "no feedback": ('feedback = "Epochs', 'fedback = "Epochs', r"choice c, has a field \['fedback"),
    "empty feedback": (
        '"Epochs cost time, not labels."',
        '""',
        "rival', choice c, has no feedback",
    ),
    "no measured": ('measured = "The features carry over."', "", "choice a, has no measured"),
    "no key": ('key = "scratch"', "", "choice b, has no key"),
    "same key": ('key = "scratch"', 'key = "probe"', "two choices of the same key"),
    "same text": ('"A lower rate"', '"nothing "', "two choices of the same text"),
    "none right": ('right = true\nfeedback = "What is saved', 'feedback = "What is', "has 0 right"),
    "two right": ('text = "Nothing"', 'text = "Nothing"\nright = true', "compile' has 2 right"),
    "right as text": ("right = true", 'right = "yes"', "not true or false"),
    "right prediction": ('key = "probe"', 'key = "probe"\nright = true', r"a field \['right'\]"),
}


@pytest.mark.parametrize("old, new, message", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_file_and_place(tmp_path, old, new, message):
    assert old in asked.LESSON
    with pytest.raises(CourseError, match=message) as error:
        read(tmp_path, asked.LESSON.replace(old, new, 1))
    assert str(error.value).startswith("lesson_90/questions.toml")
    assert str(error.value).endswith("mend it there.")


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_too_few_or_too_many_choices_are_refused(tmp_path, count):
    choice = '[[questions.choices]]\ntext = "{0}"\nright = {1}\nfeedback = "{0}"\n'
    choices = "".join(choice.format(k, str(k == 0).lower()) for k in range(count))
    with pytest.raises(CourseError, match=f"'90-quiz-x' has {count} choices, not 3 to 8"):
        read(tmp_path, f'[[questions]]\nid = "90-quiz-x"\ntext = "Which?"\n{choices}')
