"""Every sweep of a lesson is run by its name, into the cache, and stored only if asked for."""

import contextlib
import inspect
from types import SimpleNamespace

import joblib
import pytest

from course_utils import measuring
from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder
from course_utils.measuring import lesson_studies, studies
from course_utils.measuring.sweeps import read_records, run_sweep

TRIALS = [{"seed": 0}, {"seed": 1}]


@pytest.mark.parametrize("name", studies())
def test_every_study_has_records_and_what_running_by_name_asks_for(name):
    lesson = studies()[name]
    assert len(measuring.records(name)) == len(read_records(lesson.records(name))) > 0
    run = lesson.load(lesson.studies[name]).run
    inspect.signature(run).bind("records.jsonl", store=True, clothing="folder")


@pytest.fixture
def invented(monkeypatch, tmp_path):
    """Put one study in place of all: a function that gives it its `run`, and its lesson."""
    lesson = LessonFolder(tmp_path / "lesson_77", {"title": "x", "studies": {"invented": "study"}})
    lesson.records("invented").parent.mkdir(parents=True)

    def put(run):
        monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(LessonFolder, "load", lambda self, name: SimpleNamespace(run=run))
        monkeypatch.setattr(lesson_studies, "lesson_folders", lambda: (lesson,))
        return lesson

    return put


@pytest.mark.parametrize("store", [False, True])
def test_a_study_by_name_is_run_into_the_cache_and_stored_if_asked(store, invented, monkeypatch):
    asked = []
    monkeypatch.setattr(lesson_studies, "hashes_of_study", lambda name: {f"of {name}": "abc"})

    def run(path, **options):
        asked.append(options)
        run_sweep(TRIALS, lambda seed: {"accuracy": seed / 2}, path)

    lesson = invented(run)
    path = measuring.run_study("invented", store=store, clothing="folder")
    assert asked == [{"store": store, "clothing": "folder"}]
    assert [record["trial"] for record in read_records(path)] == TRIALS
    assert all(record["conditions"] == {"of invented": "abc"} for record in read_records(path))
    assert read_records(lesson.records("invented")) == (read_records(path) if store else [])


def test_records_are_read_again_when_they_have_changed(invented):
    file = invented(None).records("invented")
    assert len(measuring.records("invented")) == 0
    run_sweep(TRIALS[:1], lambda seed: {"accuracy": 1}, file)
    assert len(measuring.records("invented")) == 1
    run_sweep(TRIALS, lambda seed: {"accuracy": 1}, file)
    assert len(measuring.records("invented")) == 2


def test_a_stored_trial_is_run_again(invented):
    file = invented(None).records("invented")
    run_sweep([t | {"arm": "a"} for t in TRIALS], lambda seed, arm: {"score": seed / 10}, file)
    live, before = measuring.live_and_stored("invented", lambda **trial: trial, {"n": 3}, seed=1)
    assert live == {"arm": "a", "seed": 1, "n": 3} and before == {"score": 0.1}
    with pytest.raises(CourseError, match=r"2 stored trials have {'arm': 'a'}: name settings"):
        measuring.live_and_stored("invented", dict, arm="a")


def test_jobs_reach_the_sweeps_of_a_study_and_end_with_it(invented):
    seen = []
    invented(lambda path, **options: seen.append(joblib.effective_n_jobs(None)))
    measuring.run_study("invented", jobs=2)
    measuring.run_study("invented")
    assert [*seen, joblib.effective_n_jobs(None)] == [2, 1, 1]


def test_the_cluster_reaches_the_sweeps_of_a_study(invented, monkeypatch):
    asked = []
    invented(lambda path, **options: None)
    monkeypatch.setattr(
        lesson_studies,
        "parallel",
        lambda *where: asked.append(where) or contextlib.nullcontext(),
    )
    measuring.run_study("invented", cluster="tcp://10.0.0.5:8786")
    assert asked == [(1, "tcp://10.0.0.5:8786")]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("fine-tunning", "did you mean 'fine-tuning'"), ("?", "there are hierarchy, learning-curves")],
)
@pytest.mark.parametrize("function", [measuring.run_study, measuring.records])
def test_a_study_that_there_is_not_is_told(function, name, hint):
    with pytest.raises(CourseError, match=f"is unknown: {hint}"):
        function(name)


def test_learning_curves_are_not_stored_without_the_clothing(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    told = r"include the clothing photographs: .* --clothing FOLDER"
    with pytest.raises(CourseError, match=told):
        measuring.run_study("learning-curves", store=True)
