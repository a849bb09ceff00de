"""### 2. Turn the gradient round

Write `reverse_gradient`: forwards it hands on `x` as it is; backwards it multiplies the gradient by
`-strength`. That is all that DANN adds to two ordinary networks. Only what goes through it may be
reversed, since the same features feed the classifier too; and it should do no harm in evaluation,
where there is no gradient. A class of `torch.autograd.Function` will do, and so will one line.
"""

import numpy as np
import torch

from course_utils.lessons.lesson_05.exercises._tensors import (
    call_on_tensors,
    expect_gradient,
    leaf,
    same_tensors,
)
from course_utils.teaching.answer_values import describe
from course_utils.teaching.exercise import Exercise, Mismatch, input_named
from course_utils.teaching.mistake import Mistake, in_every_case


def reverse_gradient(x, strength):
    """The tensor x, whose gradient comes back times minus strength."""
    return (1 + strength) * x.detach() - strength * x


SHAPES = ((1,), (3,), (2, 2), (2, 1, 3))


def _numbers(random, shape):
    """Numbers that are not near 0, of either sign."""
    return (random.uniform(1, 3, shape) * random.choice([-1, 1], shape)).round(1)


def _strengths(random):
    return 2.0, 0.1, round(random.uniform(0.2, 3.0), 1)


def _reversed(answer, array, strength, requires_grad=True):
    """What the answer gives for a tensor and a strength, that tensor, and the case in words."""
    also = f", strength = {describe(strength)}"
    got, (x,), given = call_on_tensors(
        lambda x: answer(x, strength), ("x",), (array,), array.shape, requires_grad, also
    )
    return got, x, given


def _expect_values(given, array, got):
    if not same_tensors(array, got):
        raise Mismatch(given, f"{describe(array)} again", describe(got))


def same_forwards(answer, random):
    """forwards it hands on x as it is"""
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
            incoming = f"the gradient (the one that comes in is {describe(weights)})"
            expect_gradient(given, incoming, expected, loss, x)


def turns_round(answer, random):
    """backwards, with strength 1, the gradient changes its sign"""
    _expect_reversed(answer, random, (1.0,))


def times_strength(answer, random):
    """the strength multiplies the gradient, by minus itself"""
    _expect_reversed(answer, random, _strengths(random))


def strength_zero(answer, random):
    """with strength 0 the gradient is 0, so that an untrained discriminator moves nothing"""
    _expect_reversed(answer, random, (0.0, 0))


def only_its_own_branch(answer, random):
    """only what went through it is reversed: x may be used elsewhere too, as by the classifier,
    and that gradient keeps its sign"""
    for shape in SHAPES:
        for strength in (1.0, *_strengths(random)):
            direct, turned = _numbers(random, shape), _numbers(random, shape)
            got, x, given = _reversed(answer, _numbers(random, shape), strength)
            loss = (leaf(direct) * x).sum() + (leaf(turned) * got).sum()
            given += ", and x used once more beside it"
            directly, back = describe(direct), describe(turned)
            of = f"the gradient for x ({directly} comes in directly, {back} reversed)"
            expect_gradient(given, of, direct - strength * turned, loss, x)


def each_call_its_own(answer, random):
    """every call keeps the strength that it was given"""
    for shape in SHAPES:
        first, second = 2.0, round(random.uniform(0.2, 1.0), 1)
        array, weights = _numbers(random, shape), _numbers(random, shape)
        given = f"x = {describe(array)}, reversed once by strength 2 and once by {second}"
        x = leaf(array, requires_grad=True)
        with input_named(given):
            loss = (leaf(weights) * answer(x, first)).sum()
            loss = loss + (leaf(weights) * answer(x, second)).sum()
        of = f"the gradient ({describe(weights)} comes in twice)"
        expect_gradient(given, of, -(first + second) * weights, loss, x)


def no_gradient(answer, random):
    """without a gradient, as in evaluation, it still hands on x"""
    for shape in SHAPES:
        array, strength = _numbers(random, shape), 1.0
        for requires_grad in (False, True):
            with torch.set_grad_enabled(not requires_grad):
                got, _, given = _reversed(answer, array, strength, requires_grad)
            how = "under torch.no_grad()" if requires_grad else "with requires_grad=False"
            _expect_values(f"{given}, {how}", array, got)


def strength_is_not_learnt(answer, random):
    """the strength is a setting and not a weight: it is not learnt"""
    for shape in SHAPES:
        array, weights = _numbers(random, shape), _numbers(random, shape)
        number = round(random.uniform(0.2, 3.0), 1)
        given = f"x = {describe(array)}, strength = torch.tensor({number}, requires_grad=True)"
        x, strength = leaf(array, requires_grad=True), leaf(number, requires_grad=True)
        with input_named(given):
            loss = (leaf(weights) * answer(x, strength)).sum()
            learnt = torch.autograd.grad(loss, strength, allow_unused=True)[0]
        if learnt is not None and not same_tensors(0.0, learnt):
            raise Mismatch(given, "no gradient for strength", describe(learnt))


def any_graph(answer, random):
    """it agrees with the definition in the middle of any network"""
    for features, hidden, n in ((1, 1, 1), (3, 2, 4), (8, 5, 6)):
        strength = round(random.uniform(0, 3.0), 1)
        below, above, data = (
            leaf(_numbers(random, shape), requires_grad=True)
            for shape in ((features, hidden), (hidden, 1), (n, features))
        )
        given = f"a layer of {hidden} units between a network and its head, strength = {strength}"
        plain = ((torch.tanh(data @ below) @ above) ** 2).mean()
        with input_named(given):
            turned = ((answer(torch.tanh(data @ below), strength) @ above) ** 2).mean()
        for name, tensor, factor in (("head", above, 1), ("network", below, -strength)):
            gradient = torch.autograd.grad(plain, tensor, retain_graph=True)[0]
            of = f"the gradient for the {name}'s weights"
            expect_gradient(given, of, np.asarray(factor * gradient), turned, tensor)


def _cases(random):
    """Numbers for x, a strength, and the gradients for what comes out and for x beside it."""
    for shape in ((1,), (3,), (2, 3)):
        for strength in (1.0, 2.0, 0.3):
            x, turned, direct = (
                random.uniform(1, 3, shape) * random.choice([-1, 1], shape) for _ in range(3)
            )
            yield x, strength, turned, direct


def _gradient(answer, x, strength, turned, direct=0.0):
    """The gradient that comes back to x (tensor), or None if none does.

    Raises
    ------
    AssertionError
        If the answer changes the numbers of x forwards.
    """
    x = leaf(x, requires_grad=True)
    got = answer(x, strength)
    assert same_tensors(x, got)
    if not got.requires_grad:
        return None
    loss = (leaf(turned) * got).sum()
    if np.any(direct):
        loss = loss + (leaf(direct) * x).sum()
    return torch.autograd.grad(loss, x, allow_unused=True)[0]


def _comes_back(expected, answer, x, strength, turned):
    """Whether the gradient that comes back for x is the expected one."""
    gradient = _gradient(answer, x, strength, turned)
    return gradient is not None and same_tensors(expected, gradient)


def _goes_forwards(factor):
    """Recognises x times a factor that the strength gives."""
    return in_every_case(
        lambda answer, x, strength, *_: same_tensors(
            factor(strength) * x, answer(leaf(x, requires_grad=True), strength)
        )
    )


@in_every_case
def strength_left_out(answer, x, strength, turned, direct):
    """The gradient turns round, but as much for every strength. Follow the strength from where you
    are given it: does it arrive where the gradient is multiplied?
    """
    return _comes_back(-turned, answer, x, strength, turned)


@in_every_case
def sign_kept(answer, x, strength, turned, direct):
    """The gradient comes back with the sign it came with, so the features would help the
    discriminator in place of confusing it. Is the step that should turn it round really called, and
    does it turn?
    """
    return _comes_back(turned, answer, x, strength, turned)


@in_every_case
def _sign_kept_with_strength(answer, x, strength, turned, direct):
    return _comes_back(strength * turned, answer, x, strength, turned)


@in_every_case
def cut_off(answer, x, strength, turned, direct):
    """No gradient comes back at all, so the features would never hear of the discriminator. What is
    detached or made anew has a value and no history: is any of x still attached in what you return?
    """
    return _gradient(answer, x, strength, turned) is None


@in_every_case
def one_gradient_short(answer, x, strength, turned, direct):
    """Backwards, torch expects one thing for each argument that forward was given, in their order,
    also for those that nobody learns. What do you hand back for the strength?
    """
    try:
        _gradient(answer, x, strength, turned)
    except RuntimeError as error:
        return "number of gradients" in str(error)  # torch's own words
    return False


@in_every_case
def turns_x_itself(answer, x, strength, turned, direct):
    """You seem to turn round every gradient that reaches x, also the classifier's, which uses the
    same features. What could carry the reversal in place of x itself?
    """
    alone = _gradient(answer, x, strength, turned)
    both = _gradient(answer, x, strength, turned, direct)
    expected = -strength * turned, -strength * (turned + direct)
    return all(map(same_tensors, expected, (alone, both)))


EXERCISE = Exercise(
    reference=reverse_gradient,
    title="the gradient reversal",
    properties=[
        same_forwards,
        turns_round,
        times_strength,
        strength_zero,
        only_its_own_branch,
        each_call_its_own,
        no_gradient,
        strength_is_not_learnt,
        any_graph,
    ],
    cases=_cases,
    mistakes=[
        Mistake(
            (_goes_forwards(lambda strength: -strength), _goes_forwards(lambda strength: -1)),
            "The features themselves come out multiplied. They should reach the discriminator as "
            "they are: the factor belongs to the way back only.",
            name="forwards-too",
        ),
        Mistake(one_gradient_short),
        Mistake(cut_off),
        Mistake((sign_kept, _sign_kept_with_strength)),
        Mistake(strength_left_out),
        Mistake(turns_x_itself),
    ],
    hints=[
        "Look for an expression whose value is x and whose derivative is -strength. What is "
        "detached has a value and no derivative: which multiple of x.detach() and which of x?",
        "The derivative has to come from - strength * x. Its value is then short of x by "
        "(1 + strength) * x: add that without a derivative.",
        "Return (1 + strength) * x.detach() - strength * x. Or write a torch.autograd.Function: "
        "forward(ctx, x, strength) keeps ctx.strength and returns x.view_as(x), "
        "backward(ctx, gradient) returns -ctx.strength * gradient, None; call it by .apply.",
    ],
)
