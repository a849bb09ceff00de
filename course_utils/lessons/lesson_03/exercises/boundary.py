"""Exercise 03-freeze-boundary: how many layers can be run once and their output kept."""

from course_utils.teaching.exercise import Exercise, Property, expect

ARGUMENTS = ("trainable",)

#: How many layers lie below a trainable one, and how many above it.
PLACES = ((0, 1), (1, 1), (2, 1), (1, 3), (3, 2))


def _expect(answer, trainable, boundary):
    expect(answer, ARGUMENTS, (trainable,), boundary)


def none_trains(answer, random):
    for size in (1, 2, 5):
        _expect(answer, [False] * size, size)


def first_trainable_is_above(answer, random):
    for below, _ in PLACES:
        _expect(answer, [False] * below + [True], below)


def frozen_above(answer, random):
    for below, above in PLACES:
        _expect(answer, [False] * below + [True] + [False] * above, below)


def lowest_decides(answer, random):
    for below, above in PLACES:
        _expect(answer, [False] * below + [True] * (above + 1), below)
        _expect(answer, [False] * below + [True] + [False] * above + [True], below)


def any_chain(answer, random):
    for size in (1, 2, 3, *[5] * 10, 50):
        trainable = [bool(each) for each in random.random(size) < 0.3]
        # Every layer at or above some trainable one has to be run again.
        again = sum(any(trainable[: number + 1]) for number in range(size))
        _expect(answer, trainable, size - again)


FREEZE_BOUNDARY = Exercise(
    id="03-freeze-boundary",
    title="the freeze boundary",
    function="freeze_boundary",
    properties=(
        Property("if no layer trains, all of them can be run once", none_trains),
        Property(
            "the frozen layers below the first trainable one count, that one itself does not",
            first_trainable_is_above,
        ),
        Property(
            "a frozen layer above a trainable one does not count, since its input changes with "
            "every step",
            frozen_above,
        ),
        Property(
            "of several trainable layers the one nearest to the input decides", lowest_decides
        ),
        Property("it agrees with the definition on any chain", any_chain),
    ),
    hints=(
        "What a layer puts out stays the same only if neither it nor any layer below it is "
        "trained. Walk up from the input: where does that end?",
        "Counted from 0, the position of the first True is the number of layers below it: "
        "trainable.index(True). There need not be one.",
        "for number, trains in enumerate(trainable): if trains: return number; and after the "
        "loop return len(trainable).",
    ),
    example=(([False, False, True, False],), 2),
)
