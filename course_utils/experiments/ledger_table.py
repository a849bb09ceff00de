"""The claims as a Markdown table, and the cells of the notebooks that record them."""

import re
from pathlib import Path
from urllib.parse import quote

from course_utils.paths import PROJECT_FOLDER

SOURCES = PROJECT_FOLDER / "notebooks" / "source"

_RECORDS = re.compile(r'(?m)^[^#\n]*\brecord\(\s*"([\w-]+)"\s*\)')
_HEADING = re.compile(r"(?m)^# #{1,6}\s+(.*\S)")


def recording_cells(folder=SOURCES):
    """Where the lessons record each claim.

    Parameters
    ----------
    folder : path
        The lessons' texts, in jupytext's percent format.

    Returns
    -------
    dict of str to list of (str, str)
        For each claim the lesson's name, `NN_name`, and the anchor of the nearest heading above.
    """
    found = {}
    for path in sorted(Path(folder).glob("[0-9]*.py")):
        heading = ""
        for cell in re.split(r"(?m)^(?=# %%)", path.read_text(encoding="utf-8")):
            if cell.startswith("# %% [markdown]"):
                heading = (_HEADING.findall(cell) or [heading])[-1]
                continue
            for claim_id in _RECORDS.findall(cell):
                found.setdefault(claim_id, []).append((path.stem, anchor(heading)))
    return found


def anchor(heading):
    """The anchor of a notebook's heading, as JupyterLab and nbconvert make it, for a link."""
    words = re.sub(r"[*`]", "", heading)  # marks of emphasis and code are not shown
    return quote(words.replace(" ", "-"), safe="!$&'*+,;=:@/?~")


def table_of(claims, evidence, link=None, folder=SOURCES):
    """Claims as a Markdown table.

    Parameters
    ----------
    claims : sequence of Claim
        The rows.
    evidence : dict of str to Evidence
        A claim without is shown as not measured yet.
    link : str, optional
        What leads from the page to the folder of the notebooks; None for no links.
    folder : path
        The lessons' texts, for the links.

    Returns
    -------
    str
    """
    cells = recording_cells(folder) if link is not None else {}
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
