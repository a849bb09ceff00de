"""Lessons of a few lines, written by a test into a folder like the course's."""

from pathlib import Path

from course_utils.lesson_folders import lesson_folders
from making.authoring.lessons import find_lessons

FIXTURES = Path(__file__).parent / "fixtures"


def write_lesson(project, text, folder="lesson_91", title="Small", more=""):
    """A lesson's folder with a card and a text; gives its LessonFolder.

    Parameters
    ----------
    project : pathlib.Path
        A folder like the course's.
    text : str
        In jupytext's percent format.
    folder, title : str
        Its folder's name and its title: notebooks are named by its number and its title.
    more : str
        Further lines of its card.
    """
    own = project / "course_utils" / "lessons" / folder
    own.mkdir(parents=True, exist_ok=True)
    (own / "lesson.toml").write_text(f'title = "{title}"\n{more}', encoding="utf-8")
    (own / "text.py").write_text(text, encoding="utf-8")
    (project / "notebooks").mkdir(exist_ok=True)
    lesson_folders.cache_clear()
    return find_lessons(project, [folder])[0]
