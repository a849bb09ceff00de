"""The ledger keeps every claim's evidence, whatever happens to it, and its pages say the same."""

import dataclasses
import json
import subprocess
import sys
import warnings

import nbformat
import numpy as np
import pytest

from course_utils.claims import ledger, ledger_table
from course_utils.claims.claim import Claim, Exact
from course_utils.claims.evidence import Evidence, Margin, evidence_of
from course_utils.claims.registry import claims
from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.measuring.results import Result
from course_utils.paths import PROJECT_FOLDER

NOTEBOOKS = PROJECT_FOLDER / "notebooks"
RECORDED = ledger.recorded()
WRITTEN = {lesson.number for lesson in lesson_folders() if lesson.is_written}
#: Claims that a lesson which is written has to measure.
DUE = [claim for claim in claims() if claim.lesson in WRITTEN]


def evidence_from(*intervals, verdict="partly"):
    """Made-up evidence with these intervals."""
    margins = (
        Margin(f"condition {k}", (low + high) / 2, low, high, 5)
        for k, (low, high) in enumerate(intervals)
    )
    return Evidence("less-data", "02", tuple(margins), ("materials",), verdict)


# The course's own records.


@pytest.mark.parametrize("claim", DUE, ids=lambda claim: claim.id)
def test_every_claim_of_a_lesson_that_exists_is_recorded_there(claim):
    assert claim.is_measured, "give it conditions in claims.py"
    assert claim.id in RECORDED, f"run {ledger.COMMAND}"
    cells = ledger_table.recording_cells(lesson_folders())
    lessons = {name.split("_")[0] for name, _ in cells.get(claim.id, ())}
    assert claim.lesson in lessons, f'no cell of lesson {claim.lesson} has record("{claim.id}")'
    assert lessons <= set(claim.lessons)


def test_records_are_what_the_sweeps_say_and_nothing_else():
    computed = ledger.computed()
    assert list(computed) == list(RECORDED)
    for name, evidence in computed.items():
        assert ledger.agree(evidence, RECORDED[name]), f"{name}: run {ledger.COMMAND}"


@pytest.mark.parametrize("evidence", RECORDED.values(), ids=lambda evidence: evidence.id)
def test_every_recorded_verdict_follows_from_its_numbers(evidence):
    assert ledger.follows(evidence)
    assert all(m.low <= m.mean <= m.high for m in evidence.conditions)
    assert all((m.seeds == 1) == (m.low == m.high) for m in evidence.conditions)


def test_storing_writes_the_same_records(tmp_path):
    ledger.store(tmp_path / "ledger.jsonl")
    assert ledger.recorded(tmp_path / "ledger.jsonl") == RECORDED


def test_missing_and_damaged_records_are_told(tmp_path):
    path = tmp_path / "ledger.jsonl"
    first = ledger.STORED.read_text("utf-8").splitlines()[0]
    for content in (None, f"{first}\n{first[:-20]}\n", '{"id": "x"}\n'):
        if content:
            path.write_text(content, "utf-8")
        with pytest.raises(CourseError, match="missing or damaged: run `python -m course_utils"):
            ledger.recorded(path)


def test_a_claim_without_conditions_has_no_evidence():
    claim = Claim("some-claim", "one may say so", "08", ("08", "09"))
    with pytest.raises(CourseError, match=r"'some-claim' is not measured yet \(lesson 08, 09"):
        evidence_of(claim)


# The rule.


@pytest.mark.parametrize("seed", range(20))
def test_only_one_verdict_follows_from_random_margins(seed):
    generator = np.random.default_rng(seed)
    low = generator.normal(size=generator.integers(1, 6))
    high = low + generator.exponential(size=len(low))
    right = "holds" if low.min() > 0 else "partly" if low.max() > 0 else "does not hold here"
    for verdict in ("holds", "partly", "does not hold here"):
        made_up = evidence_from(*zip(low.tolist(), high.tolist(), strict=True), verdict=verdict)
        assert ledger.follows(made_up) == (verdict == right)


def test_an_interval_that_ends_at_zero_is_within_noise():
    assert ledger.follows(evidence_from((0.0, 0.1), verdict="does not hold here"))


@pytest.mark.parametrize(
    "changed",
    [
        {"verdict": "holds"},
        {"data": ("digits",)},
        {"lesson": "03"},
        {"conditions": evidence_from((0.1, 0.2)).conditions},
        {"conditions": evidence_from((0.1, 0.2), (-0.3, 0.10001)).conditions},
    ],
)
def test_evidence_that_differs_does_not_agree(changed):
    own = evidence_from((0.1, 0.2), (-0.3, 0.1))
    assert ledger.agree(own, evidence_from((0.1, 0.2000005), (-0.3, 0.1)))
    assert not ledger.agree(own, dataclasses.replace(own, **changed))


def test_evidence_holds_what_was_measured():
    conditions = {"seeds": Result([0.1, 0.2, 0.4]), "count": Exact(-0.05)}
    evidence = evidence_of(Claim("x", "x", "01", ("01",), "t", lambda: conditions))
    seeds, count = evidence.conditions
    assert seeds.interval == pytest.approx(conditions["seeds"].interval, abs=1e-6)
    assert (seeds.seeds, count.seeds) == (3, 1)
    assert (seeds.percent(), count.percent()) == (conditions["seeds"].percent(), "-5.0")
    assert (evidence.lesson, evidence.data) == ("01", ())
    assert count.interval == (-0.05, -0.05)
    assert evidence.verdict == "does not hold here"
    assert evidence.effect == f"-5.0 (count); {seeds.percent()} (seeds)"


def test_evidence_survives_json():
    for evidence in RECORDED.values():
        assert Evidence.from_dict(json.loads(json.dumps(evidence.as_dict()))) == evidence


def test_evidence_shows_its_ends_on_short_lines():
    for evidence in RECORDED.values():
        first, *ends = repr(evidence).splitlines()
        assert first.startswith(f"{evidence.id}: {evidence.verdict} ({evidence.met} of ")
        means = [margin.mean for margin in evidence.conditions]
        assert [end.mean for end in evidence.ends] == [min(means), max(means)]
        assert all(end.name in line for end, line in zip(evidence.ends, ends, strict=True))
        assert max(map(len, (first, *ends))) <= 110
    assert "only" in repr(evidence_from((0.1, 0.2), verdict="holds"))


# The learner's ledger.


def test_recording_keeps_the_entries_of_other_claims(feature_store):
    first, second = ledger.record("less-data"), ledger.record("gap-size")
    again = ledger.record("less-data")
    assert first == again
    assert ledger.learners() == {"gap-size": second, "less-data": first}
    assert [path.name for path in (feature_store.parent / "ledger").glob("*.json")]


@pytest.mark.parametrize("content", ["", "[1]", '{"less-data": 3}', '{"x": {"id": "x"}}', "{\x00"])
def test_a_damaged_ledger_is_set_aside_with_a_warning(feature_store, content):
    path = feature_store.parent / "ledger" / "claims.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8")
    with pytest.warns(UserWarning, match="was damaged and is now"):
        ledger.record("less-data")
    assert path.with_name("claims.damaged.json").read_text("utf-8") == content
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(ledger.learners()) == ["less-data"]


@pytest.mark.parametrize("part", ["mean", "low", "high", "seeds"])
def test_an_entry_with_a_margin_that_is_no_number_is_damaged(part):
    stored = json.loads(json.dumps(RECORDED["less-data"].as_dict()))
    stored["conditions"][0][part] = "much"
    with pytest.raises(ValueError, match="no number"):
        Evidence.from_dict(stored)


def test_an_unknown_claim_is_not_written(feature_store):
    with pytest.raises(CourseError, match="did you mean 'less-data'"):
        ledger.record("les-data")
    assert not (feature_store.parent / "ledger").exists()


RECORD_ALL = """
import sys
from course_utils.claims import ledger
from course_utils.claims.evidence import evidence_of
print("ready", flush=True)
sys.stdin.readline()
for name in sys.argv[1:]:
    ledger.record(name)
"""


def test_two_processes_that_record_at_once_lose_nothing(feature_store):
    names = list(RECORDED)
    halves = names[::2], names[1::2]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [
        subprocess.Popen([sys.executable, "-c", RECORD_ALL, *half], **pipes) for half in halves
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert ledger.learners() == RECORDED


# The pages.


def test_the_anchor_is_that_of_the_nearest_heading_above(tmp_path):
    text = (
        '# %% [markdown]\n# # 02 A title\n#\n# ## Is it `so`, (now)?\n\n# %%\n# record("a")\n'
        'x = ledger.record("b")\n\n# %% [markdown]\n# Words.\n\n# %%\nrecord("c")\n'
        'record(base, "d")\n'
    )
    lesson = LessonFolder(tmp_path / "lesson_02", {"title": "x"})
    page = LessonFolder(tmp_path / "page", {"title": "y"})
    for folder, content in ((lesson, text), (page, '# %%\nrecord("e")\n')):
        folder.path.mkdir()
        folder.text.write_text(content, "utf-8")
    place = ("02_x", "Is-it-so,-%28now%29?")
    assert ledger_table.recording_cells([lesson, page]) == {"b": [place], "c": [place]}


def test_the_table_has_a_readable_row_for_each_claim():
    header, _, *rows = ledger.table().splitlines()
    assert len(rows) == len(claims())
    for claim, row in zip(claims(), rows, strict=True):
        assert row.count(" | ") == header.count(" | ")
        assert f"| `{claim.id}` | {claim.statement} | {', '.join(claim.lessons)} |" in row
        evidence = RECORDED.get(claim.id)
        told = f"| **{evidence.verdict}** | {evidence.effect} |" if evidence else "not measured yet"
        assert told in row
        assert len(row) <= 400
    own = [claim for claim in claims() if claim.lesson == "02"]
    assert len(ledger.table("02").splitlines()) == 2 + len(own)


def test_each_recorded_claim_links_to_its_cell():
    table = ledger.table(link="notebooks/")
    cells = ledger_table.recording_cells(lesson_folders())
    for claim_id in RECORDED:
        lesson, heading = cells[claim_id][0]
        assert f"[`{claim_id}`](notebooks/{lesson}.ipynb#{heading})" in table


def test_the_readme_shows_the_records():
    page = (PROJECT_FOLDER / "README.md").read_text("utf-8")
    assert ledger.table(link="notebooks/") in page, "run python -m making.authoring.readme"


def page_problems(page):
    """What the page of the claims (a notebook) does not show as it is recorded."""
    texts = [
        output.get("data", {}).get("text/markdown", "")
        for cell in page.cells
        for output in cell.get("outputs", ())
    ]
    if ledger.table(link="") not in texts:
        yield "its table is not that of the records"


def test_the_page_shows_the_records():
    page = nbformat.read(NOTEBOOKS / "claims.ipynb", as_version=4)
    told = "run python -m making.authoring.build --execute claims"
    assert list(page_problems(page)) == [], told
    wrong = nbformat.reads(nbformat.writes(page).replace("**holds**", "**partly**"), as_version=4)
    assert list(page_problems(wrong))
