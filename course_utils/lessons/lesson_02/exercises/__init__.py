"""The exercises of lesson 02, A frozen ResNet50."""

import math

import numpy as np

from course_utils.lessons.lesson_02.exercises.freeze import FREEZE
from course_utils.teaching.answer_values import brief
from course_utils.teaching.exercise import Exercise, Mismatch, Property, call, expect, in_words

# --- 02-label-multiplier --------------------------------------------------------------------

CURVES = ("labels_per_class", "accuracy", "other_accuracy")


def _labels(random, size):
    return 4 + np.cumsum(random.integers(1, 20, size))


def equal_curves(answer, random):
    for size in (2, 3, 6):
        labels = _labels(random, size)
        curve = np.sort(random.uniform(0.1, 0.9, size))
        expect(answer, CURVES, (labels, curve, curve.copy()), np.ones(size))


def never_reached(answer, random):
    for size in (1, 2, 5):
        labels = _labels(random, size)
        curve = np.sort(random.uniform(0.5, 0.9, size))
        expect(answer, CURVES, (labels, curve, curve - 0.45), np.full(size, np.nan))


def delayed_curve(answer, random):
    # Both rise with the logarithm of the labels, so that the multiplier is known exactly.
    for size in (2, 3, 6):
        labels, factor = _labels(random, size), random.uniform(1.1, 3.0)
        curve = 0.1 + 0.12 * np.log(labels)
        delayed = 0.1 + 0.12 * np.log(labels / factor)
        needed = np.where(labels * factor <= labels[-1], factor, np.nan)
        expect(answer, CURVES, (labels, curve, delayed), needed)


def better_curve(answer, random):
    for size in (2, 3, 6):
        labels, factor = _labels(random, size), random.uniform(0.3, 0.9)
        curve = 0.1 + 0.12 * np.log(labels)
        earlier = 0.1 + 0.12 * np.log(labels / factor)
        needed = np.maximum(factor, labels[0] / labels)
        expect(answer, CURVES, (labels, curve, earlier), needed)


def dip_in_the_other(answer, random):
    for _ in range(5):
        labels = _labels(random, 4)
        low, high = 0.4, 0.8
        other = np.array([0.2, low, random.uniform(0.1, 0.35), high])
        accuracy = np.sort(random.uniform(low + 0.01, high - 0.01, 4))
        # The running maximum is still `low` at the third point and `high` at the fourth.
        share = (accuracy - low) / (high - low)
        needed = labels[2] * (labels[3] / labels[2]) ** share
        expect(answer, CURVES, (labels, accuracy, other), needed / labels)


def any_curves(answer, random):
    from course_utils.measuring.label_multiplier import label_multiplier

    for size in (1, 2, 3, 4, 6, 8):
        labels = _labels(random, size)
        curves = random.uniform(0.1, 0.9, (2, size)).round(3)
        expect(answer, CURVES, (labels, *curves), label_multiplier(labels, *curves))


LABEL_MULTIPLIER = Exercise(
    id="02-label-multiplier",
    title="the label multiplier",
    function="label_multiplier",
    properties=(
        Property("two equal curves that rise have a multiplier of 1 everywhere", equal_curves),
        Property("it is nan where the other curve never gets there", never_reached),
        Property(
            "a curve that is late by a factor needs that many times the labels, read by "
            "straight lines in log(labels)",
            delayed_curve,
        ),
        Property(
            "where the other curve is there from its first point on, it is the smallest "
            "number of labels divided by this one",
            better_curve,
        ),
        Property(
            "a dip in the other curve does not count: its running maximum does", dip_in_the_other
        ),
        Property("it agrees with the course's own function on any two curves", any_curves),
    ),
    hints=(
        "The gap is horizontal: take the height of one curve at n labels, walk along the other "
        "curve to where it first reaches that height, and read off its number of labels.",
        "np.maximum.accumulate(other_accuracy) never falls, so each height is reached once; the "
        "first point that is high enough and the one before it enclose the crossing.",
        "np.exp(np.interp(height, [lower, higher], np.log([labels_before, labels_after]))) is the "
        "number of labels needed; treat `reached at the first point` and `never reached` apart, "
        "and divide by n at the end.",
    ),
    example=(([10, 100], [0.5, 0.7], [0.3, 0.5]), [10.0, math.nan]),
)

# --- 02-break-even --------------------------------------------------------------------------

COSTS = ("pretraining_cost", "scratch_cost", "transfer_cost")


def never_pays(answer, random):
    expect(answer, COSTS, (10, 3, 3), math.inf)
    expect(answer, COSTS, (0, 2, 2), math.inf)
    for _ in range(5):
        pretraining, scratch, more = (int(cost) for cost in random.integers(1, 100, 3))
        expect(answer, COSTS, (pretraining, scratch, scratch + more), math.inf)


def free_pretraining(answer, random):
    for _ in range(5):
        transfer, more = (int(cost) for cost in random.integers(1, 100, 2))
        expect(answer, COSTS, (0, transfer + more, transfer), 1)


def tie_is_not_enough(answer, random):
    for most in (3, 10, 100):
        tasks, saved, transfer = (int(number) for number in random.integers(1, most, 3))
        expect(answer, COSTS, (tasks * saved, transfer + saved, transfer), tasks + 1)


def first_cheaper_task(answer, random):
    for most in (10, 50, 500):
        for _ in range(5):
            pretraining, more, transfer = (int(cost) for cost in random.integers(1, most, 3))
            costs = (pretraining, transfer + more, transfer)
            expect(answer, COSTS, costs, _first_cheaper_task(*costs))
    # Far beyond where a loop over some tasks would give up.
    costs = (100_000, 10, 3)
    expect(answer, COSTS, costs, _first_cheaper_task(*costs))


def _first_cheaper_task(pretraining, scratch, transfer):
    tasks = 1
    while pretraining + tasks * transfer >= tasks * scratch:
        tasks += 1
    return tasks


BREAK_EVEN = Exercise(
    id="02-break-even",
    title="the break-even",
    function="break_even_tasks",
    properties=(
        Property("it is math.inf where transfer costs no less than scratch", never_pays),
        Property("with pretraining for nothing, one task is enough", free_pretraining),
        Property("a tie is not enough, the total has to be strictly less", tie_is_not_enough),
        Property(
            "it is the first whole number of tasks at which the total is less", first_cheaper_task
        ),
    ),
    hints=(
        "Write down both totals for k tasks: one grows from zero by scratch_cost, the other "
        "starts at pretraining_cost and grows by transfer_cost.",
        "Each task saves scratch_cost - transfer_cost; the tasks have to save more than "
        "pretraining_cost together. If a task saves nothing, no number of them will do.",
        "The smallest whole number above a ratio, even where the ratio is whole itself, is "
        "math.floor(ratio) + 1.",
    ),
    example=((100, 10, 3), 15),
)

# --- 02-flatten-weights ---------------------------------------------------------------------

SHAPE = ("height", "width", "channels", "n_classes", "pooled")


def _count(inputs, n_classes):
    """The weights of the head, counted array by array."""
    shapes = [(inputs, 128), (128,), (128, n_classes), (n_classes,)]
    return sum(math.prod(shape) for shape in shapes)


def one_more_class(answer, random):
    for most in (3, 10, 100):
        height, width, channels, n_classes = (int(size) for size in random.integers(1, most, 4))
        for pooled in (True, False):
            arguments = (height, width, channels, n_classes, pooled)
            more = (height, width, channels, n_classes + 1, pooled)
            given = in_words(SHAPE, arguments)
            weights = call(answer, arguments, given)
            try:
                added = call(answer, more, given) - weights
            except TypeError as error:
                raise Mismatch(given, "a number", brief(weights)) from error
            if added != 129:
                raise Mismatch(given, "129 more for one more class", f"{added} more")


def smallest_head(answer, random):
    expect(answer, SHAPE, (1, 1, 1, 1, True), _count(1, 1))


def pooled_head(answer, random):
    for most in (3, 10, 100):
        height, width, channels, n_classes = (int(size) for size in random.integers(1, most, 4))
        arguments = (height, width, channels, n_classes, True)
        expect(answer, SHAPE, arguments, _count(channels, n_classes))


def flattened_head(answer, random):
    for most in (3, 10, 100):
        height, width, channels, n_classes = (int(size) for size in random.integers(1, most, 4))
        arguments = (height, width, channels, n_classes, False)
        expect(answer, SHAPE, arguments, _count(height * width * channels, n_classes))


FLATTEN_WEIGHTS = Exercise(
    id="02-flatten-weights",
    title="the weights of the head",
    function="head_weights",
    properties=(
        Property("one more class adds 128 weights and a bias", one_more_class),
        Property("every unit of both layers has a bias", smallest_head),
        Property("after pooling, the height and width of the map do not matter", pooled_head),
        Property(
            "without pooling, every position of the map has weights of its own", flattened_head
        ),
    ),
    hints=(
        "A Dense layer has one weight for each pair of an input and a unit, and one bias for "
        "each unit.",
        "Both heads differ in one number only: how many inputs the first Dense layer has.",
        "Pooling leaves `channels` inputs, flattening `height * width * channels`; "
        "Dense(128) then has (inputs + 1) * 128 weights, and Dense(n_classes) follows the same "
        "rule with 128 inputs.",
    ),
    example=((2, 2, 2048, 10, True), 263_562),
)

EXERCISES = (FREEZE, LABEL_MULTIPLIER, BREAK_EVEN, FLATTEN_WEIGHTS)
