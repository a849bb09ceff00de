"""Every experiment is run by its name, into the cache, and stored only if that is asked for."""

import contextlib
import importlib
import inspect
import sys
from types import SimpleNamespace

import joblib
import pytest

from course_utils import measuring as experiments
from course_utils.errors import CourseError
from course_utils.measuring.sweeps import read_records, run_sweep

TRIALS = [{"seed": 0}, {"seed": 1}]


@pytest.mark.parametrize("name", experiments.studies())
def test_every_experiment_has_what_running_by_name_asks_for(name):
    module = importlib.import_module(experiments._MODULES[name])
    assert module.STORED.name == f"{name}.jsonl" and read_records(module.STORED)
    inspect.signature(module.run).bind("records.jsonl", store=True, clothing="folder")


@pytest.fixture
def invented(monkeypatch, tmp_path):
    """Put one experiment in place of all: a function that gives it its `run`."""

    def put(run):
        module = SimpleNamespace(run=run, STORED=tmp_path / "stored.jsonl")
        monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
        monkeypatch.setitem(sys.modules, "invented_sweep", module)
        monkeypatch.setattr(experiments, "EXPERIMENTS", ("invented",))
        monkeypatch.setattr(experiments, "_MODULES", {"invented": "invented_sweep"})
        return module

    return put


@pytest.mark.parametrize("store", [False, True])
def test_an_experiment_by_name_is_run_into_the_cache_and_stored_if_asked(store, invented):
    asked = []

    def run(path, **options):
        asked.append(options)
        run_sweep(TRIALS, lambda seed: {"accuracy": seed / 2}, path)

    module = invented(run)
    path = experiments.run_study("invented", store=store, clothing="folder")
    assert asked == [{"store": store, "clothing": "folder"}]
    assert [record["trial"] for record in read_records(path)] == TRIALS
    assert read_records(module.STORED) == (read_records(path) if store else [])


def test_jobs_reach_the_sweeps_of_an_experiment_and_end_with_it(invented):
    seen = []
    invented(lambda path, **options: seen.append(joblib.effective_n_jobs(None)))
    experiments.run_study("invented", jobs=2)
    experiments.run_study("invented")
    assert [*seen, joblib.effective_n_jobs(None)] == [2, 1, 1]


def test_the_cluster_reaches_the_sweeps_of_an_experiment(invented, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "course_utils.measuring.sweeps.parallel",
        lambda *where: asked.append(where) or contextlib.nullcontext(),
    )
    invented(lambda path, **options: None)
    experiments.run_study("invented", cluster="tcp://10.0.0.5:8786")
    assert asked == [(1, "tcp://10.0.0.5:8786")]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("baseline", "did you mean 'baselines'"),
        ("?", "choose from adaptation, baselines, fine-tuning, frozen-variants, "),
    ],
)
def test_an_experiment_that_there_is_not_is_told(name, hint):
    with pytest.raises(CourseError, match=f"no experiment .*: {hint}"):
        experiments.run_study(name)


def test_learning_curves_are_not_stored_without_the_clothing(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    with pytest.raises(
        CourseError, match=r"include the clothing photographs: .* --clothing FOLDER"
    ):
        experiments.run_study("learning-curves", store=True)
