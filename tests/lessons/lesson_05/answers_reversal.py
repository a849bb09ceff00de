"""Right and wrong answers to 05-reversal."""

import torch


class _Reversal(torch.autograd.Function):
    @staticmethod
    def forward(context, x, strength):
        context.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        return -context.strength * gradient, None


def reverse_gradient(x, strength):
    return _Reversal.apply(x, strength)


def _by_detaching(x, strength):
    return (1 + strength) * x.detach() - strength * x


def _by_a_hook_on_a_copy(x, strength):
    copy = x.clone()
    if copy.requires_grad:
        copy.register_hook(lambda gradient: -strength * gradient)
    return copy


def _by_a_class_within(x, strength):
    class Reversal(torch.autograd.Function):
        @staticmethod
        def forward(context, x):
            return x.clone()

        @staticmethod
        def backward(context, gradient):
            return gradient * -strength

    return Reversal.apply(x)


class _OneGradientShort(_Reversal):
    @staticmethod
    def backward(context, gradient):
        return -context.strength * gradient


class _LearnsStrength(torch.autograd.Function):
    @staticmethod
    def forward(context, x, strength):
        context.strength, context.learnt = strength, torch.is_tensor(strength)
        context.save_for_backward(x)
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        return -context.strength * gradient, (x * gradient).sum() if context.learnt else None


class _Shared(torch.autograd.Function):
    """Keeps the strength on the class: all calls share the last one."""

    strength = 1.0

    @staticmethod
    def forward(context, x):
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        return -_Shared.strength * gradient


def _shared_strength(x, strength):
    _Shared.strength = strength
    return _Shared.apply(x)


def _hook_on_x(x, strength):
    if x.requires_grad:
        x.register_hook(lambda gradient: -strength * gradient)
    return x


def _hook_without_asking(x, strength):
    copy = x.clone()
    copy.register_hook(lambda gradient: -strength * gradient)
    return copy


def _detached_and_required(x, strength):
    return _by_detaching(x.detach().requires_grad_(), strength)


def _in_place(x, strength):
    with torch.no_grad():
        x *= -strength
    return x


class _HandsBackOne(torch.autograd.Function):
    @staticmethod
    def forward(context, x, strength):
        context.factor = -strength
        return x.clone()

    @staticmethod
    def backward(context, gradient):
        return context.factor * gradient


# An exercise may leave open how: each of these is right.
RIGHT = [reverse_gradient, _by_detaching, _by_a_hook_on_a_copy, _by_a_class_within]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (lambda x, strength: -strength * x, "forwards it hands on x as it is", "forwards-too"),
    (lambda x, strength: x.detach() - strength * x, "forwards it hands on x"),
    (lambda x, strength: None, "got None"),
    (lambda x, strength: x.sum(), "expected a tensor of shape (1,), got one of"),
    (lambda x, strength: x.detach().numpy(), "got a value of type ndarray"),
    (_in_place, "one of them changed in place", "forwards-too"),
    (lambda x, strength: x, "with strength 1, the gradient changes its sign", "sign-kept"),
    (lambda x, strength: x.detach(), "the result is cut off from the graph", "cut-off"),
    (_detached_and_required, "none: it is cut off on the way", "cut-off"),
    (_OneGradientShort.apply, "it raised RuntimeError", "one-gradient-short"),
    (
        lambda x, strength: reverse_gradient(x, 1.0),
        "the strength multiplies the gradient",
        "strength-left-out",
    ),
    (lambda x, strength: reverse_gradient(x, strength**2), "the strength multiplies the gradient"),
    (lambda x, strength: reverse_gradient(x, strength or 1.0), "with strength 0 the gradient is 0"),
    (
        lambda x, strength: reverse_gradient(x, strength) if strength else x,
        "with strength 0 the gradient is 0",
    ),
    (
        lambda x, strength: reverse_gradient(x, strength) if strength else x.detach(),
        "with strength 0 the gradient is 0",
    ),
    (_hook_on_x, "only what went through it is reversed", "turns-x-itself"),
    (_shared_strength, "every call keeps the strength that it was given"),
    (_hook_without_asking, "without a gradient, as in evaluation"),
    (_LearnsStrength.apply, "the strength is a setting and not a weight"),
    (_HandsBackOne.apply, "it raised RuntimeError", "one-gradient-short"),
]
