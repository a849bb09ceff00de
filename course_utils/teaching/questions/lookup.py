"""Which lessons ask something, and one question by its id."""

from typing import Any

from course_utils.errors import CourseError
from course_utils.lesson_folders import lesson_folders
from course_utils.teaching.questions.entries import LessonQuestions, Question
from course_utils.teaching.questions.reading import read_questions
from course_utils.validation import nearest


def lessons_with_questions() -> list[str]:
    """Numbers of the lessons that ask something: `"02"`; in order."""
    return [lesson.number for lesson in lesson_folders() if lesson.questions.exists()]


def questions_of(lesson: str) -> LessonQuestions:
    """What one lesson asks.

    Parameters
    ----------
    lesson : str
        Its number: `"02"`.

    Raises
    ------
    CourseError
        If the lesson has no questions, or its file is unsound.
    """
    files = {each.number: each.questions for each in lesson_folders() if each.questions.exists()}
    if lesson not in files:
        raise CourseError(
            f"There are no questions of a lesson {lesson!r}: write the number of one that has "
            f"some, in quotes and with two digits ({', '.join(files) or 'there is none yet'})."
        )
    return read_questions(files[lesson], lesson)


def find(kind: str, question_id: Any) -> Question:
    """One prediction or question by its id.

    Parameters
    ----------
    kind : {"predictions", "questions"}
    question_id : str

    Raises
    ------
    CourseError
        If there is none (the nearest one is suggested), or its lesson's file is unsound.
    """
    lessons = lessons_with_questions()
    number = str(question_id).partition("-")[0]
    # Another lesson's file is read only to suggest something: a fault in it stops no other.
    known: dict[str, Question] = {}
    for lesson in [number] if number in lessons else lessons:
        known |= getattr(questions_of(lesson), kind)
    if isinstance(question_id, str) and question_id in known:
        return known[question_id]
    advice = nearest(question_id, known)
    raise CourseError(f"There is no {kind.removesuffix('s')} {question_id!r}: {advice}")
