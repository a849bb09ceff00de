"""### 1. Listen to a module

Write `record_output`: put a forward hook on `module`, call `run()` once, and give back what the
module put out, the last time if it was called more than once. A forgotten hook goes on recording
for as long as the network lives, so take it off again, even when `run()` fails. Attached to the
graph or detached, both are right; only the network itself must not notice.
"""

import contextlib
from functools import partial
from types import SimpleNamespace

import numpy as np
import torch
from torch import nn

from course_utils.teaching.answer_values import describe, same
from course_utils.teaching.exercise import Exercise, Mismatch, input_named
from course_utils.teaching.mistake import Mistake, in_every_case


def record_output(module, run):
    """The last output of a module while run() runs, by a forward hook."""
    kept = []
    handle = module.register_forward_hook(lambda m, inputs, output: kept.append(output))
    try:
        run()
    finally:
        handle.remove()
    return kept[-1]


class _StoppedError(Exception):
    """What a run fails with on purpose."""


def _dense(random, size):
    width = size + int(random.integers(1, 4))
    layers = nn.Linear(size, width), nn.Tanh(), nn.Linear(width, size), nn.Sigmoid()
    return nn.Sequential(*layers), (1, size)


def _convolutional(random, size):
    channels = int(random.integers(1, 4))
    last = nn.Linear(channels * size * (size + 1), 2)
    layers = nn.Conv2d(1, channels, kernel_size=2), nn.Sigmoid(), nn.Flatten(), last
    return nn.Sequential(*layers), (1, 1, size + 1, size + 2)


def _cases(random):
    """Small networks, one of the first modules of each, an input, and that in words."""
    for size in (1, 2, 4):
        for build in (_dense, _convolutional):
            # Checking an answer leaves torch's own generator as it was.
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(int(random.integers(2**31)))
                network, shape = build(random, size)
                inputs = torch.randn(shape, requires_grad=True)
            number = int(random.integers(2))
            kinds = ", ".join(type(part).__name__ for part in network)
            given = f"module = network[{number}] in the network Sequential({kinds})"
            yield network, network[number], inputs, given


def _around(network, module, inputs):
    """What goes into a module, what comes out of it, and what comes out of its network."""
    passed = [inputs]
    for part in network:
        passed.append(part(passed[-1]))
    number = list(network).index(module)
    return passed[number], passed[number + 1], passed[-1]


def _compare(given, expected, got, known):
    """Compare what an answer gave with the tensor `expected`.

    A wrong tensor that is one of `known`, a dict of its name to it, is called by that name.
    """
    is_array = isinstance(got, torch.Tensor | np.ndarray)
    if is_array and same(expected, got):
        return
    if isinstance(got, list | tuple | dict):
        told = f"a {type(got).__name__}, not the tensor itself"
    else:
        named = [name for name, other in known.items() if is_array and same(other, got)]
        told = named[-1] if named else describe(got)
    raise Mismatch(given, "what the module put out", told)


def _noticed(expected, output, inputs):
    """What a hook changed in a network, as (what is expected, what is there); None if nothing."""
    if not same(expected, output):
        return "the network's output as before", "another one"
    if not output.requires_grad:
        return None  # run() was called without gradients, on purpose
    before, behind = (
        torch.autograd.grad(each.sum(), inputs, allow_unused=True, retain_graph=True)[0]
        for each in (expected, output)
    )
    if behind is None or not same(before, behind):
        return "the gradients to reach the input", "them cut off by the hook"
    return None


def _hooks(module):
    """All hooks that a module has, as a list."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return [hook for kind in kinds for hook in getattr(module, kind).values()]


def _recorded_run(network, inputs):
    """A run() for an answer, and the list of what the network gave in it."""
    outputs = []

    def run():
        outputs.append(network(inputs))
        return outputs[-1]

    return run, outputs


def _failing_run(network, inputs, error):
    network(inputs)
    raise error


def nothing_changed(answer, random):
    """run() is called once, and the network in it does not notice the hook (what a hook returns
    takes the place of the output)
    """
    for network, module, inputs, given in _cases(random):
        expected = network(inputs)
        run, outputs = _recorded_run(network, inputs)
        with input_named(given):
            answer(module, run)
        if len(outputs) != 1:
            raise Mismatch(given, "one call of run()", f"{len(outputs)}")
        noticed = _noticed(expected, outputs[0], inputs)
        if noticed:
            raise Mismatch(given, *noticed)


def own_output(answer, random):
    """it gives back what the module put out while run() ran"""
    # An attached output and a detached copy are both right: the task leaves that open.
    for network, module, inputs, given in _cases(random):
        before, expected, after = _around(network, module, inputs)
        with input_named(given):
            got = answer(module, partial(network, inputs))
        _compare(
            given, expected, got, {"the module's input": before, "the network's output": after}
        )


def last_of_several(answer, random):
    """where the module is called more than once, its last output counts"""
    for network, module, inputs, _ in _cases(random):
        for times in (2, 3):
            given = f"a network that calls its {type(module).__name__} {times} times"
            scaled = [_around(network, module, (k + 1) * inputs)[0] for k in range(times)]
            outputs = [module(each) for each in scaled]
            with input_named(given):
                got = answer(module, lambda module=module, them=scaled: [*map(module, them)])
            _compare(given, outputs[-1], got, {"what it put out the first time": outputs[0]})


def hook_is_gone(answer, random):
    """afterwards the hook is removed, and no other"""
    for network, module, inputs, given in _cases(random):
        handle = module.register_forward_hook(lambda *arguments: None)
        before = _hooks(module)
        with input_named(given):
            answer(module, partial(network, inputs))
        left = _hooks(module)
        if len(left) > len(before):
            raise Mismatch(given, "no hook of yours left on the module", f"{len(left) - 1} left")
        if left != before:
            raise Mismatch(given, "the hook that was there before still there", "it removed too")
        handle.remove()


def failing_run(answer, random):
    """when run() fails, the error comes through and the hook is gone"""
    for network, module, inputs, _ in _cases(random):
        for error, told in (
            (_StoppedError("stop"), "raises an error"),
            (KeyboardInterrupt(), "is interrupted"),
        ):
            given, passed = f"a run() that {told}", None
            try:
                with input_named(given):
                    answer(module, partial(_failing_run, network, inputs, error))
            except (_StoppedError, KeyboardInterrupt) as raised:
                passed = raised
            if passed is not error:
                raise Mismatch(given, "the error to come through", "none")
            if _hooks(module):
                raise Mismatch(given, "no hook left on the module", f"{len(_hooks(module))} left")


def _look(answer, network, module, inputs, _):
    """What an answer did to a small network, in a run that went well and in one that failed."""
    before, output, after = _around(network, module, inputs)
    run, outputs = _recorded_run(network, inputs)
    got = answer(module, run)
    left = len(_hooks(module))
    unnoticed = bool(outputs) and _noticed(after, outputs[-1], inputs) is None
    module._forward_hooks.clear()
    module._forward_pre_hooks.clear()
    with contextlib.suppress(_StoppedError):
        answer(module, partial(_failing_run, network, inputs, _StoppedError()))
    return SimpleNamespace(
        got=got,
        before=before,
        after=after,
        runs=len(outputs),
        unnoticed=unnoticed,
        is_right=len(outputs) == 1 and unnoticed and same(output, got),
        left=left,
        left_after_failure=len(_hooks(module)),
    )


_seen = partial(in_every_case, look=_look)


@_seen
def records_the_input(seen):
    """You give back what went into the module. A forward hook is handed more than that, after the
    module has done its work: look at its arguments again, and at their order.
    """
    got = seen.got
    while isinstance(got, list | tuple) and len(got) == 1:
        got = got[0]
    return same(seen.before, got)


@_seen
def returns_the_networks_output(seen):
    """You give back what run() gave, and that is the end of the whole network. What the module in
    its middle puts out passes by while run() runs, so something has to be listening there by then.
    """
    return same(seen.after, seen.got)


@_seen
def returns_nothing(seen):
    """run() ran, and your function gave None. Does it return something? And if your hook assigns to
    a variable: that name is the hook's own and is gone when the hook ends. What could the hook fill
    that outlives it?
    """
    return seen.runs == 1 and seen.got is None


@_seen
def hook_returns_something(seen):
    """Your hook seems to hand something back, and the network went on with that in place of the
    module's output. A hook that only listens gives back nothing, so keep what you record without
    returning it.
    """
    return seen.runs == 1 and not seen.unnoticed


@_seen
def never_removes_the_hook(seen):
    """You record the right thing, but your hook still sits on the module and would listen to every
    later run as well. What does register_forward_hook give you when you register the hook?
    """
    return seen.is_right and seen.left > 0


@_seen
def removes_after_success_only(seen):
    """When all goes well your hook is removed. When run() raises an error, Python leaves your
    function at that line, and what stands after it never happens. Which construct of Python cleans
    up in both cases?
    """
    return seen.is_right and seen.left == 0 and seen.left_after_failure > 0


EXERCISE = Exercise(
    reference=record_output,
    title="the hook",
    properties=[nothing_changed, own_output, last_of_several, hook_is_gone, failing_run],
    cases=_cases,
    mistakes=[
        Mistake(records_the_input),
        Mistake(returns_the_networks_output),
        Mistake(returns_nothing),
        Mistake(hook_returns_something),
        Mistake(never_removes_the_hook),
        Mistake(removes_after_success_only),
    ],
    hints=[
        "module.register_forward_hook(hook) has hook(module, inputs, output) called after every "
        "call of the module, and gives back a handle; handle.remove() takes the hook off again.",
        "Let the hook put the output into a list that your function made: "
        "lambda module, inputs, output: kept.append(output). append returns None, and so the "
        "network goes on with its own output.",
        "Call run() in a try: block and handle.remove() in its finally:, which runs whether or "
        "not an error passes through. The last output is kept[-1].",
    ],
    seconds=60.0,
)
