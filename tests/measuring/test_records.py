"""The table of records has the columns that it is said to have, whichever study it is of."""

import re

import numpy as np
import pandas as pd
import pytest

from course_utils.errors import CourseError
from course_utils.measuring import records, studies
from course_utils.measuring import records as records_function
from course_utils.measuring.records import COLUMNS, table_of
from course_utils.measuring.sweeps import read_records, run_sweep

DOCUMENTED = re.findall(
    r"(?m)^(\w+) +\S", records_function.__globals__["__doc__"].split("=\n")[1].split("\n===")[0]
)


def test_every_standard_column_is_documented_and_no_other():
    assert tuple(DOCUMENTED) == COLUMNS


@pytest.mark.parametrize("name", studies())
def test_a_stored_study_is_a_table_with_the_standard_columns(name):
    table = records(name)
    assert tuple(table.columns[: len(COLUMNS)]) == COLUMNS
    assert len(table) == len(read_records(studies()[name].records(name)))
    for column in ("test_accuracy", "validation_accuracy"):
        shares = table[column].dropna().explode()  # long runs have one for each epoch
        assert shares.astype(float).between(0, 1).all()


def test_what_a_caller_changes_is_not_kept():
    table = records("learning-curves")
    table["test_accuracy"] = 2
    assert records("learning-curves").test_accuracy.max() <= 1


def stored(path, *trials, **measured):
    run_sweep(trials, lambda **trial: measured, path)
    return table_of(read_records(path))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "study.jsonl"


@pytest.mark.parametrize("part", ["test", "validation"])
def test_answers_come_back_and_give_the_accuracy_of_their_part(path, part):
    answers = np.random.default_rng(0).random(333) < 0.8
    trial = {"dataset": "clothing", "part": part, "arm": "frozen", "draw": 3}
    table = stored(path, trial, correct=answers, seconds=1.5)
    (row,) = table.itertuples()
    np.testing.assert_array_equal(row.correct, answers)
    assert (row.pictures, row.draw, row.seed, row.arithmetic) == (333, 3, 3, "float32")
    assert getattr(row, f"{part}_accuracy") == answers.mean()
    other = {"test": "validation", "validation": "test"}[part]
    assert pd.isna(getattr(row, f"{other}_accuracy")) and pd.isna(row.base)


def test_answers_of_no_part_are_refused(path):
    with pytest.raises(CourseError, match='the setting part="test" or part="validation"'):
        stored(path, {"draw": 0}, correct=np.ones(3, dtype=bool))


def test_what_is_nested_has_a_column_for_each_part(path):
    trial = {"draw": 0, "setting": {"C": 0.1}}
    table = stored(path, trial, drift={"stem": 0.5, "top": np.array([True, False])})
    assert (table.setting_C[0], table.drift_stem[0]) == (0.1, 0.5)
    assert table.drift_top[0].tolist() == [True, False]


def test_the_first_editions_names_are_those_of_the_table(path):
    table = stored(path, {"target": "digits/digits", "n": 20, "seed": 4}, test_accuracy=0.5)
    row = table.iloc[0]
    assert (row.dataset, row.labels_per_class, row.draw, row.seed) == ("digits/digits", 20, 4, 4)
    assert row.part == "test"


def test_one_name_for_two_things_is_refused(path):
    with pytest.raises(CourseError, match="both set and measured steps"):
        stored(path, {"draw": 0, "steps": 3}, steps=4)


def test_no_records_are_an_empty_table():
    table = table_of([])
    assert tuple(table.columns) == COLUMNS and len(table) == 0


def test_an_empty_table_can_be_asked():
    assert len(table_of([]).query("dataset == 'x' and draw < 10")) == 0
