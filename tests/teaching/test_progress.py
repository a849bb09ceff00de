"""A learner's progress is kept whatever happens to its file, and never stops a lesson."""

import errno
import json
import subprocess
import sys

import pytest
from filelock import FileLock

from course_utils import CourseError, check, hint, solution
from course_utils.teaching import checks, progress

BREAK_EVEN = "02-break-even"


def right(pretraining_cost, scratch_cost, transfer_cost):
    saved = scratch_cost - transfer_cost
    return pretraining_cost // saved + 1 if saved > 0 else float("inf")


def unanswered(*costs):
    raise NotImplementedError()


def stored(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_nothing_is_recorded_before_something_is_done(own_progress):
    empty = progress.read_progress()
    assert [empty[section] for section in progress.SECTIONS] == [{}, {}, {}]
    check(BREAK_EVEN, unanswered)
    assert not own_progress.exists()


def test_checks_hints_and_the_solution_are_recorded(own_progress, capsys, monkeypatch):
    monkeypatch.setattr(checks, "_hints_shown", {})
    monkeypatch.setattr(checks, "_solutions_asked_for", set())
    check(BREAK_EVEN, lambda *costs: None)
    hint(BREAK_EVEN)
    solution(BREAK_EVEN)  # says that hints are left, and shows nothing yet
    assert "solution" not in stored(own_progress)["exercises"][BREAK_EVEN]
    solution(BREAK_EVEN)
    check(BREAK_EVEN, right)
    assert "Passed" in capsys.readouterr().out
    entry = stored(own_progress)["exercises"][BREAK_EVEN]
    assert (entry["tries"], entry["hints"], entry["solution"]) == (2, 1, True)
    assert entry["passed"].startswith("20") and entry["passed"].endswith("+00:00")


def test_an_exercise_once_passed_stays_passed(own_progress):
    check(BREAK_EVEN, right)
    first = stored(own_progress)["exercises"][BREAK_EVEN]["passed"]
    check(BREAK_EVEN, lambda *costs: None)
    check(BREAK_EVEN, right)
    entry = stored(own_progress)["exercises"][BREAK_EVEN]
    assert (entry["passed"], entry["tries"]) == (first, 3)


def test_mistakes_are_kept_once_each():
    for mistake in ("sum-for-mean", None, "sum-for-mean", "wrong-axis"):
        progress.record_check("06-leep", False, mistake)
    entry = progress.read_progress()["exercises"]["06-leep"]
    assert entry == {"tries": 4, "mistakes": ["sum-for-mean", "wrong-axis"]}


def test_answers_keep_their_order_and_the_first_right_one():
    for choice, is_right in (("c", False), ("b", True), ("a", False), ("b", True)):
        progress.record_answer("02-quiz-x", choice, is_right)
    entry = progress.read_progress()["questions"]["02-quiz-x"]
    assert entry == {"choices": ["c", "b", "a", "b"], "right_at": 2}


def test_the_first_prediction_met_by_a_measurement_counts():
    for step in ("probe", "scratch"):
        progress.record_prediction("02-x", step)
    progress.record_outcome("02-x", "probe")
    progress.record_prediction("02-x", "probe")
    progress.record_outcome("02-x", "probe")
    entry = progress.read_progress()["predictions"]["02-x"]
    assert entry == {"choice": "probe", "first": "scratch", "measured": "probe"}
    assert progress.predictions() == {"02-x": "probe"}


DAMAGED = {
    "empty": "",
    "half": '{"version": 1, "exercises": {"02-fre',
    "no json": "not at all",
    "a list": "[1, 2]",
    "a section is missing": '{"version": 1, "exercises": {}}',
    "an entry is no dict": '{"version": 1, "exercises": {"a": 1}, "questions": {}, '
    '"predictions": {}}',
    "an entry with a count in words": '{"version": 1, "exercises": {"02-break-even": '
    '{"tries": "three"}}, "questions": {}, "predictions": {}}',
    "an entry with a text for a list": '{"version": 1, "exercises": {}, "questions": {"a": '
    '{"choices": "b"}}, "predictions": {}}',
    "an entry with a list for a key": '{"version": 1, "exercises": {}, "questions": {}, '
    '"predictions": {"a": {"choice": ["b"]}}}',
    "a version in words": '{"version": "one", "exercises": {}, "questions": {}, "predictions": {}}',
    "nested without end": "[" * 100_000,
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_put_aside_and_told(own_progress, capsys, text):
    own_progress.parent.mkdir()
    own_progress.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="is damaged; your notebooks are as they were"):
        progress.read_progress()
    check(BREAK_EVEN, right)
    said = capsys.readouterr().out
    aside = own_progress.with_name("progress-damaged-1.json")
    assert said.startswith("Passed")
    assert f"it is kept as {aside}" in said and said.count("\n") == 2
    assert aside.read_text(encoding="utf-8") == text
    assert "passed" in stored(own_progress)["exercises"][BREAK_EVEN]


def test_each_damaged_file_is_kept(own_progress):
    own_progress.parent.mkdir()
    for text in ("first", "second"):
        own_progress.write_text(text, encoding="utf-8")
        progress.record_solution(BREAK_EVEN)
    kept = [own_progress.with_name(f"progress-damaged-{k}.json").read_text() for k in (1, 2)]
    assert kept == ["first", "second"]


def test_bytes_that_are_no_text_are_damage_too(own_progress):
    own_progress.parent.mkdir()
    own_progress.write_bytes(b"\xff\xfe\x00")
    progress.record_solution(BREAK_EVEN)
    assert own_progress.with_name("progress-damaged-1.json").read_bytes() == b"\xff\xfe\x00"


def test_a_deleted_file_is_told_and_begun_anew(own_progress, capsys):
    progress.record_solution(BREAK_EVEN)
    own_progress.unlink()
    check(BREAK_EVEN, right)
    said = capsys.readouterr().out
    assert "is gone, and begins anew; the notebooks are as they were" in said
    assert list(stored(own_progress)["exercises"]) == [BREAK_EVEN]
    check(BREAK_EVEN, right)
    assert "is gone" not in capsys.readouterr().out


def test_a_later_versions_file_is_left_alone(own_progress, capsys):
    own_progress.parent.mkdir()
    later = {**stored_sections(), "version": progress.VERSION + 1}
    own_progress.write_text(json.dumps(later), encoding="utf-8")
    check(BREAK_EVEN, right)
    assert "kept by a later version of this course" in capsys.readouterr().out
    assert stored(own_progress) == later


def stored_sections():
    return {section: {} for section in progress.SECTIONS}


def test_what_it_does_not_know_is_kept(own_progress):
    own_progress.parent.mkdir()
    own_progress.write_text(
        json.dumps({"version": 1, **stored_sections(), "note": "mine"}), encoding="utf-8"
    )
    progress.record_solution(BREAK_EVEN)
    assert stored(own_progress)["note"] == "mine"


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "is full"), (errno.EROFS, "cannot be written")]
)
def test_a_disk_that_takes_nothing_stops_no_check(own_progress, capsys, monkeypatch, number, words):
    progress.record_solution(BREAK_EVEN)
    before = own_progress.read_bytes()

    def refuse(*arguments, **options):
        raise OSError(number, "refused", str(own_progress))

    monkeypatch.setattr("course_utils.files.tempfile.mkstemp", refuse)
    check(BREAK_EVEN, right)
    said = capsys.readouterr().out
    assert said.startswith("Passed")
    assert "(Not recorded in your progress: " in said and words in said
    assert own_progress.read_bytes() == before


def test_a_folder_in_the_way_stops_no_check(own_progress, capsys):
    own_progress.mkdir(parents=True)
    check(BREAK_EVEN, right)
    said = capsys.readouterr().out
    assert said.startswith("Passed") and "(Not recorded in your progress: " in said


def test_a_file_that_another_notebook_holds_stops_no_check(own_progress, capsys, monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_FOR_LOCK", 0.01)
    own_progress.parent.mkdir()
    with FileLock(own_progress.with_suffix(".lock")):
        check(BREAK_EVEN, right)
    said = capsys.readouterr().out
    assert said.startswith("Passed")
    assert "has been held by another notebook" in said and said.count("\n") == 2
    check(BREAK_EVEN, right)
    assert stored(own_progress)["exercises"][BREAK_EVEN]["tries"] == 1


@pytest.mark.parametrize("error", [NotImplementedError, RuntimeError, ValueError])
def test_whatever_goes_wrong_with_the_file_stops_no_check(capsys, monkeypatch, error):
    def refuse(*arguments, **options):  # as a lock does on a disk that knows none
        raise error("no locks here")

    monkeypatch.setattr(progress, "FileLock", refuse)
    check(BREAK_EVEN, right)
    assert capsys.readouterr().out.endswith("(Not recorded in your progress: no locks here)\n")


def test_a_file_that_cannot_be_read_is_told_with_what_to_do(own_progress):
    own_progress.mkdir(parents=True)
    with pytest.raises(CourseError, match=r"cannot be read \(.*COURSE_PROGRESS to a file of your"):
        progress.read_progress()


def test_several_kernels_lose_nothing(own_progress):
    code = (
        "import sys\n"
        "from course_utils.teaching.progress import record_check\n"
        "for k in range(25):\n"
        "    record_check(f'02-{sys.argv[1]}-{k}', True)\n"
        "    record_check('02-shared', False)\n"
    )
    # The environment names this test's own file.
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in "ab"]
    assert [process.wait(60) for process in running] == [0, 0]
    entries = progress.read_progress()["exercises"]
    assert entries["02-shared"]["tries"] == 50
    assert len(entries) == 51
