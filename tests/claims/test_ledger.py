"""The ledger keeps every claim's evidence, whatever happens to it, and its pages say the same."""

import dataclasses
import json
import subprocess
import sys
import warnings

import nbformat
import numpy as np
import pytest

from course_utils.claims import evidence as evidence_module
from course_utils.claims import ledger, ledger_table
from course_utils.claims.claim import Claim
from course_utils.claims.evidence import NOT_MEASURED, Evidence, Judged, evidence_of
from course_utils.claims.registry import claims
from course_utils.claims.verdicts import verdict_of, word_of
from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.measuring.conditions import Condition
from course_utils.measuring.records import table_of
from course_utils.paths import PROJECT_FOLDER

NOTEBOOKS = PROJECT_FOLDER / "notebooks"
RECORDED = ledger.recorded()


def judged(mean, low, high, name="a condition", matters=0.05, **options):
    word = word_of(mean, low, high, matters)
    return Judged(name, matters, mean, low, high, 0.95, 10, 1000, word, **options)


def evidence_from(*intervals, verdict=None, claim="less-data"):
    """Made-up evidence with these intervals, (mean, low, high)."""
    conditions = tuple(judged(*each, name=f"condition {k}") for k, each in enumerate(intervals))
    own = verdict or verdict_of([each.word for each in conditions])
    return Evidence(claim, "02", "abc", conditions, own)


# The course's own records.


@pytest.mark.parametrize("name", RECORDED)
def test_every_recorded_claim_is_recorded_in_its_lesson(name):
    claim = {claim.id: claim for claim in claims()}[name]
    cells = ledger_table.recording_cells(lesson_folders())
    lessons = {lesson.split("_")[0] for lesson, _ in cells.get(name, ())}
    assert claim.lesson in lessons, f'no cell of lesson {claim.lesson} has record("{name}")'
    assert lessons <= set(claim.lessons)


def test_no_lesson_records_a_claim_that_is_not_measured():
    assert set(ledger_table.recording_cells(lesson_folders())) == set(RECORDED)


def test_records_are_what_the_sweeps_say_and_nothing_else():
    computed = ledger.computed()
    assert list(computed) == list(RECORDED)
    for name, evidence in computed.items():
        assert ledger.agree(evidence, RECORDED[name]), f"{name}: run {ledger.COMMAND}"


@pytest.mark.parametrize("evidence", RECORDED.values(), ids=lambda evidence: evidence.id)
def test_every_recorded_verdict_follows_from_its_numbers(evidence):
    assert ledger.follows(evidence)
    assert all(each.low <= each.mean <= each.high for each in evidence.conditions)
    assert all(each.is_exact == (each.low == each.high) for each in evidence.conditions)
    claim = {claim.id: claim for claim in claims()}[evidence.id]
    assert evidence.hash == claim.hash
    if evidence.verdict == "depends":
        assert claim.turns_on, "what a verdict turns on is named"


def test_storing_writes_the_same_records(tmp_path):
    ledger.store(tmp_path / "ledger.jsonl")
    assert ledger.recorded(tmp_path / "ledger.jsonl") == RECORDED


def test_missing_and_damaged_records_are_told(tmp_path):
    path = tmp_path / "ledger.jsonl"
    first = json.dumps(evidence_from((0.1, 0.05, 0.15)).as_dict())
    for content in (None, f"{first}\n{first[:-20]}\n", '{"id": "x"}\n'):
        if content:
            path.write_text(content, "utf-8")
        with pytest.raises(CourseError, match="missing or damaged: run `python -m course_utils"):
            ledger.recorded(path)


# The rule.


@pytest.mark.parametrize("seed", range(20))
def test_only_one_verdict_follows_from_random_numbers(seed):
    generator = np.random.default_rng(seed)
    n = generator.integers(1, 5)
    mean, half = generator.normal(0, 0.1, n), generator.exponential(0.05, n)
    intervals = list(
        zip(mean.tolist(), (mean - half).tolist(), (mean + half).tolist(), strict=True)
    )
    right = evidence_from(*intervals)
    assert ledger.follows(right)
    for verdict in {"holds", "does not hold", "depends", "undecided so far"} - {right.verdict}:
        assert not ledger.follows(dataclasses.replace(right, verdict=verdict))


def test_a_word_typed_by_hand_does_not_follow():
    right = evidence_from((0.02, -0.04, 0.08), (0.1, 0.05, 0.15))
    wrong = dataclasses.replace(right.conditions[0], word="no difference that matters")
    assert ledger.follows(right)
    assert not ledger.follows(dataclasses.replace(right, conditions=(wrong, right.conditions[1])))


@pytest.mark.parametrize(
    "changed",
    [
        {"verdict": "holds"},
        {"hash": "abd"},
        {"lesson": "03"},
        {"conditions": evidence_from((0.1, 0.05, 0.2)).conditions},
        {"conditions": evidence_from((0.1, 0.05, 0.2), (0.0, -0.3, 0.10001)).conditions},
    ],
)
def test_evidence_that_differs_does_not_agree(changed):
    own = evidence_from((0.1, 0.05, 0.2), (0.0, -0.3, 0.1))
    assert ledger.agree(own, evidence_from((0.1, 0.05, 0.2000005), (0.0, -0.3, 0.1)))
    assert not ledger.agree(own, dataclasses.replace(own, **changed))


# From records to evidence.

CONDITION = Condition("5 labels", "curves", "arm == 'frozen'", 0.05, 4, rivals=("arm == 'small'",))


def study(claim, gain=0.2, base=None, draws=4, hashed=None, seed=0):
    """Records of a study in which the frozen arm is better by `gain`."""
    found = []
    for draw in range(draws):
        random = np.random.default_rng([seed, draw])
        hard = random.random(400)
        for arm, share in (("frozen", 0.5 + gain), ("small", 0.5)):
            trial = {"arm": arm, "draw": draw, "part": "test", "dataset": "clothing"}
            if base and arm == "frozen":
                trial["base"] = base
            record = {"trial": trial, "measured": {"correct": hard < share}}
            found.append(record | {"conditions": {claim.id: hashed or claim.hash}})
    return found


@pytest.fixture
def measured(monkeypatch):
    """Put records in place of a study's."""

    def put(*found):
        table = table_of([record for part in found for record in part])
        monkeypatch.setattr(evidence_module, "records", lambda name: table)

    return put


def claim_with(*conditions, **options):
    return Claim("less-data", "so it is said", "02", ("02",), conditions, **options)


def test_evidence_holds_what_was_measured(measured):
    claim = claim_with(CONDITION)
    measured(study(claim))
    evidence = evidence_of(claim)
    (condition,) = evidence.conditions
    expected = CONDITION.estimate(table_of(study(claim)))
    assert condition.mean == pytest.approx(expected.mean, abs=1e-6)
    assert condition.interval == pytest.approx(expected.interval(), abs=1e-6)
    assert (condition.draws, condition.pictures, condition.word) == (4, 400, "supported")
    assert (evidence.verdict, evidence.hash, evidence.counts) == (
        "holds", claim.hash, "1 of 1 supported",
    )  # fmt: skip
    assert repr(evidence).startswith("less-data: holds (1 of 1 supported)\n  5 labels: 19.4 ± ")


def test_several_conditions_are_judged_more_strictly(measured):
    two = claim_with(CONDITION, dataclasses.replace(CONDITION, name="again"))
    measured(study(two))
    expected = CONDITION.estimate(table_of(study(two))).interval(0.975)
    for condition in evidence_of(two).conditions:
        assert condition.confidence == 0.975
        assert condition.interval == pytest.approx(expected, abs=1e-6)


def test_records_made_for_other_conditions_do_not_count(measured):
    claim = claim_with(CONDITION)
    for found in (study(claim, hashed="of another time"), study(claim, draws=3), []):
        measured(found)
        assert evidence_of(claim) is None
    older = [{k: v for k, v in record.items() if k != "conditions"} for record in study(claim)]
    measured(older)
    assert evidence_of(claim) is None, "records of the first edition"
    measured(study(claim))
    changed = claim_with(dataclasses.replace(CONDITION, difference_that_matters=0.02))
    assert evidence_of(changed) is None, "a condition changed after it was measured"


def test_undecided_says_what_is_short(measured):
    claim = claim_with(dataclasses.replace(CONDITION, difference_that_matters=0.2))
    measured(study(claim, gain=0.19))
    (condition,) = evidence_of(claim).conditions
    assert condition.word == "undecided" and "short" in condition.short
    assert condition.short in str(condition)


def test_the_same_with_a_stronger_source(measured):
    claim = claim_with(dataclasses.replace(CONDITION, base="resnet50", stronger_base="lite0"))
    small = [r for r in study(claim, 0.0) if r["trial"]["arm"] == "small"]
    weak = [r for r in study(claim, 0.001, "resnet50") if r["trial"]["arm"] == "frozen"]
    strong = [r for r in study(claim, 0.3, "lite0") if r["trial"]["arm"] == "frozen"]
    measured(small, weak)
    (condition,) = evidence_of(claim).conditions
    assert (condition.word, condition.stronger_source) == ("no difference that matters", "")
    measured(small, weak, strong)
    (condition,) = evidence_of(claim).conditions
    assert (condition.word, condition.stronger_source) == (
        "no difference that matters", "supported",
    )  # fmt: skip
    row = ledger_table.table_of([claim], {claim.id: evidence_of(claim)}).splitlines()[-1]
    assert "| supported |" in row


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (claim_with(), "is not measured yet in the second edition"),
        (claim_with(CONDITION, dropped="nobody asks"), r"is dropped \(nobody asks\)"),
    ],
)
def test_a_claim_without_evidence_is_not_recorded(claim, told, monkeypatch):
    assert evidence_of(claim) is None
    monkeypatch.setattr(ledger, "by_id", lambda name: claim)
    with pytest.raises(CourseError, match=told):
        ledger.record("less-data")


def test_evidence_survives_json():
    for evidence in (*RECORDED.values(), evidence_from((0.1, 0.05, 0.15), (0.0, -0.3, 0.2))):
        assert Evidence.from_dict(json.loads(json.dumps(evidence.as_dict()))) == evidence


def test_counts_name_every_word():
    evidence = evidence_from((0.1, 0.05, 0.15), (0.2, 0.1, 0.3), (0.0, -0.2, 0.2))
    assert evidence.counts == "2 of 3 supported, 1 undecided"
    assert evidence.verdict == "undecided so far"


def test_an_exact_count_is_told_in_percent_without_an_interval():
    exact = Judged("saving", 0.01, 0.066, 0.066, 0.066, 0.95, None, None, "supported", above=0.9)
    assert str(exact) == "saving: 96.6 % (90 % asked for), supported"
    assert str(judged(0.1, 0.05, 0.15)) == "a condition: 10.0 ± 5.0 points, supported"
    goal = judged(0.1, 0.05, 0.15, above=0.75)
    assert str(goal) == "a condition: 10.0 ± 5.0 points above 75 %, supported"


# The learner's ledger.


@pytest.fixture
def two_claims(monkeypatch):
    """Two measured claims in place of the course's."""
    made = {
        name: evidence_from((0.1, 0.05, 0.15), claim=name) for name in ("less-data", "gap-size")
    }
    monkeypatch.setattr(ledger, "needed_evidence", lambda claim: made[claim.id])
    return made


def test_recording_keeps_the_entries_of_other_claims(feature_store, two_claims):
    first, second = ledger.record("less-data"), ledger.record("gap-size")
    again = ledger.record("less-data")
    assert first == again
    assert ledger.learners() == {"gap-size": second, "less-data": first}
    assert [path.name for path in (feature_store.parent / "ledger").glob("*.json")]


@pytest.mark.parametrize(
    "content",
    ["", "[1]", '{"less-data": 3}', '{"x": {"id": "x"}}', "{\x00"],
)
def test_a_damaged_ledger_is_set_aside_with_a_warning(feature_store, two_claims, content):
    path = feature_store.parent / "ledger" / "claims.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8")
    with pytest.warns(UserWarning, match="is damaged, or of an earlier edition, and is now"):
        ledger.record("less-data")
    assert path.with_name("claims.damaged.json").read_text("utf-8") == content
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(ledger.learners()) == ["less-data"]


def test_a_learners_ledger_of_the_first_edition_is_set_aside(feature_store, two_claims):
    margin = {"name": "x", "mean": 0.1, "low": 0.0, "high": 0.2, "seeds": 5}
    old = {
        "id": "faster", "lesson": "02", "conditions": [margin], "data": [], "verdict": "partly",
    }  # fmt: skip
    path = feature_store.parent / "ledger" / "claims.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"faster": old}), "utf-8")
    with pytest.warns(UserWarning, match="is damaged, or of an earlier edition, and is now"):
        ledger.record("less-data")
    assert json.loads(path.with_name("claims.damaged.json").read_text("utf-8")) == {"faster": old}


@pytest.mark.parametrize("part", ["mean", "low", "high"])
def test_an_entry_with_a_difference_that_is_no_number_is_damaged(part):
    stored = json.loads(json.dumps(evidence_from((0.1, 0.05, 0.15)).as_dict()))
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
from course_utils.claims.evidence import Evidence, Judged
made = Judged("x", 0.05, 0.1, 0.05, 0.15, 0.95, 10, 100, "supported")
ledger.needed_evidence = lambda claim: Evidence(claim.id, "02", "abc", (made,), "holds")
print("ready", flush=True)
sys.stdin.readline()
for name in sys.argv[1:]:
    ledger.record(name)
"""


def test_two_processes_that_record_at_once_lose_nothing(feature_store):
    names = [claim.id for claim in claims()]
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
    assert list(ledger.learners()) == sorted(names)


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


def test_the_table_has_a_row_for_each_claim():
    header, _, *rows = ledger.table().splitlines()
    assert len(rows) == len(claims())
    for claim, row in zip(claims(), rows, strict=True):
        assert row.count(" | ") == header.count(" | ")
        assert f"| `{claim.id}` | {claim.statement} | {', '.join(claim.lessons)} |" in row
        evidence = RECORDED.get(claim.id)
        if claim.dropped:
            assert f"| dropped: {claim.dropped} |" in row
        elif evidence is None:
            assert f"| {NOT_MEASURED} |" in row
        else:
            assert f"| **{evidence.verdict}** ({evidence.counts}) |" in row
            assert all(str(each) in row for each in evidence.conditions)
    own = [claim for claim in claims() if claim.lesson == "02"]
    assert len(ledger.table("02").splitlines()) == 2 + len(own)


def test_each_recorded_claim_links_to_its_cell():
    table = ledger.table(link="notebooks/")
    cells = ledger_table.recording_cells(lesson_folders())
    for claim_id in RECORDED:
        lesson, heading = cells[claim_id][0]
        assert f"[`{claim_id}`](notebooks/{lesson}.ipynb#{heading})" in table


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
    written = nbformat.writes(page)
    wrong = nbformat.reads(written.replace(NOT_MEASURED, "**holds**"), as_version=4)
    assert list(page_problems(wrong))
