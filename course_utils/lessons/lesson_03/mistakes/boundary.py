"""Typical mistakes in 03-freeze-boundary."""

from course_utils.teaching.mistake import Mistake, does_as, fails_only

#: Chains are drawn anew for each of these lengths.
LENGTHS = (4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 12, 12)


def _boundary(trainable):
    return trainable.index(True) if True in trainable else len(trainable)


def _some_train(random):
    """Frozen at both ends, and more than one layer trains, with a frozen one between two."""
    for length in LENGTHS:
        trainable = [bool(each) for each in random.random(length) < 0.5]
        below = int(random.integers(1, length - 2))
        trainable[:below] = [False] * below
        trainable[below : below + 3] = [True, False, True]
        yield ([*trainable, *[False] * int(random.integers(below + 1, below + 4))],)


def _none_train(random):
    for length in (1, 2, *random.integers(3, 9, 3)):
        yield ([False] * int(length),)


def _one_too_few(trainable):
    return _boundary(trainable) - 1


def _position_of_the_last(trainable):
    return max(number for number, trains in enumerate(trainable) if trains)


def _from_the_output(trainable):
    return _boundary(trainable[::-1])


def _gives_the_layers(answer, random):
    """What comes back has as many items as there are layers below the boundary."""
    for (trainable,) in _some_train(random):
        got = answer(list(trainable))
        if not isinstance(got, list | tuple) or len(got) != _boundary(trainable):
            return False
    return True


MISTAKES = (
    Mistake(
        name="gives-the-layers",
        hint="You found the right layers and give back the layers themselves, in a list. What is "
        "asked for is how many they are.",
        shown_by=_gives_the_layers,
    ),
    Mistake(
        name="none-trains",
        hint="You are right as soon as some layer trains. If none does, as with a frozen base "
        "before its head, your search ends without a find: how much can be cached then?",
        shown_by=fails_only(_boundary, where=_none_train, elsewhere=_some_train),
    ),
    Mistake(
        name="every-frozen-layer",
        hint="You seem to count every frozen layer, wherever it stands. One that is frozen itself "
        "but has a trainable layer below it: is its input the same in the next epoch?",
        shown_by=does_as(lambda trainable: trainable.count(False), _some_train),
    ),
    Mistake(
        name="trainable-one-too",
        hint="You are one layer too high: the first trainable layer is cached along with those "
        "below it. Would its output be the same after a step of training?",
        shown_by=does_as(lambda trainable: _boundary(trainable) + 1, _some_train),
    ),
    Mistake(
        name="one-too-few",
        hint="You stop one layer too low, so that a frozen layer is run again in every epoch. Say "
        "the first layer that trains has position 2, counted from 0: how many lie below it?",
        shown_by=does_as(_one_too_few, _some_train),
    ),
    Mistake(
        name="last-for-first",
        hint="You seem to look at the trainable layer nearest to the output. Those below it train "
        "as well, and what they put out reaches everything above them: which one decides?",
        shown_by=does_as(_position_of_the_last, _some_train),
    ),
    Mistake(
        name="from-the-output",
        hint="You seem to start at the output. The list begins at the input, and an image passes "
        "from there: from which end on is everything the same in every epoch?",
        shown_by=does_as(_from_the_output, _some_train),
    ),
    Mistake(
        name="counts-what-trains",
        hint="You count the layers that train. Those are what has to be run again in each epoch; "
        "what can be cached is to be found below them.",
        shown_by=does_as(sum, _some_train),
    ),
)
