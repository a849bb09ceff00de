"""### 6. What can be cached

In a chain of layers from input to output, `trainable` says of each whether it trains. Write
`freeze_boundary`: how many layers, counted from the input, put out the same for an image in
every epoch, so that they can be run once and their output kept.
"""

from course_utils.teaching.exercise import Exercise, expect
from course_utils.teaching.mistake import Mistake, fails_only, in_every_case


def freeze_boundary(trainable):
    """How many layers lie below the first trainable one: all, if none is."""
    for number, trains in enumerate(trainable):
        if trains:
            return number
    return len(trainable)


#: How many layers lie below a trainable one, and how many above it.
PLACES = ((0, 1), (1, 1), (2, 1), (1, 3), (3, 2))


def _expect(answer, trainable, boundary):
    expect(answer, ("trainable",), (trainable,), boundary)


def none_trains(answer, random):
    """if no layer trains, all of them can be run once"""
    for size in (1, 2, 5):
        _expect(answer, [False] * size, size)


def first_trainable_is_above(answer, random):
    """the frozen layers below the first trainable one count, that one itself does not"""
    for below, _ in PLACES:
        _expect(answer, [False] * below + [True], below)


def frozen_above(answer, random):
    """a frozen layer above a trainable one does not count, since its input changes with every
    step
    """
    for below, above in PLACES:
        _expect(answer, [False] * below + [True] + [False] * above, below)


def lowest_decides(answer, random):
    """of several trainable layers the one nearest to the input decides"""
    for below, above in PLACES:
        _expect(answer, [False] * below + [True] * (above + 1), below)
        _expect(answer, [False] * below + [True] + [False] * above + [True], below)


def any_chain(answer, random):
    """it agrees with the definition on any chain"""
    for size in (1, 2, 3, *[5] * 10, 50):
        trainable = [bool(each) for each in random.random(size) < 0.3]
        _expect(answer, trainable, freeze_boundary(trainable))


def _some_train(random):
    """Frozen at both ends, and more than one layer trains, with a frozen one between two."""
    for length in (4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 12, 12):
        trainable = [bool(each) for each in random.random(length) < 0.5]
        below = int(random.integers(1, length - 2))
        trainable[:below] = [False] * below
        trainable[below : below + 3] = [True, False, True]
        yield ([*trainable, *[False] * int(random.integers(below + 1, below + 4))],)


def _none_train(random):
    for length in (1, 2, *random.integers(3, 9, 3)):
        yield ([False] * int(length),)


@in_every_case
def gives_the_layers(answer, trainable):
    """You found the right layers and give back the layers themselves, in a list. What is asked for
    is how many they are.
    """
    got = answer(list(trainable))
    return isinstance(got, list | tuple) and len(got) == freeze_boundary(trainable)


def every_frozen_layer(trainable):
    """You seem to count every frozen layer, wherever it stands. One that is frozen itself but has a
    trainable layer below it: is its input the same in the next epoch?
    """
    return trainable.count(False)


def trainable_one_too(trainable):
    """You are one layer too high: the first trainable layer is cached along with those below it.
    Would its output be the same after a step of training?
    """
    return freeze_boundary(trainable) + 1


def one_too_few(trainable):
    """You stop one layer too low, so that a frozen layer is run again in every epoch. Say the first
    layer that trains has position 2, counted from 0: how many lie below it?
    """
    return freeze_boundary(trainable) - 1


def last_for_first(trainable):
    """You seem to look at the trainable layer nearest to the output. Those below it train as well,
    and what they put out reaches everything above them: which one decides?
    """
    return len(trainable) - 1 - freeze_boundary(trainable[::-1])


def from_the_output(trainable):
    """You seem to start at the output. The list begins at the input, and an image passes from
    there: from which end on is everything the same in every epoch?
    """
    return freeze_boundary(trainable[::-1])


def counts_what_trains(trainable):
    """You count the layers that train. Those are what has to be run again in each epoch; what can
    be cached is to be found below them.
    """
    return sum(trainable)


EXERCISE = Exercise(
    reference=freeze_boundary,
    title="the freeze boundary",
    properties=[none_trains, first_trainable_is_above, frozen_above, lowest_decides, any_chain],
    cases=_some_train,
    mistakes=[
        Mistake(gives_the_layers),
        Mistake(
            fails_only(where=_none_train),
            "You are right as soon as some layer trains. If none does, as with a frozen base "
            "before its head, your search ends without a find: how much can be cached then?",
            name="none-trains",
        ),
        Mistake(every_frozen_layer),
        Mistake(trainable_one_too),
        Mistake(one_too_few),
        Mistake(last_for_first),
        Mistake(from_the_output),
        Mistake(counts_what_trains),
    ],
    hints=[
        "What a layer puts out stays the same only if neither it nor any layer below it is "
        "trained. Walk up from the input: where does that end?",
        "Counted from 0, the position of the first True is the number of layers below it: "
        "trainable.index(True). There need not be one.",
        "for number, trains in enumerate(trainable): if trains: return number; and after the "
        "loop return len(trainable).",
    ],
    example=(([False, False, True, False],), 2),
)
