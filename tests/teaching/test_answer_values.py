"""What `check` holds for the same, and how it tells values in a sentence that can be read."""

import collections
import decimal
import fractions
import math

import numpy as np
import pytest
import tensorflow as tf
import torch

from course_utils.teaching.answer_values import LONGEST, WHOLE, describe, describe_apart, same
from course_utils.teaching.exercise import Mismatch, call, expect, in_words

nan, inf = math.nan, math.inf
RAGGED = [np.array([1.0, 2.0]), np.array([[3.0]])]
Pair = collections.namedtuple("Pair", "best stopped")

SAME = [
    (3, 3.0),
    (3, np.int8(3)),
    (0.1, np.float32(0.1)),
    (3, np.array(3)),
    (3.0, fractions.Fraction(3)),
    (10**30, 10**30),
    (0.5, 0.5 + 0j),
    (nan, np.float32(nan)),
    (-inf, -inf),
    (True, np.True_),
    ([True, False], np.array([True, False])),
    ((1, 2), [1, 2]),
    ((1, 2), Pair(1, 2)),
    ([1, 2], np.array([1.0, 2.0])),
    ([1, nan, inf], np.array([1, nan, inf])),
    ([[1, 2], [3, 4]], [(1, 2), np.array([3, 4])]),
    ([], ()),
    (np.zeros((0, 3)), np.zeros((0, 3))),
    (RAGGED, [np.array([1, 2]), [[3]]]),
    (0.25, torch.tensor(0.25)),
    (0.25, torch.tensor(0.25, requires_grad=True)),
    (0.25, torch.tensor(0.25, dtype=torch.bfloat16)),
    ([1.0, 2.0], [torch.tensor(1.0, requires_grad=True), torch.tensor(2.0)]),
    ([1.0, 2.0], tf.constant([1.0, 2.0])),
    (0.25, tf.constant(0.25, tf.bfloat16)),
    (None, None),
    ("conv5", np.str_("conv5")),
    (["conv4", "conv5"], ("conv4", "conv5")),
    ({"conv5": 0.1, "head": [1, 2]}, {"head": (1, 2), "conv5": np.float64(0.1)}),
    (len, len),
]
DIFFERENT = [
    (3, 4),
    (3, "3"),
    ([1, 2], ["1", "2"]),
    (1, True),
    (True, 1.0),
    ([True, False], [1, 0]),
    (nan, None),
    ([nan, nan], [None, None]),
    ([1, nan], [nan, 1]),
    (nan, 0.0),
    (inf, -inf),
    (inf, 1e308),
    (1.0, 1.0 + 0.1j),
    ([1.0], np.array([1 + 1j])),
    (10**7, 10**7 + 1),
    (10**20 + 1, 10**20),
    (10**400, 1.0),
    (1, [1]),
    (np.array(1), np.array([1])),
    ([1, 2], [[1, 2]]),
    ([1, 2], [[1], [2]]),
    ([1, 2, 3], [1, 2]),
    ([1, 1], 1),
    (np.zeros((0, 3)), np.zeros((3, 0))),
    (RAGGED, RAGGED[::-1]),
    (RAGGED, RAGGED[:1]),
    (RAGGED, [1.0, 2.0, 3.0]),
    (0.25, torch.tensor([0.25])),
    (None, 0),
    ("conv5", "conv4"),
    ("conv5", b"conv5"),
    ({"a": 1}, {"a": 2}),
    ({"a": 1}, {"b": 1}),
    ({"a": None}, {"b": None}),
    ({"a": 1}, {"a": 1, "b": 1}),
    ({0: 1}, [1]),
    (1, len),
    (1, torch.nn.Sequential(torch.nn.Identity())),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=repr)
def test_the_same(one, other):
    assert same(one, other) is True
    assert same(other, one) is True


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=repr)
def test_not_the_same(one, other):
    assert same(one, other) is False
    assert same(other, one) is False


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
@pytest.mark.parametrize("tolerance", [1e-6, 1e-3])
def test_the_tolerance(scale, tolerance):
    room = tolerance * max(scale, 1.0)
    assert same(scale, scale + 0.9 * room, tolerance)
    assert not same(scale, scale + 2.1 * room, tolerance)
    assert same(np.full(3, scale), np.full(3, scale - 0.9 * room), tolerance)
    assert not same([scale, 0.0], [scale, 2.1 * tolerance], tolerance)


TOLD = [
    (None, "None"),
    (True, "True"),
    (np.False_, "False"),
    (3, "3"),
    (np.int64(-3), "-3"),
    (3.0, "3"),
    (-0.0, "0"),
    (1 / 3, "0.333333"),
    (1e-20, "1e-20"),
    (1e300, "1e+300"),
    (12345678.0, "12345678"),
    (nan, "nan"),
    (-inf, "-inf"),
    (1 + 2j, "1+2j"),
    (decimal.Decimal("0.5"), "0.5"),
    (fractions.Fraction(1, 4), "0.25"),
    (10**20 + 1, "100000000000000000001"),
    (10**5000, "a number of about 5000 digits"),
    ("conv5", "'conv5'"),
    (np.str_("conv5"), "'conv5'"),
    ("zwölf — 十二", "'zwölf — 十二'"),
    ("two\nlines", r"'two\nlines'"),
    ("x" * 1000, f"'{'x' * 39}…'"),
    ([], "[]"),
    ((), "()"),
    ((1,), "(1,)"),
    ([(7, 2), (3, 2)], "[(7, 2), (3, 2)]"),
    (np.array(0.5), "0.5"),
    (np.array(["a", "b"]), "['a', 'b']"),
    (np.arange(12), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"),
    (np.arange(1000), "[0, 1, 2, 3, 4, 5, 6, 7, …] of shape (1000,)"),
    (np.eye(100, 2), "[[1, 0], [0, 1], [0, 0], [0, 0], …] of shape (100, 2)"),
    (np.zeros((5, 4, 3)), "[[[0, 0, 0], [0, 0, 0], …], …] of shape (5, 4, 3)"),
    (np.ones((2, 60)), "[[1, 1, 1, 1, 1, 1, 1, 1, …], …] of shape (2, 60)"),
    (RAGGED, "[[1, 2], [[3]]]"),
    ([[1], [2, 3]], "[[1], [2, 3]]"),
    ([None, "a", 1.5], "[None, 'a', 1.5]"),
    ({"conv5": 0.05, "head": 0.1}, "{'conv5': 0.05, 'head': 0.1}"),
    (dict.fromkeys(range(9), 0), "{0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, …}"),
    (torch.tensor([0.5, 1.0], requires_grad=True), "[0.5, 1]"),
    (torch.tensor(0.5), "0.5"),
    (tf.constant([0.5, 1.0]), "[0.5, 1]"),
    (lambda: None, "a function"),
    (..., "an ellipsis"),
    (torch.nn.Identity(), "an Identity"),
]


@pytest.mark.parametrize(("value", "told"), TOLD, ids=[told for _, told in TOLD])
def test_a_value_in_brief(value, told):
    assert describe(value) == told


def nested(random, depth):
    """Something made of lists, dicts, arrays, numbers and text, of any size."""
    kind = random.integers(6) if depth else random.integers(4)
    if kind == 0:
        return "".join(map(chr, random.integers(9, 0x3000, random.integers(200))))
    if kind == 1:
        return random.normal(size=random.integers(0, 9, random.integers(5)))
    if kind == 2:
        return int(random.integers(2**40)) ** int(random.integers(1, 200))
    if kind == 3:
        return 10.0 ** random.integers(-300, 300)
    several = [nested(random, depth - 1) for _ in range(random.integers(40))]
    if kind == 4:
        return tuple(several)
    return {f"{random.integers(2**40)}": each for each in several}


@pytest.mark.parametrize("seed", range(40))
def test_whatever_it_is_it_fits_into_a_line(seed):
    told = describe(nested(np.random.default_rng(seed), 3))
    assert 0 < len(told) <= LONGEST
    assert len(told.splitlines()) == 1


def test_a_list_in_itself_is_told():
    value = [1]
    value.append(value)
    assert describe(value) == "[1, [1, [1, [1, [1, [1, …]]]]]]"


@pytest.mark.parametrize("size", [1, WHOLE, WHOLE + 1, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_what_differs_is_told_apart(seed, size):
    """Wherever the difference is, and however small."""
    random = np.random.default_rng(seed)
    expected, position = random.normal(size=size), int(random.integers(size))
    for gap in (1.0, 1e-2, 2e-6, 1e-12, nan):
        got = expected.copy()
        got[position] += gap
        one, other = describe_apart(expected, got)
        assert one != other
        assert max(len(one), len(other)) <= LONGEST
        if size > WHOLE and position >= 8:
            assert one.endswith(f" at [{position}]")


@pytest.mark.parametrize(
    ("expected", "got", "told"),
    [
        (1, 2, ("1", "2")),
        (100.0001, 100.0003, ("100.0001", "100.0003")),
        ([100.0, 1], [100.000001, 1], ("[100, 1]", "[100.000001, 1]")),
        (3, "3", ("3", "'3'")),
        (np.zeros((0, 3)), np.zeros(0), ("[] of shape (0, 3)", "[] of shape (0,)")),
        (np.zeros((9, 9)), np.eye(9)[::-1], ("0 at [0, 8]", "1")),
        ([0] * 30, [0] * 29 + [nan], ("0 at [29]", "nan")),
        (len, max, ("a builtin_function_or_method",) * 2),
    ],
)
def test_the_difference_is_shown(expected, got, told):
    assert describe_apart(expected, got) == told


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda x: "3", ", for x = 1: expected 3, got '3'"),
        (lambda x: "long " * 99, f", for x = 1: expected 3, got '{('long ' * 8)[:39]}…'"),
        (lambda x: None, ", for x = 1: expected 3, got None"),
        (lambda x: 3.00001, ", for x = 1: expected 3, got 3.00001"),
        (lambda x: torch.tensor(4.0, requires_grad=True), ", for x = 1: expected 3, got 4"),
        (lambda x: [[3], [3, 3]], ", for x = 1: expected 3, got [[3], [3, 3]]"),
    ],
)
def test_what_an_answer_gives_in_place_of_the_result(answer, told):
    with pytest.raises(Mismatch) as caught:
        expect(answer, ("x",), (1,), 3)
    assert str(caught.value) == told


UNTOUCHED = [None, "conv5", ["conv4", "conv5"], {"head": 0.1}, RAGGED, np.array([nan, 1]), [], len]


@pytest.mark.parametrize("argument", UNTOUCHED, ids=repr)
def test_inputs_of_any_kind_that_are_left_alone(argument):
    assert call(lambda x: 5, (argument,), "") == 5


def clear(x):
    x.clear()


def forget_the_first(x):
    x[next(iter(x))] = None


@pytest.mark.parametrize("argument", [["conv4", "conv5"], {"head": 0.1}, list(RAGGED), [1, 2]])
def test_inputs_that_are_changed(argument):
    with pytest.raises(Mismatch, match="expected its inputs left as they were, got one of them"):
        call(clear, (argument,), "")
    assert len(argument) > 0, "it was given a copy"


def test_an_entry_that_is_changed():
    with pytest.raises(Mismatch, match="changed in place"):
        call(forget_the_first, ({"head": 0.1, "conv5": 0.2},), "")
    with pytest.raises(Mismatch, match="changed in place"):
        call(lambda arrays: arrays[1].fill(0), (RAGGED,), "")


def test_arguments_in_words():
    told = in_words(("groups", "rate"), (("conv5", "head"), 0.1))
    assert told == "groups = ('conv5', 'head'), rate = 0.1"
