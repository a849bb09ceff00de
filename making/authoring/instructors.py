"""Put the made parts of INSTRUCTORS.md in place: times, three plans, what to say in each lesson.

    python -m making.authoring.instructors            write them
    python -m making.authoring.instructors --check    write nothing, fail if they are out of date

All of it comes from the lessons' folders: minutes and places in the plans from their cards, what to
say from their `talking_points.md`. What a plan has besides lessons stands in `plans.toml`.
"""

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.paths import PROJECT_FOLDER
from course_utils.validation import require
from making.authoring.regions import markdown_table, page_command

PLANS = Path(__file__).with_name("plans.toml")
NINE = 9 * 60  # when a day begins, in minutes after midnight
KINDS = {"teach": "", "exercises": ": exercises"}  # what is done of a lesson, and how it is told

Part = tuple[str, int]  # words, and minutes


def times_table(lessons: Sequence[LessonFolder]) -> str:
    """The table of lessons and how long they take, as Markdown."""
    rows = []
    for lesson in lessons:
        times, title = ["planned"] * 3, lesson.title
        if lesson.is_ready:
            minutes = lesson.entry("minutes")
            times = [*(f"{minutes[kind]} minutes" for kind in KINDS), lesson.entry("runs")]
            title = f"[{title}](notebooks/{lesson.name}.ipynb)"
        rows.append([lesson.number, title, *times])
    return markdown_table(["no.", "lesson", "to teach", "exercises", "to run, on two cores"], rows)


def plan_table(name: str, sessions: Sequence[dict], lessons: Sequence[LessonFolder]) -> str:
    """A plan as Markdown: a row for each part of a day, or for each of several sessions.

    Parameters
    ----------
    name : str
        The plan's name, by which lessons' cards take places in it.
    sessions : sequence of dict
        As `plans.toml` has them.
    lessons : sequence of LessonFolder
        Those that are not ready take no place yet.
    """
    timed = timed_sessions(name, sessions, lessons)
    if len(timed) > 1:
        rows = [
            [
                session["title"],
                f"**{_sum(parts)}**",
                _breaks(parts),
                "; ".join(f"{what} ({length})" for what, length in parts),
            ]
            for session, parts in zip(sessions, timed, strict=True)
        ]
        return markdown_table(["session", "minutes", "of which breaks", "what"], rows)
    rows, now = [], NINE
    for what, length in timed[0]:
        rows.append([clock(now), length, what])
        now += length
    whole = f"in all, of which {_breaks(timed[0])} are breaks"
    rows.append([clock(now), f"**{_sum(timed[0])}**", whole])
    return markdown_table(["from", "minutes", "what"], rows)


def timed_sessions(
    name: str, sessions: Sequence[dict], lessons: Sequence[LessonFolder]
) -> list[list[Part]]:
    """The parts of each session of a plan, with the lessons in their places.

    Raises
    ------
    CourseError
        If two lessons take the same place, a place that the plan lacks is taken, or one that it
        has is not.
    """
    takers = {}
    for lesson in lessons:
        place = lesson.card.get("plans", {}).get(name)
        if place is not None and lesson.is_ready:
            other = takers.setdefault(place, lesson)
            require(
                other is lesson,
                f"Lessons {other.number} and {lesson.number} both take place {place} of the plan "
                f"{name}: give one of them another place in its card.",
            )
    found, taken = [], set()
    for session in sessions:
        parts = session["parts"]
        places = {int(part.split()[1]) for part in parts if isinstance(part, str)}
        if "until_then" in session and not places <= takers.keys():
            parts = session["until_then"]
        else:
            taken |= places
        found.append([_timed(part, takers, name) for part in parts])
    spare = sorted(takers.keys() - taken)
    require(not spare, f"The plan {name} has no place {spare}: see {PLANS.name}.")
    return found


def _timed(part: str | list, takers: dict[int, LessonFolder], plan: str) -> Part:
    if not isinstance(part, str):
        return tuple(part)
    kind, place = part.split()
    require(
        int(place) in takers,
        f"No lesson that is ready takes place {place} of the plan {plan}: let one take it in its "
        f"card, or take {part!r} out of {PLANS.name}.",
    )
    lesson = takers[int(place)]
    return f"Lesson {lesson.number}, {lesson.title}{KINDS[kind]}", lesson.entry("minutes")[kind]


def talking_points(lessons: Sequence[LessonFolder]) -> str:
    """What to say in each lesson that is ready: its own page, with links into its notebook.

    Raises
    ------
    CourseError
        If a lesson has no such page.
    """
    sections = []
    for lesson in lessons:
        if lesson.is_ready:
            page = lesson.path / "talking_points.md"
            require(
                page.exists(),
                f"Lesson {lesson.number} has no {page.name} in its folder: say there what to tell "
                "a room, what people tend to think, and what to run live.",
            )
            said = page.read_text(encoding="utf-8").strip()
            said = said.replace("](#", f"](notebooks/{lesson.name}.ipynb#")
            sections.append(f"### {lesson.number} {lesson.title}\n\n{said}")
    return "\n\n".join(sections)


def _sum(parts: Sequence[Part]) -> int:
    return sum(length for _, length in parts)


def _breaks(parts: Sequence[Part]) -> int:
    return _sum([part for part in parts if "break" in part[0].lower().split()])


def clock(time: int) -> str:
    """Minutes after midnight as people write them: 9:05."""
    return f"{time // 60}:{time % 60:02d}"


def regions(project: Path = PROJECT_FOLDER) -> dict[str, str]:
    """What stands between each pair of markers in INSTRUCTORS.md: name -> Markdown."""
    folders = lesson_folders(project / "course_utils" / "lessons")
    lessons = [folder for folder in folders if not folder.is_page]
    plans = tomllib.loads(PLANS.read_text(encoding="utf-8"))
    tables = {name: plan_table(name, sessions, lessons) for name, sessions in plans.items()}
    return {"times": times_table(lessons), **tables, "lessons": talking_points(lessons)}


def main(arguments: Sequence[str] | None = None, project: Path = PROJECT_FOLDER) -> int:
    """Run the command; returns its exit status."""
    page = project / "INSTRUCTORS.md"
    return page_command("making.authoring.instructors", page, lambda: regions(project), arguments)


if __name__ == "__main__":
    sys.exit(main())
