"""A pytest plugin: nbval lets numbers written after `≈` differ a little, and nothing else.

Processors round differently, and training amplifies that, so an accuracy measured live differs a
little between machines. A lesson prints such a number as `≈ 83.4 %`, which tells the learner so
too. In text outputs

- a number after `≈` and before `%` or `points` may differ by 2.0,
- any other number after `≈` may differ by 5 % of the stored one, or by one unit of its last
  printed digit where that is more (rounding can flip it),

and all else has to be the same, save logs and progress bars, which are not compared at all.
The `conftest.py` at the project's root loads this; elsewhere use `-p nbval_tolerance`.
"""

import re
from collections import defaultdict
from decimal import Decimal

import pytest

from making.authoring.chatter import without_chatter

#: Allowed difference between percentages, in percentage points.
POINTS = Decimal("2.0")

#: Allowed difference between other numbers, relative to the stored one.
SHARE = Decimal("0.05")

_APPROXIMATE = re.compile(
    r"≈\s*(?P<number>[-+−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    r"(?P<unit>\s?%|\s(?:percentage\s)?points?\b)?"
)


def pytest_configure(config: pytest.Config) -> None:
    """Teach nbval the tolerance, where it is in use."""
    if not (config.getoption("nbval", False) or config.getoption("nbval_lax", False)):
        return
    from nbval.plugin import IPyNbCell

    exactly = IPyNbCell.compare_outputs

    def compare_outputs(self, test, ref, skip_compare=None):
        test, ref = without_chatter(test), without_chatter(ref)
        settle(test, ref)
        return exactly(self, test, ref, skip_compare)

    IPyNbCell.compare_outputs = compare_outputs


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say so at the top of the report."""
    if config.getoption("nbval", False):
        return f"nbval: numbers after ≈ may differ by {POINTS} points or {SHARE:.0%}"
    return None


def settle(test: list[dict], reference: list[dict]) -> None:
    """Put the reference's ≈-numbers into the test's outputs where they are close enough."""
    references = _texts(reference)
    for kind, texts in _texts(test).items():
        for (place, key), (other, other_key) in zip(texts, references[kind], strict=False):
            place[key] = settled(place[key], other[other_key])


def _texts(outputs):
    """Places of all texts in a cell's outputs, as (dictionary, key), by kind."""
    places = defaultdict(list)
    for output in outputs:
        if output["output_type"] == "stream":
            places[output["name"]].append((output, "text"))
        for mime, text in output.get("data", {}).items():
            if mime.startswith("text/") and isinstance(text, str):
                places[mime].append((output["data"], mime))
    return places


def settled(text: str, reference: str) -> str:
    """`text` with those of its ≈-numbers that are close enough to the reference's made equal.

    Parameters
    ----------
    text, reference : str

    Returns
    -------
    str
        `text` itself if the two do not have as many ≈-numbers.
    """
    wanted = list(_APPROXIMATE.finditer(reference))
    if len(wanted) != len(_APPROXIMATE.findall(text)):
        return text
    in_turn = iter(wanted)

    def settle_one(found):
        match = next(in_turn)
        return match.group() if _close(found, match) else found.group()

    return _APPROXIMATE.sub(settle_one, text)


def _close(found, match):
    if (found["unit"] or "").strip() != (match["unit"] or "").strip():
        return False
    got, stored = (Decimal(m["number"].replace(",", "").replace("−", "-")) for m in (found, match))
    if match["unit"]:
        return abs(got - stored) <= POINTS
    last_digit = Decimal(1).scaleb(min(int(stored.as_tuple().exponent), 0))
    return abs(got - stored) <= max(SHARE * abs(stored), last_digit)
