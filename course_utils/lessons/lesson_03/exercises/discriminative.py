"""### 3. A rate for each stage

Write `discriminative_rates` for groups of layers that go from the input to the head, such as
`("conv4", "conv5", "head")`: the last gets `rate`, and each one below it gets `factor` times
less than its upper neighbour. Give back a dict in the same order; Howard and Ruder, who proposed
this, used a factor of 2.6.
"""

from functools import wraps
from numbers import Real

from course_utils.teaching.answer_values import describe, same
from course_utils.teaching.exercise import Exercise, Mismatch, call, in_words
from course_utils.teaching.mistake import Mistake, in_every_case


def discriminative_rates(groups, rate, factor):
    """A learning rate for each group, from the input to the head."""
    rates = {}
    for i, group in enumerate(groups):
        groups_above = len(groups) - 1 - i
        rates[group] = rate / factor**groups_above
    return rates


ARGUMENTS = ("groups", "rate", "factor")

GROUPS = ("conv1", "conv2", "conv3", "conv4", "conv5", "head")


def _cases(random, sizes=(3, 4, 5, 6, 3, 6)):
    """The last few groups, a rate and a factor above 1; mostly some group is in the middle."""
    for size in sizes:
        yield GROUPS[-size:], round(random.uniform(0.1, 1), 1), round(random.uniform(1.5, 3), 1)


def _rates_for(answer, random, fewest=2):
    """The arguments, the rates that `answer` gives for them, and the case in words."""
    for arguments in _cases(random, range(fewest, len(GROUPS) + 1)):
        given = in_words(ARGUMENTS, arguments)
        rates = call(answer, arguments, given)
        if not isinstance(rates, dict):
            raise Mismatch(given, "a dict", describe(rates))
        yield *arguments, rates, given


def group_by_group(answer, random):
    """it is a dict with a rate for each group, from input to head"""
    for groups, _, _, rates, given in _rates_for(answer, random, fewest=1):
        if tuple(rates) != groups:
            expected = f"the keys {', '.join(groups)}, in this order"
            raise Mismatch(given, expected, ", ".join(map(str, rates)) or "none")
        for group, got in rates.items():
            if not isinstance(got, Real):
                raise Mismatch(given, f"a number for {group}", describe(got))


def rises_to_the_head(answer, random):
    """the rate is least at the input, where features are general, and largest at the head"""
    for groups, _, _, rates, given in _rates_for(answer, random):
        if rates[groups[0]] >= rates[groups[-1]]:
            expected = f"a smaller rate for {groups[0]} than for {groups[-1]}"
            raise Mismatch(given, expected, describe(rates))


def head_has_the_rate(answer, random):
    """the last group has `rate` itself, not yet divided"""
    for groups, rate, _, rates, given in _rates_for(answer, random, fewest=1):
        if not same(rate, rates[groups[-1]]):
            raise Mismatch(given, f"{describe(rate)} for {groups[-1]}", describe(rates))


def same_factor_everywhere(answer, random):
    """each group has the rate of the one above it divided by the factor, again and again"""
    for groups, rate, factor, rates, given in _rates_for(answer, random):
        # Multiplied back, so that small rates are compared as strictly as large ones.
        for distance, group in enumerate(reversed(groups)):
            if not same(rate, rates[group] * factor**distance):
                expected = f"{describe(rate / factor**distance)} for {group}"
                raise Mismatch(given, expected, describe(rates))


def _each(rate_of):
    """Take `rate_of(rate, factor, i, n)` for the rate of group i of n."""

    @wraps(rate_of)
    def wrong(groups, rate, factor):
        return {group: rate_of(rate, factor, i, len(groups)) for i, group in enumerate(groups)}

    return wrong


@in_every_case
def returns_in_the_loop(answer, groups, rate, factor):
    """Your dict holds a single group, though several came in. Is your return inside the loop, or is
    the dict made anew in each round of it?
    """
    rates = answer(groups, rate, factor)
    return isinstance(rates, dict) and len(rates) == 1 and set(rates) < set(groups)


@in_every_case
def head_first(answer, *arguments):
    """Each group has the right rate, but your dict begins with the head. It is to keep the order of
    `groups`; a dict has its keys in the order in which they went in.
    """
    rates, expected = answer(*arguments), discriminative_rates(*arguments)
    return same(expected, rates) and list(rates) == list(expected)[::-1]


def rates_without_names(*arguments):
    """Your rates come in a list, and whoever gets it has to guess which is whose. A dict says so:
    what should its keys be?
    """
    return [*discriminative_rates(*arguments).values()]


@_each
def upside_down(rate, factor, i, n):
    """You start with `rate` at the input and divide on the way up, so the head, which is new,
    learns slowest and the general features fastest. At which end should the dividing start?
    """
    return rate / factor**i


@_each
def multiplied(rate, factor, i, n):
    """The head's rate is right, and below it your rates grow where they should shrink: the input
    would learn fastest and forget first. What should the factor do on the way down?
    """
    return rate * factor ** (n - 1 - i)


@_each
def rate_at_the_input(rate, factor, i, n):
    """Your rates rise as they should, but from `rate` at the input to many times that at the head.
    `rate` is the largest of them: which group does it belong to?
    """
    return rate * factor**i


@_each
def one_division_too_many(rate, factor, i, n):
    """All your rates are smaller than they should be by one factor, the head's too. How many groups
    lie above the head, and how often is its rate to be divided then?
    """
    return rate / factor ** (n - i)


@_each
def factor_times_distance(rate, factor, i, n):
    """The head and its neighbour are right, and further down the rates shrink too slowly: two
    groups down you divide by twice the factor. What is it if you divide again what was divided
    already?
    """
    return rate / (factor * (n - 1 - i)) if i < n - 1 else rate


@_each
def divided_once(rate, factor, i, n):
    """All groups below the head have the same rate in yours, divided once. Each is to be slower
    than its own upper neighbour: what does that make of the one at the input?
    """
    return rate / factor if i < n - 1 else rate


EXERCISE = Exercise(
    reference=discriminative_rates,
    title="discriminative learning rates",
    properties=[group_by_group, rises_to_the_head, head_has_the_rate, same_factor_everywhere],
    cases=_cases,
    mistakes=[
        Mistake(
            (
                rates_without_names,
                lambda *arguments: [*discriminative_rates(*arguments).values()][::-1],
                lambda *arguments: [*discriminative_rates(*arguments).items()],
            )
        ),
        Mistake(returns_in_the_loop),
        Mistake(head_first),
        Mistake(upside_down),
        Mistake(multiplied),
        Mistake(rate_at_the_input),
        Mistake(one_division_too_many),
        Mistake(factor_times_distance),
        Mistake(divided_once),
    ],
    hints=[
        "How many groups lie above this one? The last has none above it and gets `rate`; with "
        'rate 0.1 and factor 2, the groups "conv4", "conv5", "head" get 0.025, 0.05 and 0.1.',
        "A group with d groups above it is divided by the factor d times: rate / factor**d.",
        "enumerate(groups) counts from the input, so d is len(groups) - 1 - i; a dict keeps the "
        "order in which it is filled: {group: … for i, group in enumerate(groups)}.",
    ],
)
