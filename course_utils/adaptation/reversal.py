"""Gradient reversal: one backward pass in which two networks pull in opposite directions."""

import math

import torch

from course_utils.validation import number


class _GradientReversal(torch.autograd.Function):
    """Identity on the way forward, minus `strength` times the gradient on the way back."""

    @staticmethod
    def forward(context, x, strength):
        context.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        return -context.strength * gradient, None


def reverse_gradient(x: torch.Tensor, strength: float) -> torch.Tensor:
    """Pass a tensor on as it is, and its gradient back reversed.

        R(x) = x,    dR/dx = -strength · I

    Put between a network and a domain discriminator: where the discriminator's weights step
    towards telling the domains apart, the network's step towards making them alike. Ganin et
    al. 2016, "Domain-Adversarial Training of Neural Networks", JMLR 17, arXiv:1505.07818.

    Parameters
    ----------
    x : tensor of any shape
    strength : float
        Factor of the reversed gradient, the paper's lambda; with 0 nothing flows back.

    Returns
    -------
    tensor
        The values and shape of `x`.
    """
    return _GradientReversal.apply(x, strength)


def reversal_strength(progress: float, steepness: float = 10.0) -> float:
    """How strongly to reverse the gradient, growing from 0 to nearly 1 as training goes on.

        2 / (1 + exp(-steepness · progress)) - 1

    Early on the discriminator knows nothing, and its gradient is noise to the features. Ganin
    et al. 2016, arXiv:1505.07818, with a steepness of 10.

    Parameters
    ----------
    progress : float
        Share of the training that is done, 0 to 1.
    steepness : float
        How early the strength rises, the paper's gamma.

    Returns
    -------
    float

    Raises
    ------
    CourseError
        If the progress is not between 0 and 1.
    """
    progress = number(progress, "The progress of training", at_least=0, at_most=1)
    return 2 / (1 + math.exp(-steepness * progress)) - 1
