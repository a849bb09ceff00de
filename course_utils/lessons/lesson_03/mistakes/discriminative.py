"""Typical mistakes in 03-discriminative."""

from course_utils.lessons.lesson_03.exercises.discriminative import GROUPS
from course_utils.teaching.answer_values import same
from course_utils.teaching.mistake import Mistake, does_as, either


def _cases(random):
    """Three groups and more, so that there is one which is neither first nor last."""
    for size in (3, 4, 5, 6, 3, 6):
        groups = GROUPS[-size:]
        yield groups, round(random.uniform(0.1, 1), 2), round(random.uniform(1.4, 3.4), 2)


def _rates(groups, rate, factor):
    n = len(groups)
    return {group: rate / factor ** (n - 1 - i) for i, group in enumerate(groups)}


def _as(rate_of):
    """The mistake of taking `rate_of(rate, factor, i, n)` for the rate of group i of n."""

    def imitation(groups, rate, factor):
        n = len(groups)
        return {group: rate_of(rate, factor, i, n) for i, group in enumerate(groups)}

    return does_as(imitation, _cases)


def _by_distance(groups, rate, factor):
    return [rate / factor**distance for distance in range(len(groups))]


def _by_position(groups, rate, factor):
    return _by_distance(groups, rate, factor)[::-1]


def _in_pairs(groups, rate, factor):
    return list(_rates(groups, rate, factor).items())


def _one_group_only(answer, random):
    given = [(groups, answer(groups, *rest)) for groups, *rest in _cases(random)]
    return all(
        isinstance(rates, dict) and len(rates) == 1 and set(rates) < set(groups)
        for groups, rates in given
    )


def _head_first(answer, random):
    """The right rates, the other way round."""
    for groups, *rest in _cases(random):
        rates = answer(groups, *rest)
        if not same(_rates(groups, *rest), rates) or tuple(rates) != groups[::-1]:
            return False
    return True


MISTAKES = (
    Mistake(
        name="rates-without-names",
        hint="Your rates come in a list, and whoever gets it has to guess which is whose. A dict "
        "says so: what should its keys be?",
        shown_by=either(
            *(does_as(each, _cases) for each in (_by_distance, _by_position, _in_pairs))
        ),
    ),
    Mistake(
        name="returns-in-the-loop",
        hint="Your dict holds a single group, though several came in. Is your return inside the "
        "loop, or is the dict made anew in each round of it?",
        shown_by=_one_group_only,
    ),
    Mistake(
        name="head-first",
        hint="Each group has the right rate, but your dict begins with the head. It is to keep "
        "the order of `groups`; a dict has its keys in the order in which they went in.",
        shown_by=_head_first,
    ),
    Mistake(
        name="upside-down",
        hint="You start with `rate` at the input and divide on the way up, so the head, which is "
        "new, learns slowest and the general features fastest. At which end should the dividing "
        "start?",
        shown_by=_as(lambda rate, factor, i, n: rate / factor**i),
    ),
    Mistake(
        name="multiplied",
        hint="The head's rate is right, and below it your rates grow where they should shrink: "
        "the input would learn fastest and forget first. What should the factor do on the way "
        "down?",
        shown_by=_as(lambda rate, factor, i, n: rate * factor ** (n - 1 - i)),
    ),
    Mistake(
        name="rate-at-the-input",
        hint="Your rates rise as they should, but from `rate` at the input to many times that at "
        "the head. `rate` is the largest of them: which group does it belong to?",
        shown_by=_as(lambda rate, factor, i, n: rate * factor**i),
    ),
    Mistake(
        name="one-division-too-many",
        hint="All your rates are smaller than they should be by one factor, the head's too. How "
        "many groups lie above the head, and how often is its rate to be divided then?",
        shown_by=_as(lambda rate, factor, i, n: rate / factor ** (n - i)),
    ),
    Mistake(
        name="factor-times-distance",
        hint="The head and its neighbour are right, and further down the rates shrink too slowly: "
        "two groups down you divide by twice the factor. What is it if you divide again what was "
        "divided already?",
        shown_by=_as(
            lambda rate, factor, i, n: rate / (factor * (n - 1 - i)) if i < n - 1 else rate
        ),
    ),
    Mistake(
        name="divided-once",
        hint="All groups below the head have the same rate in yours, divided once. Each is to be "
        "slower than its own upper neighbour: what does that make of the one at the input?",
        shown_by=_as(lambda rate, factor, i, n: rate / factor if i < n - 1 else rate),
    ),
)
