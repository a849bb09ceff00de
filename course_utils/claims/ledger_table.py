"""The claims as a Markdown table, and the cells of the notebooks that record them."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from course_utils.claims.claim import Claim
from course_utils.claims.evidence import NOT_MEASURED, Evidence
from course_utils.lesson_folders import LessonFolder, lesson_folders

_RECORDS = re.compile(r'(?m)^[^#\n]*\brecord\(\s*"([\w-]+)"\s*\)')
_HEADING = re.compile(r"(?m)^# #{1,6}\s+(.*\S)")


def recording_cells(lessons: Iterable[LessonFolder]) -> dict[str, list[tuple[str, str]]]:
    """Where the lessons record each claim.

    Returns
    -------
    dict of str to list of (str, str)
        For each claim the lesson's name, `NN_name`, and the anchor of the nearest heading above.
    """
    found: dict[str, list[tuple[str, str]]] = {}
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


def anchor(heading: str) -> str:
    """The anchor of a notebook's heading, as JupyterLab and nbconvert make it, for a link."""
    words = re.sub(r"[*`]", "", heading)  # marks of emphasis and code are not shown
    return quote(words.replace(" ", "-"), safe="!$&'*+,;=:@/?~")


def table_of(
    claims: Iterable[Claim], evidence: Mapping[str, Evidence], link: str | None = None
) -> str:
    """Claims as a Markdown table.

    Parameters
    ----------
    claims : sequence of Claim
        The rows.
    evidence : dict of str to Evidence
        A claim without is shown as not measured yet.
    link : str, optional
        What leads from the page to the folder of the notebooks; None for no links.
    """
    cells = recording_cells(lesson_folders()) if link is not None else {}
    lines = [
        "| claim | as usually stated | lesson | verdict | primary conditions | with a stronger "
        "source | turns on |",
        "|---|---|---|---|---|---|---|",
    ]
    for claim in claims:
        places = cells.get(claim.id)
        name = f"`{claim.id}`"
        if places:
            lesson, heading = places[0]
            name = f"[{name}]({link}{lesson}.ipynb#{heading})"
        row = (name, claim.statement, ", ".join(claim.lessons), *_measured(claim, evidence))
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def _measured(claim: Claim, evidence: Mapping[str, Evidence]) -> tuple[str, str, str, str]:
    """Verdict, conditions, the words with a stronger source, and what the verdict turns on."""
    if claim.dropped:
        return f"dropped: {claim.dropped}", "", "", ""
    shown = evidence.get(claim.id)
    if shown is None:
        return NOT_MEASURED, "", "", ""
    conditions = "<br>".join(str(each) for each in shown.conditions)
    stronger = [each.stronger_source or "–" for each in shown.conditions]
    return (
        f"**{shown.verdict}** ({shown.counts})",
        conditions,
        "<br>".join(stronger) if any(each.stronger_source for each in shown.conditions) else "",
        claim.turns_on,
    )
