"""Typical mistakes in 05-reversal."""

import numpy as np

from course_utils.lessons.lesson_05.exercises.tensors import TOLERANCE, leaf
from course_utils.teaching.answer_values import same
from course_utils.teaching.mistake import Mistake

SHAPES = ((1,), (3,), (2, 3))
STRENGTHS = (1.0, 2.0, 0.3)


def _numbers(random, shape):
    return random.uniform(1, 3, shape) * random.choice([-1, 1], shape)


def _cases(random):
    """Numbers for x, a strength, and the gradients for what comes out and for x beside it."""
    for shape in SHAPES:
        for strength in STRENGTHS:
            x, turned, direct = (_numbers(random, shape) for _ in range(3))
            yield x, strength, turned, direct


def _gradient(answer, x, strength, turned, direct=0.0):
    """The gradient that comes back to x (tensor), or None if none does.

    Raises
    ------
    AssertionError
        If the answer changes the numbers of x forwards.
    """
    import torch

    x = leaf(x, requires_grad=True)
    got = answer(x, strength)
    assert same(x, got, TOLERANCE)
    if not got.requires_grad:
        return None
    loss = (leaf(turned) * got).sum()
    if np.any(direct):
        loss = loss + (leaf(direct) * x).sum()
    return torch.autograd.grad(loss, x, allow_unused=True)[0]


def _comes_back(*ways):
    """`shown_by`: the gradient is one of these functions of what comes in and the strength."""

    def shown_by(answer, random):
        cases = [case[:3] for case in _cases(random)]
        gradients = [_gradient(answer, *case) for case in cases]
        return any(
            all(
                gradient is not None and same(way(turned, strength), gradient, TOLERANCE)
                for gradient, (_, strength, turned) in zip(gradients, cases, strict=True)
            )
            for way in ways
        )

    return shown_by


def _as_it_is(turned, strength):
    return turned


def _times_strength(turned, strength):
    return strength * turned


def forwards_too(answer, random):
    pairs = [
        (x, strength, answer(leaf(x, requires_grad=True), strength))
        for x, strength, *_ in _cases(random)
    ]
    return any(
        all(same(way(x, strength), got, TOLERANCE) for x, strength, got in pairs)
        for way in (lambda x, strength: -strength * x, lambda x, strength: -x)
    )


def cut_off(answer, random):
    return all(_gradient(answer, *case[:3]) is None for case in _cases(random))


def one_gradient_short(answer, random):
    for x, strength, turned, _ in _cases(random):
        try:
            _gradient(answer, x, strength, turned)
        except RuntimeError as error:
            if "number of gradients" not in str(error):  # torch's own words
                return False
        else:
            return False
    return True


def turns_x_itself(answer, random):
    for x, strength, turned, direct in _cases(random):
        alone = _gradient(answer, x, strength, turned)
        both = _gradient(answer, x, strength, turned, direct)
        if not same(-strength * turned, alone, TOLERANCE):
            return False
        if not same(-strength * (turned + direct), both, TOLERANCE):
            return False
    return True


MISTAKES = (
    Mistake(
        name="forwards-too",
        hint="The features themselves come out multiplied. They should reach the discriminator "
        "as they are: the factor belongs to the way back only.",
        shown_by=forwards_too,
    ),
    Mistake(
        name="one-gradient-short",
        hint="Backwards, torch expects one thing for each argument that forward was given, in "
        "their order, also for those that nobody learns. What do you hand back for the strength?",
        shown_by=one_gradient_short,
    ),
    Mistake(
        name="cut-off",
        hint="No gradient comes back at all, so the features would never hear of the "
        "discriminator. What is detached or made anew has a value and no history: is any of x "
        "still attached in what you return?",
        shown_by=cut_off,
    ),
    Mistake(
        name="sign-kept",
        hint="The gradient comes back with the sign it came with, so the features would help the "
        "discriminator in place of confusing it. Is the step that should turn it round really "
        "called, and does it turn?",
        shown_by=_comes_back(_as_it_is, _times_strength),
    ),
    Mistake(
        name="strength-left-out",
        hint="The gradient turns round, but as much for every strength. Follow the strength from "
        "where you are given it: does it arrive where the gradient is multiplied?",
        shown_by=_comes_back(lambda turned, strength: -turned),
    ),
    Mistake(
        name="turns-x-itself",
        hint="You seem to turn round every gradient that reaches x, also the classifier's, which "
        "uses the same features. What could carry the reversal in place of x itself?",
        shown_by=turns_x_itself,
    ),
)
