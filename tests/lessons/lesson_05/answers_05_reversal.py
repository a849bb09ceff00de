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


class _ForwardsToo(_Reversal):
    @staticmethod
    def forward(context, x, strength):
        context.strength = strength
        return -strength * x


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


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("05-reversal", reverse_gradient),
    ("05-reversal", _by_detaching),
    ("05-reversal", _by_a_hook_on_a_copy),
    ("05-reversal", _by_a_class_within),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    (
        "05-reversal",
        lambda x, strength: -strength * x,
        "forwards it hands on x as it is",
        "forwards-too",
    ),
    ("05-reversal", lambda x, strength: -x, "forwards it hands on x as it is", "forwards-too"),
    ("05-reversal", _ForwardsToo.apply, "forwards it hands on x as it is", "forwards-too"),
    ("05-reversal", lambda x, strength: x.detach() - strength * x, "forwards it hands on x"),
    ("05-reversal", lambda x, strength: None, "got None"),
    ("05-reversal", lambda x, strength: x.sum(), "expected a tensor of shape (1,), got one of"),
    ("05-reversal", lambda x, strength: x.detach().numpy(), "got a value of type ndarray"),
    ("05-reversal", _in_place, "one of them changed in place", "forwards-too"),
    (
        "05-reversal",
        lambda x, strength: x,
        "with strength 1, the gradient changes its sign",
        "sign-kept",
    ),
    (
        "05-reversal",
        lambda x, strength: x.detach(),
        "the result is cut off from the graph",
        "cut-off",
    ),
    ("05-reversal", _detached_and_required, "none: it is cut off on the way", "cut-off"),
    ("05-reversal", _OneGradientShort.apply, "it raised RuntimeError", "one-gradient-short"),
    (
        "05-reversal",
        lambda x, strength: (1 - strength) * x.detach() + strength * x,
        "with strength 1, the gradient changes its sign",
        "sign-kept",
    ),
    (
        "05-reversal",
        lambda x, strength: reverse_gradient(x, 1.0),
        "the strength multiplies the gradient",
        "strength-left-out",
    ),
    (
        "05-reversal",
        lambda x, strength: reverse_gradient(x, strength**2),
        "the strength multiplies the gradient",
    ),
    (
        "05-reversal",
        lambda x, strength: reverse_gradient(x, strength or 1.0),
        "with strength 0 the gradient is 0",
    ),
    (
        "05-reversal",
        lambda x, strength: reverse_gradient(x, strength) if strength else x,
        "with strength 0 the gradient is 0",
    ),
    (
        "05-reversal",
        lambda x, strength: reverse_gradient(x, strength) if strength else x.detach(),
        "with strength 0 the gradient is 0",
    ),
    ("05-reversal", _hook_on_x, "only what went through it is reversed", "turns-x-itself"),
    ("05-reversal", _shared_strength, "every call keeps the strength that it was given"),
    ("05-reversal", _hook_without_asking, "without a gradient, as in evaluation"),
    ("05-reversal", _LearnsStrength.apply, "the strength is a setting and not a weight"),
]
