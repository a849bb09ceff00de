"""Exercise 03-discriminative: a learning rate for each group of layers, least at the input."""

from numbers import Real

from course_utils.teaching.exercise import Exercise, Mismatch, Property, brief, call, in_words, same

ARGUMENTS = ("groups", "rate", "factor")

GROUPS = ("conv1", "conv2", "conv3", "conv4", "conv5", "head")


def _cases(random, fewest=2):
    """Groups, a rate and a factor above 1, for the last few groups and then for more."""
    for size in range(fewest, len(GROUPS) + 1):
        yield GROUPS[-size:], round(random.uniform(0.1, 1), 1), round(random.uniform(1.5, 3), 1)


def _call(answer, groups, rate, factor):
    """The rates that `answer` gives, and the case in words."""
    arguments = groups, rate, factor
    given = in_words(ARGUMENTS, arguments)
    rates = call(answer, arguments, given)
    if not isinstance(rates, dict):
        raise Mismatch(given, "a dict", brief(rates))
    return rates, given


def group_by_group(answer, random):
    for groups, rate, factor in _cases(random, fewest=1):
        rates, given = _call(answer, groups, rate, factor)
        if tuple(rates) != groups:
            expected = f"the keys {', '.join(groups)}, in this order"
            raise Mismatch(given, expected, ", ".join(map(str, rates)) or "none")
        for group, got in rates.items():
            if not isinstance(got, Real):
                raise Mismatch(given, f"a number for {group}", brief(got))


def rises_to_the_head(answer, random):
    for groups, rate, factor in _cases(random):
        rates, given = _call(answer, groups, rate, factor)
        if rates[groups[0]] >= rates[groups[-1]]:
            expected = f"a smaller rate for {groups[0]} than for {groups[-1]}"
            raise Mismatch(given, expected, brief(rates))


def head_has_the_rate(answer, random):
    for groups, rate, factor in _cases(random, fewest=1):
        rates, given = _call(answer, groups, rate, factor)
        if not same(rate, rates[groups[-1]]):
            raise Mismatch(given, f"{brief(rate)} for {groups[-1]}", brief(rates))


def same_factor_everywhere(answer, random):
    for groups, rate, factor in _cases(random):
        rates, given = _call(answer, groups, rate, factor)
        # Multiplied back, so that small rates are compared as strictly as large ones.
        for distance, group in enumerate(reversed(groups)):
            if not same(rate, rates[group] * factor**distance):
                expected = f"{brief(rate / factor**distance)} for {group}"
                raise Mismatch(given, expected, brief(rates))


DISCRIMINATIVE = Exercise(
    id="03-discriminative",
    title="discriminative learning rates",
    function="discriminative_rates",
    properties=(
        Property("it is a dict with a rate for each group, from input to head", group_by_group),
        Property(
            "the rate is least at the input, where features are general, and largest at the head",
            rises_to_the_head,
        ),
        Property("the last group has `rate` itself, not yet divided", head_has_the_rate),
        Property(
            "each group has the rate of the one above it divided by the factor, again and again",
            same_factor_everywhere,
        ),
    ),
    hints=(
        "How many groups lie above this one? The last has none above it and gets `rate`; with "
        'rate 0.1 and factor 2, the groups "conv4", "conv5", "head" get 0.025, 0.05 and 0.1.',
        "A group with d groups above it is divided by the factor d times: rate / factor**d.",
        "enumerate(groups) counts from the input, so d is len(groups) - 1 - i; a dict keeps the "
        "order in which it is filled: {group: … for i, group in enumerate(groups)}.",
    ),
)
