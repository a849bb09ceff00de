"""Say what in the lessons and pages breaks the course's rules of style, a line per problem.

    python -m making.authoring.lint [NAMES]

Rules about words and code are checked on a lesson's text, rules about outputs on the learner's
notebook; pages (README.md, data cards) keep to what is needed by those who cannot see them, and
are looked at where no lesson is named. CONTRIBUTING.md says why the rules are as they are; each
rule's docstring says what it asks.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat

from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder
from course_utils.paths import PROJECT_FOLDER
from making.authoring import lint_accessibility, lint_outputs, lint_text
from making.authoring.lessons import find_lessons, learners_notebook, read_lesson


def lint_lesson(lesson: LessonFolder) -> Iterator[str]:
    """All problems of one lesson, in sentences."""
    text = read_lesson(lesson.text)
    rules = lint_text.PAGE_RULES
    if not lesson.is_page:
        yield from _told(lesson, lint_text.header, text, lesson)
        rules = lint_text.RULES
        if lesson.entry("framework") == "both":
            rules = [rule for rule in rules if rule is not lint_text.one_framework]
    for rule in (*rules, *lint_accessibility.RULES):
        yield from _told(lesson, rule, text)
    path = learners_notebook(lesson)
    if not path.exists():
        yield f"{lesson.name}: has no learner's notebook yet: run `make notebooks`"
        return
    learners = nbformat.read(path, as_version=4)
    for rule in lint_outputs.RULES:
        yield from _told(lesson, rule, learners)


def _told(lesson, rule, *arguments):
    for number, message in rule(*arguments):
        where = f"{lesson.name}: cell {number}" if number else lesson.name
        yield f"{where}: {message} [{rule.__name__}]"


def main(arguments: Sequence[str] | None = None, project: Path = PROJECT_FOLDER) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="lessons; all if left out")
    options = parser.parse_args(arguments)
    try:
        lessons = find_lessons(project, options.names)
        found = [problem for lesson in lessons for problem in lint_lesson(lesson)]
        if not options.names:
            for page in lint_accessibility.pages(project):
                found += lint_accessibility.lint_page(page)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(found) or f"No problem found in {len(lessons)} lesson(s).")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
