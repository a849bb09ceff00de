"""Typical mistakes in 01-hook: what comes back, what the network notices, what is left behind."""

import contextlib
from typing import NamedTuple

from course_utils.teaching.answer_values import same
from course_utils.teaching.mistake import Mistake


class _Seen(NamedTuple):
    """What an answer did to a small network, in a run that went well and in one that failed."""

    got: object
    module_input: object
    module_output: object
    network_output: object
    runs: int
    unnoticed: bool
    left: int
    left_after_failure: int


class _StoppedError(Exception):
    """What a run fails with on purpose."""


def _network(random):
    """Three layers, of which the middle one is listened to, and an input for them."""
    import torch
    from torch import nn

    size, width = (int(number) for number in random.integers(2, 6, 2))
    with torch.random.fork_rng(devices=[]):  # torch's own generator stays as it was
        torch.manual_seed(int(random.integers(2**31)))
        network = nn.Sequential(nn.Linear(size, width), nn.Tanh(), nn.Linear(width, 1))
        return network, torch.randn(1, size, requires_grad=True)


def _seen(answer, random):
    network, inputs = _network(random)
    module, put_out = network[1], []
    middle = network[0](inputs)
    expected = network(inputs)

    def run():
        put_out.append(network(inputs))
        return put_out[-1]

    got = answer(module, run)
    left = len(module._forward_hooks) + len(module._forward_pre_hooks)
    runs, unnoticed = len(put_out), bool(put_out) and _alike(expected, put_out[-1], inputs)
    module._forward_hooks.clear()
    module._forward_pre_hooks.clear()
    _failing(answer, module, run)
    return _Seen(
        got=got,
        module_input=middle,
        module_output=module(middle),
        network_output=expected,
        runs=runs,
        unnoticed=unnoticed,
        left=left,
        left_after_failure=len(module._forward_hooks),
    )


def _failing(answer, module, run):
    def stopped():
        run()
        raise _StoppedError

    with contextlib.suppress(_StoppedError):
        answer(module, stopped)


def _alike(expected, output, inputs):
    """Whether two outputs are the same, and so are their gradients where they have any."""
    import torch

    if not same(expected, output):
        return False
    if not output.requires_grad:
        return True  # run() was called without gradients, on purpose
    one, other = (
        torch.autograd.grad(each.sum(), inputs, allow_unused=True, retain_graph=True)[0]
        for each in (expected, output)
    )
    return other is not None and same(one, other)


def _always(shows):
    """What `Mistake.shown_by` takes, from a question about what was seen on one network."""

    def shown_by(answer, random):
        return all(shows(_seen(answer, random)) for _ in range(3))

    return shown_by


def _gives_the_input(seen):
    got = seen.got
    while isinstance(got, list | tuple) and len(got) == 1:
        got = got[0]
    return same(seen.module_input, got)


def _gives_the_output(seen):
    return seen.runs == 1 and seen.unnoticed and same(seen.module_output, seen.got)


MISTAKES = (
    Mistake(
        name="records-the-input",
        hint="You give back what went into the module. A forward hook is handed more than that, "
        "after the module has done its work: look at its arguments again, and at their order.",
        shown_by=_always(_gives_the_input),
    ),
    Mistake(
        name="returns-the-networks-output",
        hint="You give back what run() gave, and that is the end of the whole network. What the "
        "module in its middle puts out passes by while run() runs, so something has to be "
        "listening there by then.",
        shown_by=_always(lambda seen: same(seen.network_output, seen.got)),
    ),
    Mistake(
        name="returns-nothing",
        hint="run() ran, and your function gave None. Does it return something? And if your hook "
        "assigns to a variable: that name is the hook's own and is gone when the hook ends. What "
        "could the hook fill that outlives it?",
        shown_by=_always(lambda seen: seen.runs == 1 and seen.got is None),
    ),
    Mistake(
        name="hook-returns-something",
        hint="Your hook seems to hand something back, and the network went on with that in place "
        "of the module's output. A hook that only listens gives back nothing, so keep what you "
        "record without returning it.",
        shown_by=_always(lambda seen: seen.runs == 1 and not seen.unnoticed),
    ),
    Mistake(
        name="never-removes-the-hook",
        hint="You record the right thing, but your hook still sits on the module and would listen "
        "to every later run as well. What does register_forward_hook give you when you register "
        "the hook?",
        shown_by=_always(lambda seen: _gives_the_output(seen) and seen.left > 0),
    ),
    Mistake(
        name="removes-after-success-only",
        hint="When all goes well your hook is removed. When run() raises an error, Python leaves "
        "your function at that line, and what stands after it never happens. Which construct of "
        "Python cleans up in both cases?",
        shown_by=_always(
            lambda seen: _gives_the_output(seen) and seen.left == 0 and seen.left_after_failure > 0
        ),
    ),
)
