"""course_utils.validation: what is given back, and what is refused in which words."""

import math

import numpy as np
import pytest

from course_utils import validation
from course_utils.errors import CourseError


def refused(function, *arguments, **options):
    with pytest.raises(CourseError) as caught:
        function(*arguments, **options)
    return str(caught.value)


def test_require():
    validation.require(True, "never told")
    assert refused(validation.require, False, "It is wrong: mend it.") == "It is wrong: mend it."


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_a_whole_number_becomes_an_int(value):
    assert type(validation.whole_number(value, "n", 1, 3)) is int


@pytest.mark.parametrize("value", [0, 4, 2.0, "2", True, None, np.bool_(True), math.nan])
def test_other_than_a_whole_number_within_bounds_is_refused(value):
    told = refused(validation.whole_number, value, "n", 1, 3)
    assert told == f"n must be a whole number from 1 to 3, not {value!r}."


def test_a_whole_number_has_no_upper_bound_unless_one_is_given():
    assert validation.whole_number(10**30, "n") == 10**30
    assert "of at least 0" in refused(validation.whole_number, -1, "n")


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.5)])
def test_a_number_becomes_a_float(value):
    assert type(validation.number(value, "x", above=0, at_most=1)) is float


@pytest.mark.parametrize("value", [0, 1.1, -1, math.inf, math.nan, "1", True, None, 1j])
def test_other_than_a_number_within_bounds_is_refused(value):
    told = refused(validation.number, value, "x", above=0, at_most=1)
    assert told == f"x must be a number above 0 of at most 1, not {value!r}."


def test_bounds_that_may_be_met():
    assert validation.number(0, "x", at_least=0, at_most=0) == 0
    assert "from 0 to 1" in refused(validation.number, 2, "x", at_least=0, at_most=1)


def test_one_of_gives_the_value_or_suggests_the_nearest():
    assert validation.one_of("photo", "domain", ["photo", "sketch"]) == "photo"
    told = refused(validation.one_of, "scetch", "domain", ["photo", "sketch"])
    assert told == "domain 'scetch' is unknown: did you mean 'sketch'?"
    told = refused(validation.one_of, "zzz", "domain", ["photo", "sketch"])
    assert told.endswith("there are photo, sketch.")


def test_a_text_of_numpy_is_a_text():
    assert type(validation.one_of(np.str_("photo"), "domain", ["photo"])) is str


@pytest.mark.parametrize("value", [True, 1.0, ["photo"], np.zeros(2)])
def test_one_of_takes_nothing_that_merely_equals(value):
    refused(validation.one_of, value, "n", [1, "photo"])


def test_a_table_is_in_double_precision():
    table = validation.table([[1, 2], [3, 4]], "features")
    assert table.dtype == np.float64 and table.shape == (2, 2)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.0, 2.0], "not of shape (2,)"),
        (np.zeros((0, 3)), "not of shape (0, 3)"),
        (np.zeros((3, 0)), "not of shape (3, 0)"),
        ([["a"]], "must be numbers"),
        ([[1.0], [1.0, 2.0]], "must be numbers"),
        ([[np.nan]] * 2, "not finite"),
        ([[np.inf]] * 2, "not finite"),
        ([[1.0]], "at least 2 by 1"),
    ],
)
def test_other_than_a_table_of_finite_numbers_is_refused(values, words):
    told = refused(validation.table, values, "source features", fewest=2)
    assert "source features" in told and words in told


def test_class_labels_become_int64():
    labels = validation.class_labels(np.array([0, 2], np.uint8), "labels", n=2, n_classes=3)
    assert labels.dtype == np.int64 and labels.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([], "at least one"),
        ([[0, 1]], "not of shape (1, 2)"),
        ([0.0, 1.0], "of type float64 from 0.0"),
        ([-1, 0], "from -1"),
        (["a", "b"], "of type <U1."),
        ([0, 1, 1], "for each of 2 examples, not 3"),
        ([0, 3], "run to 3, but there are 3 classes"),
    ],
)
def test_other_than_labels_is_refused(labels, words):
    told = refused(validation.class_labels, labels, "target labels", n=2, n_classes=3)
    assert "target labels" in told and words in told
