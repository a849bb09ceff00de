"""Which lessons ask something, and one question by its id."""

import difflib

from course_utils.errors import CourseError
from course_utils.lesson_folders import lesson_folder, lesson_folders
from course_utils.teaching.questions.reading import read_questions


def lessons_with_questions():
    """Numbers of the lessons that ask something (list of str: `"02"`), in order."""
    return [lesson.number for lesson in lesson_folders() if lesson.questions.exists()]


def questions_of(lesson):
    """What one lesson asks.

    Parameters
    ----------
    lesson : str
        Its number: `"02"`.

    Returns
    -------
    LessonQuestions

    Raises
    ------
    CourseError
        If the lesson has no questions, or its file is unsound.
    """
    known = lessons_with_questions()
    if lesson not in known:
        raise CourseError(
            f"There are no questions of a lesson {lesson!r}: write the number of one that has "
            f"some, in quotes and with two digits ({', '.join(known) or 'there is none yet'})."
        )
    return read_questions(lesson_folder(lesson).questions, lesson)


def find(kind, question_id):
    """One prediction or question by its id.

    Parameters
    ----------
    kind : {"predictions", "questions"}
    question_id : str

    Returns
    -------
    Question

    Raises
    ------
    CourseError
        If there is none (the nearest one is suggested), or its lesson's file is unsound.
    """
    lessons = lessons_with_questions()
    number = str(question_id)[:2]
    # Another lesson's file is read only to suggest something: a fault in it stops no other.
    known = {}
    for lesson in [number] if number in lessons else lessons:
        known |= getattr(questions_of(lesson), kind)
    if isinstance(question_id, str) and question_id in known:
        return known[question_id]
    advice = suggestion(question_id, known)
    raise CourseError(f"There is no {kind.removesuffix('s')} {question_id!r}: {advice}")


def suggestion(name, known):
    """The end of a sentence on a name that is not known: the nearest, or all there are."""
    text = name if isinstance(name, str) else ""
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.4)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known) or 'none'}."
