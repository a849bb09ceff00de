"""The stored records of a study as one pandas table: a row for each trial.

The columns that every study has:

=================== ===============================================================================
dataset             what the trial was tested on, `"set/domain"` or `"set"`
part                `"test"`, or `"validation"` in a pilot and where settings are chosen: the
                    pictures that `correct` is about
base                the pretrained network, or missing
arm                 what is compared with what: `"frozen"`, `"scratch"`
labels_per_class    labelled pictures per class that the trial learnt from
draw                number of the draw of labelled pictures; trials of one draw are paired
seed                of all else that is random: first weights, batches, dropout
arithmetic          `"float32"`, `"bfloat16"`; missing where it was not written down
conditions          dict: for each claim that rests on this study, the hash of the primary
                    conditions that its card held when the trial ran; see `measuring.conditions`
correct             array of bool, shape (pictures,): whether each picture of `part` was named
                    correctly, in the order of the data set; missing where it was not kept
pictures            how many pictures those are
test_accuracy       share of the test pictures named correctly, from 0 to 1
validation_accuracy share of the validation pictures named correctly, from 0 to 1; of a run that
                    was watched a list, one for each epoch
seconds             that the trial took, where it was measured
=================== ===============================================================================

Further columns are a study's own settings and measurements; a measurement with parts, such as
`{"drift": {"stem": 0.1}}`, has a column for each: `drift_stem`. What a trial did not measure is
missing (`None` or `nan`), and a column is there once one trial has it.

Arrays of truth values are stored as packed bits, eight pictures in a byte.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.measuring.lesson_studies import lesson_of
from course_utils.measuring.sweeps import Record, read_records, unpack
from course_utils.validation import require

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "dataset", "part", "base", "arm", "labels_per_class", "draw", "seed", "arithmetic",
    "conditions", "correct", "pictures", "test_accuracy", "validation_accuracy", "seconds",
)  # fmt: skip

#: What the first edition's trials call these columns.
_FIRST_EDITION = {"n": "labels_per_class", "target": "dataset"}


def records(name: str) -> "pd.DataFrame":
    """The stored records of a study: a row for each trial, in the order that they ended in.

    Parameters
    ----------
    name : str
        One of `studies()`.

    Returns
    -------
    pandas.DataFrame
        Its columns are described at the top of this module. A copy: change it as you like. Empty
        if nothing is stored yet.

    Raises
    ------
    CourseError
        If there is no such study, or its file is damaged.

    Examples
    --------
    >>> runs = records("learning-curves").query("dataset == 'clothing'")
    >>> runs.groupby(["arm", "labels_per_class"]).test_accuracy.mean()  # doctest: +SKIP
    """
    path = lesson_of(name).records(name)
    state = path.stat() if path.exists() else None
    stamp = (state.st_mtime_ns, state.st_size) if state else (0, 0)
    return _table_once(path, *stamp).copy()


@lru_cache(maxsize=8)
def _table_once(path: Path, changed: int, size: int) -> "pd.DataFrame":
    """The table of a file, made again only when the file has changed."""
    return table_of(read_records(path))


def table_of(found: list[Record]) -> "pd.DataFrame":
    """Records, as `read_records` or `run_sweep` gives them, as a table; see this module."""
    import pandas as pd

    rows = [_row(record) for record in found]
    table = pd.DataFrame(rows, columns=None if rows else list(COLUMNS))
    missing = [name for name in COLUMNS if name not in table]
    table = table.assign(**dict.fromkeys(missing))
    own = [name for name in table.columns if name not in COLUMNS]
    return table[[*COLUMNS, *own]]


def _row(record: Record) -> dict[str, Any]:
    trial = {_FIRST_EDITION.get(key, key): value for key, value in _flat(record["trial"]).items()}
    measured = _flat(record["measured"])
    twice = trial.keys() & measured.keys()
    require(
        not twice,
        f"A trial has both set and measured {', '.join(sorted(twice))}: give one another name.",
    )
    row = trial | measured
    if "seed" in row:
        row.setdefault("draw", row["seed"])  # the first edition drew everything by one number
    elif "draw" in row:
        row["seed"] = row["draw"]
    if "test_accuracy" in row and "correct" not in row:
        row.setdefault("part", "test")
    if "correct" in row:
        require(
            row.get("part") in ("test", "validation"),
            "A trial that keeps which pictures were named correctly says of which part: give it "
            'the setting part="test" or part="validation".',
        )
        row["pictures"] = len(row["correct"])
        row[f"{row['part']}_accuracy"] = float(np.mean(row["correct"]))
    return row | {key: record[key] for key in ("arithmetic", "conditions") if key in record}


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """A dict's values with the arrays unpacked, and what is nested one level as `outer_inner`."""
    flat = {}
    for key, value in values.items():
        if isinstance(value, dict) and "bits" not in value:
            flat |= {f"{key}_{part}": unpack(each) for part, each in value.items()}
        else:
            flat[key] = unpack(value)
    return flat
