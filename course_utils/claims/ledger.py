"""The ledger of claims: what was measured for each, and the verdict that follows by rule.

A lesson writes a claim down in the cell where it has just measured it, by `record`; that goes
into the learner's own ledger, in the cache. The course's own records are `ledger.jsonl` beside
this file, written by `python -m course_utils.claims.ledger`; tests compare them with the sweeps.
"""

import contextlib
import json
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from course_utils.claims.evidence import (
    Evidence,
    agree,
    evidence_of,
    follows,
    needed_evidence,
)
from course_utils.claims.ledger_table import table_of
from course_utils.claims.registry import by_id, claims
from course_utils.errors import CourseError
from course_utils.files import atomic_path, disk_errors_explained
from course_utils.paths import cache_folder

__all__ = ["agree", "computed", "follows", "learners", "record", "recorded", "store", "table"]

STORED = Path(__file__).parent / "ledger.jsonl"
COMMAND = "python -m course_utils.claims.ledger"


def record(claim_id: str) -> Evidence:
    """Write down in the learner's ledger what was measured for a claim, and give it.

    Entries of other claims are kept, also if another process writes at the same time.

    Parameters
    ----------
    claim_id : str
        See `registry.claims`.

    Returns
    -------
    Evidence
        Shown as its verdict, with every condition's difference and word.

    Raises
    ------
    CourseError
        If there is no such claim, if it is not measured yet, or if the file can't be written.
    """
    evidence = needed_evidence(by_id(claim_id))
    with _own_ledger() as path:
        entries = {**_read(path), evidence.id: evidence}
        stored = {name: entries[name].as_dict() for name in sorted(entries)}
        with atomic_path(path) as temporary:
            text = json.dumps(stored, indent=1, ensure_ascii=False)
            temporary.write_text(text + "\n", encoding="utf-8")
    return evidence


def learners() -> dict[str, Evidence]:
    """The learner's own ledger: by claim what `record` has written so far."""
    with _own_ledger() as path:
        return _read(path)


@contextlib.contextmanager
def _own_ledger() -> Iterator[Path]:
    """The path of the learner's ledger, which no other process changes meanwhile."""
    path = cache_folder("ledger") / "claims.json"
    with disk_errors_explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            yield path


def _read(path: Path) -> dict[str, Evidence]:
    """The entries of a ledger; a file that can't be read is set aside, and there are none."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {name: Evidence.from_dict(entry) for name, entry in stored.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError):
        aside = path.with_name(f"{path.stem}.damaged{path.suffix}")
        path.replace(aside)
        warnings.warn(
            f"The ledger {path} is damaged, or of an earlier edition, and is now {aside.name}: a "
            "new one is begun; the cells that record a claim write it again.",
            stacklevel=4,
        )
        return {}


def recorded(path: str | os.PathLike[str] = STORED) -> dict[str, Evidence]:
    """The course's own records: for each measured claim its evidence.

    Raises
    ------
    CourseError
        If the file is missing or damaged.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        found = [Evidence.from_dict(json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise CourseError(
            f"The records of the claims at {path} are missing or damaged: run `{COMMAND}`, which "
            "writes them all anew."
        ) from None
    return {evidence.id: evidence for evidence in found}


def computed() -> dict[str, Evidence]:
    """By claim the evidence of each that is measured, from the stored sweeps."""
    found = {claim.id: evidence_of(claim) for claim in claims()}
    return {name: evidence for name, evidence in found.items() if evidence is not None}


def store(path: str | os.PathLike[str] = STORED) -> None:
    """Write the course's own records anew, a line for each claim."""
    lines = [json.dumps(one.as_dict(), ensure_ascii=False) + "\n" for one in computed().values()]
    with atomic_path(path) as temporary:
        temporary.write_text("".join(lines), encoding="utf-8", newline="\n")


def table(lesson: str | None = None, link: str | None = None) -> str:
    """The claims as a Markdown table, from the course's own records.

    Parameters
    ----------
    lesson : str, optional
        Number of a lesson, for the claims that it measures; by default all claims.
    link : str, optional
        What leads from the page to the folder of the notebooks, such as `"notebooks/"`, or
        `""`: each name then leads to the cell that records the claim. No links by default.
    """
    own = [claim for claim in claims() if lesson in (None, claim.lesson)]
    return table_of(own, recorded(), link)


def main() -> int:
    """Write the course's own records, and say what became of the claims."""
    try:
        store()
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(recorded())} of {len(claims())} claims are measured and recorded.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
