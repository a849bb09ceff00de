"""Typical wrong answers to 05-coral and 05-reversal, as learners would write them."""

import numpy as np
import torch
import torch.nn.functional as F


def _covariances_of_images(source, target):
    difference = torch.cov(source) - torch.cov(target)
    return difference.pow(2).sum() / (4 * source.shape[1] ** 2)


def _products(source, target):
    distance = 0
    one = torch.einsum("ni,nj->ij", source, source) / (len(source) - 1)
    other = torch.einsum("ni,nj->ij", target, target) / (len(target) - 1)
    for row in one - other:
        for entry in row:
            distance = distance + entry**2
    return distance / (2 * source.shape[1]) ** 2


def _uncorrected(source, target):
    one, other = (torch.cov(x.T, correction=0) for x in (source, target))
    return (torch.atleast_2d(one - other) ** 2).sum() / (4 * source.shape[1] ** 2)


def _distance(source, target):
    d = source.shape[1]
    covariances = [torch.cov(x.T).reshape(d, d) for x in (source, target)]
    return torch.dist(*covariances) / (4 * d * d)


def _mean_squared_error(source, target):
    return F.mse_loss(torch.cov(source.T), torch.cov(target.T))


def _out_of_numpy(source, target):
    difference = np.cov(source.detach().T) - np.cov(target.detach().T)
    return torch.tensor((difference**2).sum() / (4 * source.shape[1] ** 2))


def _centres_with_sub_(source, target):
    covariances = []
    for x in (source, target):
        with torch.no_grad():
            x.sub_(x.mean(dim=0))
        covariances.append(x.T @ x / (len(x) - 1))
    return (covariances[0] - covariances[1]).square().sum() / (2 * source.shape[1]) ** 2


class _Negates(torch.autograd.Function):
    @staticmethod
    def forward(context, x, strength):
        return x.clone()

    @staticmethod
    def backward(context, gradient):
        return gradient.neg(), None


class _ForgetsTheMinus(torch.autograd.Function):
    @staticmethod
    def forward(context, x, strength):
        context.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        return context.strength * gradient, None


class _HandsBackOne(torch.autograd.Function):
    @staticmethod
    def forward(context, x, strength):
        context.factor = -strength
        return x.clone()

    @staticmethod
    def backward(context, gradient):
        return context.factor * gradient


def _hook_and_copy(x, strength):
    if x.requires_grad:
        x.register_hook(lambda gradient: gradient * -strength)
    return x.clone()


def _made_anew(x, strength):
    return torch.tensor(x.tolist(), requires_grad=x.requires_grad)


def _hook_that_gives_nothing(x, strength):
    copy = 1 * x

    def turn(gradient):
        gradient = -strength * gradient

    if copy.requires_grad:
        copy.register_hook(turn)
    return copy


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("05-coral", _covariances_of_images, "images in another order", "images-for-features"),
    ("05-coral", _products, "each domain is centred on its own mean", "not-centred"),
    ("05-coral", _uncorrected, "a covariance divides by n - 1", "over-n"),
    ("05-coral", _distance, "its distance is squared again", "norm-not-squared"),
    ("05-coral", _mean_squared_error, "divided by 4 d²", "another-factor"),
    ("05-coral", _out_of_numpy, "cut off from the graph", "cut-from-the-graph"),
    ("05-coral", _centres_with_sub_, "one of them changed in place", "changed-in-place"),
    ("05-reversal", _Negates.apply, "the strength multiplies the gradient", "strength-left-out"),
    ("05-reversal", _ForgetsTheMinus.apply, "the gradient changes its sign", "sign-kept"),
    ("05-reversal", _hook_that_gives_nothing, "the gradient changes its sign", "sign-kept"),
    ("05-reversal", _HandsBackOne.apply, "it raised RuntimeError", "one-gradient-short"),
    ("05-reversal", _hook_and_copy, "only what went through it is reversed", "turns-x-itself"),
    ("05-reversal", _made_anew, "none: it is cut off on the way", "cut-off"),
]
