"""Put the made parts of INSTRUCTORS.md in place: how long lessons take, and three plans.

    python making/authoring/instructors.py            write them
    python making/authoring/instructors.py --check    write nothing, fail if they are out of date

Minutes come from the headers of the lessons' texts, so that none of them is typed twice; a lesson
that has no text yet stands in the table as it does in the README's, and in no plan.
"""

import argparse
import re
import sys
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import atomic_path
from making.authoring.lessons import find_lessons, read_lesson
from making.authoring.lint_text import HEADER_FIELDS
from making.authoring.plans import EXERCISES, PLANS, TEACH

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = PROJECT / "notebooks"
PAGE = PROJECT / "INSTRUCTORS.md"
RUN = HEADER_FIELDS[-1]
NINE = 9 * 60  # when days and sessions begin, in minutes after midnight


def header_of(lesson):
    """A lesson's title and the fields of its header: a dict of field -> text."""
    source = read_lesson(lesson.source).cells[0].source
    fields = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|$", source, re.MULTILINE))
    missing = [field for field in (TEACH, EXERCISES, RUN) if field not in fields]
    if missing:
        raise CourseError(
            f"{lesson.name}: the header has no {missing[0]!r}: add the row in its text."
        )
    return re.match(r"# \d\d (.+)", source)[1], fields


def minutes(text):
    """The minutes that a header's field begins with (int): 75 for "75 minutes".

    Raises
    ------
    CourseError
        If it does not begin with a number of minutes.
    """
    found = re.match(r"(?:about )?(\d+) minutes\b", text)
    if not found:
        raise CourseError(f'A lesson\'s header says {text!r}: write it as "75 minutes".')
    return int(found[1])


def times_table(headers, planned):
    """The table of lessons and times, as Markdown.

    Parameters
    ----------
    headers : dict of str -> tuple
        By name (`NN_name`), a lesson's title and fields.
    planned : dict of str -> str
        By number, the titles of lessons that are not written yet.
    """
    rows = {}
    for name, (title, fields) in headers.items():
        own = [fields[TEACH], fields[EXERCISES], fields[RUN].split(",")[0]]
        rows[name[:2]] = [name[:2], f"[{title}](notebooks/{name}.ipynb)", *own]
    for number, title in planned.items():
        rows.setdefault(number, [number, title, "planned", "planned", "planned"])
    names = ["no.", "lesson", "to teach", "exercises", "to run, on two cores"]
    return _table(names, [rows[number] for number in sorted(rows)])


def plan(sessions, headers):
    """A plan as a Markdown table: a row for each part of a day, or for each of several sessions."""
    timed = {title: _timed(parts, headers) for title, parts in sessions}
    if len(timed) > 1:
        return _table(
            ["session", "minutes", "of which breaks", "what"],
            [
                [title, f"**{_sum(parts)}**", _breaks(parts), _listed(parts)]
                for title, parts in timed.items()
            ],
        )
    (parts,) = timed.values()
    lines, now = [], NINE
    for what, length in parts:
        lines.append([clock(now), length, what])
        now += length
    lines.append(
        [clock(now), f"**{_sum(parts)}**", f"in all, of which {_breaks(parts)} are breaks"]
    )
    return _table(["from", "minutes", "what"], lines)


def _timed(parts, headers):
    """The parts of a session as (words, minutes)."""
    by_number = {name[:2]: header for name, header in headers.items()}
    timed = []
    for what, length in parts:
        if isinstance(length, str):
            if what not in by_number:
                raise CourseError(f"A plan has lesson {what}, which has no text yet.")
            title, fields = by_number[what]
            ending = "" if length == TEACH else ": exercises"
            what, length = f"Lesson {what}, {title}{ending}", minutes(fields[length])
        timed.append((what, length))
    return timed


def _listed(parts):
    return "; ".join(f"{what} ({length})" for what, length in parts)


def _sum(parts):
    return sum(length for _, length in parts)


def _breaks(parts):
    return _sum([part for part in parts if "break" in part[0].lower().split()])


def _table(names, lines):
    """A Markdown table."""
    rows = [names, ["---"] * len(names), *lines]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)


def clock(time):
    """Minutes after midnight as people write them: 9:05."""
    return f"{time // 60}:{time % 60:02d}"


def planned_lessons(readme):
    """Number -> title of the lessons that the README's table has as planned."""
    rows = re.findall(r"^\| (\d\d) \| ([^\[|]+?) \|.*\| planned \|$", readme, re.MULTILINE)
    return dict(rows)


def made_parts(notebooks=NOTEBOOKS, readme=None):
    """What stands between each pair of markers in INSTRUCTORS.md: name -> Markdown."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8") if readme is None else readme
    lessons = [lesson for lesson in find_lessons(notebooks) if not lesson.is_page]
    headers = {lesson.name: header_of(lesson) for lesson in lessons}
    plans = {name: plan(sessions, headers) for name, sessions in PLANS.items()}
    return {"times": times_table(headers, planned_lessons(readme)), **plans}


def with_made_parts(text, parts):
    """The page's text with the made parts between their markers.

    Raises
    ------
    CourseError
        If a part has no pair of markers.
    """
    for name, made in parts.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
            raise CourseError(f"INSTRUCTORS.md lacks {begin} and {end} in this order: add them.")
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{made}\n{end}{rest.split(end)[1]}"
    return text


def main(arguments=None, page=PAGE):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    options = parser.parse_args(arguments)
    try:
        stands = page.read_text(encoding="utf-8")
        wanted = with_made_parts(stands, made_parts())
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        if stands != wanted:
            print(
                f"{page.name} is not as the lessons' headers have it: run "
                "`python making/authoring/instructors.py`."
            )
        return int(stands != wanted)
    with atomic_path(page) as temporary:
        temporary.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
