"""The claims as a Markdown table, and the cells of the notebooks that record them."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from course_utils.lesson_folders import LessonFolder, lesson_folders

_RECORDS = re.compile(r'(?m)^[^#\n]*\brecord\(\s*"([\w-]+)"\s*\)')
_HEADING = re.compile(r"(?m)^# #{1,6}\s+(.*\S)")


def recording_cells(lessons: Sequence[LessonFolder]) -> dict[str, list[tuple[str, str]]]:
    """Where the lessons record each claim.

    Parameters
    ----------
    lessons : sequence of LessonFolder

    Returns
    -------
    dict of str to list of (str, str)
        For each claim the lesson's name, `NN_name`, and the anchor of the nearest heading above.
    """
    found = {}
    for lesson in lessons:
        if lesson.is_page or not lesson.is_written:
            continue
        heading = ""
        for cell in re.split(r"(?m)^(?=# %%)", lesson.text.read_text(encoding="utf-8")):
            if cell.startswith("# %% [markdown]"):
                heading = (_HEADING.findall(cell) or [heading])[-1]
                continue
            for claim_id in _RECORDS.findall(cell):
                found.setdefault(claim_id, []).append((lesson.name, anchor(heading)))
    return found


def anchor(heading):
    """The anchor of a notebook's heading, as JupyterLab and nbconvert make it, for a link."""
    words = re.sub(r"[*`]", "", heading)  # marks of emphasis and code are not shown
    return quote(words.replace(" ", "-"), safe="!$&'*+,;=:@/?~")


def table_of(claims, evidence, link=None, lessons=None):
    """Claims as a Markdown table.

    Parameters
    ----------
    claims : sequence of Claim
        The rows.
    evidence : dict of str to Evidence
        A claim without is shown as not measured yet.
    link : str, optional
        What leads from the page to the folder of the notebooks; None for no links.
    lessons : sequence of LessonFolder, optional
        For the links; the course's own by default.

    Returns
    -------
    str
    """
    cells = recording_cells(lessons or lesson_folders()) if link is not None else {}
    lines = [
        "| claim | as usually stated | lesson | verdict | weakest and strongest margin, points "
        "| turns on |",
        "|---|---|---|---|---|---|",
    ]
    for claim in claims:
        shown = evidence.get(claim.id)
        places = cells.get(claim.id)
        name = f"`{claim.id}`"
        if places:
            lesson, heading = places[0]
            name = f"[{name}]({link}{lesson}.ipynb#{heading})"
        verdict = f"**{shown.verdict}**" if shown else _not_yet(claim)
        numbers = (shown.effect, claim.flips) if shown else ("", "")
        row = (name, claim.statement, ", ".join(claim.lessons), verdict, *numbers)
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def _not_yet(claim):
    word = "lesson" if len(claim.lessons) == 1 else "lessons"
    return f"not measured yet ({word} {' and '.join(claim.lessons)})"
