"""A lesson of the tests' own that asks something: a file to read, or to spoil."""

from course_utils.lesson_folders import lesson_folders
from course_utils.teaching.questions import asking, lookup

LESSON = """
[[predictions]]
id = "90-probe-or-scratch"
text = "Which is more accurate: a probe on the frozen `ResNet50`, or a network from scratch?"
[[predictions.choices]]
key = "probe"
text = "The probe"
feedback = "Features help only as far as the source resembles the target."
measured = "The features carry over."
[[predictions.choices]]
key = "scratch"
text = "The network from scratch"
feedback = "With few labels it fits their accidents."
measured = "The source is too far away."
[[predictions.choices]]
key = "no-difference"
text = "Neither is ahead"
feedback = "The seeds agree on which is ahead."
measured = "The seeds can't tell them apart."

[[questions]]
id = "90-quiz-compile"
text = "What has to follow a change of `trainable`?"
[[questions.choices]]
text = "Nothing"
feedback = "Training goes on as it was compiled."
[[questions.choices]]
text = "`compile`, since it <notes> what is trainable"
right = true
feedback = "What is trainable is noted at that moment."
[[questions.choices]]
text = "A lower rate"
feedback = "No rate moves a weight that gets no gradient."

[[questions]]
id = "90-quiz-rival"
text = "Labels are saved, says an article. What do you ask?"
[[questions.choices]]
text = "Against which rival?"
right = true
feedback = "What is saved depends on the rival."
[[questions.choices]]
text = "With which optimiser?"
feedback = "It matters little beside the rival."
[[questions.choices]]
text = "In how many epochs?"
feedback = "Epochs cost time, not labels."
"""
PREDICTION, COMPILE, RIVAL = "90-probe-or-scratch", "90-quiz-compile", "90-quiz-rival"


def write(folder, number="90", text=LESSON):
    """A lesson's folder in `folder`, with its card and its questions: the path of these."""
    lesson = folder / f"lesson_{number}"
    lesson.mkdir(exist_ok=True)
    (lesson / "lesson.toml").write_text('title = "A lesson of the tests"', encoding="utf-8")
    (lesson / "questions.toml").write_text(text, encoding="utf-8")
    return lesson / "questions.toml"


def use(folder, monkeypatch, text=LESSON):
    """Make `folder` the one with the lessons: at first 90 alone, which asks `text`."""
    write(folder, text=text)
    monkeypatch.setattr(lookup, "lesson_folders", lambda: lesson_folders.__wrapped__(folder))
    monkeypatch.setattr(asking, "_measured", {})
