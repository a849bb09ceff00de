"""Exercise 05-reversal: nothing happens forwards, and backwards the gradient turns round."""

import numpy as np

from course_utils.lessons.lesson_05.exercises.tensors import (
    TOLERANCE,
    call_on_tensors,
    expect_gradient,
    leaf,
    shown,
)
from course_utils.teaching.exercise import Exercise, Mismatch, Property, brief, same, told_for

SHAPES = ((1,), (3,), (2, 2), (2, 1, 3))


def _numbers(random, shape):
    """Numbers that are not near 0, of either sign."""
    return (random.uniform(1, 3, shape) * random.choice([-1, 1], shape)).round(1)


def _strengths(random):
    return 2.0, 0.1, round(random.uniform(0.2, 3.0), 1)


def _reversed(answer, array, strength, requires_grad=True):
    """What the answer gives for a tensor and a strength, that tensor, and the case in words."""
    also = f", strength = {brief(strength)}"
    got, (x,), given = call_on_tensors(
        lambda x: answer(x, strength), ("x",), (array,), array.shape, requires_grad, also
    )
    return got, x, given


def _expect_values(given, array, got):
    if not same(array, got, TOLERANCE):
        raise Mismatch(given, f"{brief(array)} again", shown(got))


def same_forwards(answer, random):
    for shape in SHAPES:
        for strength in (1.0, *_strengths(random)):
            array = _numbers(random, shape)
            got, _, given = _reversed(answer, array, strength)
            _expect_values(given, array, got)


def _expect_reversed(answer, random, strengths):
    for shape in SHAPES:
        for strength in strengths:
            weights = _numbers(random, shape)
            got, x, given = _reversed(answer, _numbers(random, shape), strength)
            loss = (leaf(weights) * got).sum()
            expected = 0 * weights if strength == 0 else -strength * weights
            incoming = f"the gradient (the one that comes in is {brief(weights)})"
            expect_gradient(given, incoming, expected, loss, x)


def turns_round(answer, random):
    _expect_reversed(answer, random, (1.0,))


def times_strength(answer, random):
    _expect_reversed(answer, random, _strengths(random))


def strength_zero(answer, random):
    _expect_reversed(answer, random, (0.0, 0))


def only_its_own_branch(answer, random):
    for shape in SHAPES:
        for strength in (1.0, *_strengths(random)):
            direct, turned = _numbers(random, shape), _numbers(random, shape)
            got, x, given = _reversed(answer, _numbers(random, shape), strength)
            loss = (leaf(direct) * x).sum() + (leaf(turned) * got).sum()
            given += ", and x used once more beside it"
            of = f"the gradient for x ({brief(direct)} comes in directly, {brief(turned)} reversed)"
            expect_gradient(given, of, direct - strength * turned, loss, x)


def each_call_its_own(answer, random):
    for shape in SHAPES:
        first, second = 2.0, round(random.uniform(0.2, 1.0), 1)
        array, weights = _numbers(random, shape), _numbers(random, shape)
        given = f"x = {brief(array)}, reversed once by strength {brief(first)} and once by {second}"
        x = leaf(array, requires_grad=True)
        with told_for(given):
            loss = (leaf(weights) * answer(x, first)).sum()
            loss = loss + (leaf(weights) * answer(x, second)).sum()
        of = f"the gradient ({brief(weights)} comes in twice)"
        expect_gradient(given, of, -(first + second) * weights, loss, x)


def no_gradient(answer, random):
    import torch

    for shape in SHAPES:
        array, strength = _numbers(random, shape), 1.0
        for requires_grad in (False, True):
            with torch.set_grad_enabled(not requires_grad):
                got, _, given = _reversed(answer, array, strength, requires_grad)
            how = "under torch.no_grad()" if requires_grad else "with requires_grad=False"
            _expect_values(f"{given}, {how}", array, got)


def strength_is_not_learnt(answer, random):
    import torch

    for shape in SHAPES:
        array, weights = _numbers(random, shape), _numbers(random, shape)
        number = round(random.uniform(0.2, 3.0), 1)
        given = f"x = {brief(array)}, strength = torch.tensor({number}, requires_grad=True)"
        x, strength = leaf(array, requires_grad=True), leaf(number, requires_grad=True)
        with told_for(given):
            loss = (leaf(weights) * answer(x, strength)).sum()
            learnt = torch.autograd.grad(loss, strength, allow_unused=True)[0]
        if learnt is not None and not same(0.0, learnt, TOLERANCE):
            raise Mismatch(given, "no gradient for strength", shown(learnt))


def any_graph(answer, random):
    import torch

    for features, hidden, n in ((1, 1, 1), (3, 2, 4), (8, 5, 6)):
        strength = round(random.uniform(0, 3.0), 1)
        below, above, data = (
            leaf(_numbers(random, shape), requires_grad=True)
            for shape in ((features, hidden), (hidden, 1), (n, features))
        )
        given = f"a layer of {hidden} units between a network and its head, strength = {strength}"
        plain = ((torch.tanh(data @ below) @ above) ** 2).mean()
        with told_for(given):
            turned = ((answer(torch.tanh(data @ below), strength) @ above) ** 2).mean()
        for name, tensor, factor in (("head", above, 1), ("network", below, -strength)):
            gradient = torch.autograd.grad(plain, tensor, retain_graph=True)[0]
            of = f"the gradient for the {name}'s weights"
            expect_gradient(given, of, np.asarray(factor * gradient), turned, tensor)


REVERSAL = Exercise(
    id="05-reversal",
    title="the gradient reversal",
    function="reverse_gradient",
    properties=(
        Property("forwards it hands on x as it is", same_forwards),
        Property("backwards, with strength 1, the gradient changes its sign", turns_round),
        Property("the strength multiplies the gradient, by minus itself", times_strength),
        Property(
            "with strength 0 the gradient is 0, so that an untrained discriminator moves nothing",
            strength_zero,
        ),
        Property(
            "only what went through it is reversed: x may be used elsewhere too, as by the "
            "classifier, and that gradient keeps its sign",
            only_its_own_branch,
        ),
        Property("every call keeps the strength that it was given", each_call_its_own),
        Property("without a gradient, as in evaluation, it still hands on x", no_gradient),
        Property(
            "the strength is a setting and not a weight: it is not learnt", strength_is_not_learnt
        ),
        Property("it agrees with the definition in the middle of any network", any_graph),
    ),
    hints=(
        "Look for an expression whose value is x and whose derivative is -strength. What is "
        "detached has a value and no derivative: which multiple of x.detach() and which of x?",
        "The derivative has to come from - strength * x. Its value is then short of x by "
        "(1 + strength) * x: add that without a derivative.",
        "Return (1 + strength) * x.detach() - strength * x. Or write a torch.autograd.Function: "
        "forward(ctx, x, strength) keeps ctx.strength and returns x.view_as(x), "
        "backward(ctx, gradient) returns -ctx.strength * gradient, None; call it by .apply.",
    ),
)
