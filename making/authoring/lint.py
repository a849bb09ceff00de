"""Say what in the lessons and pages breaks the course's rules of style, a line per problem.

    python making/authoring/lint.py [NAMES]

Rules about words and code are checked on a lesson's text, rules about outputs on the learner's
notebook; pages (README.md, data cards) keep to what is needed by those who cannot see them, and
are looked at where no lesson is named. CONTRIBUTING.md says why the rules are as they are; each
rule's docstring says what it asks.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from course_utils.errors import CourseError
from making.authoring import lint_accessibility, lint_outputs, lint_text
from making.authoring.lessons import find_lessons, read_lesson

NOTEBOOKS = Path(__file__).resolve().parent.parent


def problems(name, notebook, rules):
    """What `rules` find in a notebook, a sentence each.

    Parameters
    ----------
    name : str
        The lesson's, `NN_name`.
    notebook : nbformat.NotebookNode
    rules : sequence of callables
        Each takes the notebook and yields (number of the cell or None, message).
    """
    for rule in rules:
        for number, message in rule(notebook):
            where = f"{name}: cell {number}" if number else name
            yield f"{where}: {message} [{rule.__name__}]"


def lint_lesson(lesson):
    """All problems of one lesson, in sentences."""
    text = read_lesson(lesson.source)
    rules = lint_text.PAGE_RULES if lesson.is_page else lint_text.RULES
    found = list(problems(lesson.name, text, (*rules, *lint_accessibility.TEXT_RULES)))
    if lesson.learners.exists():
        learners = nbformat.read(lesson.learners, as_version=4)
        rules = (*lint_outputs.RULES, *lint_accessibility.OUTPUT_RULES)
        found += problems(lesson.name, learners, rules)
    else:
        found.append(f"{lesson.name}: has no learner's notebook yet: run `make notebooks`")
    return found


def main(arguments=None, folder=NOTEBOOKS):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="lessons; all if left out")
    options = parser.parse_args(arguments)
    try:
        lessons = find_lessons(folder, options.names)
        found = [problem for lesson in lessons for problem in lint_lesson(lesson)]
        if not options.names:
            for page in lint_accessibility.pages(folder.parent):
                found += lint_accessibility.lint_page(page)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(found) or f"No problem found in {len(lessons)} lesson(s).")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
