"""Exercise 01-hook: a forward hook, tried on networks small enough to build for each question."""

from typing import NamedTuple

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, Property, brief, same, told_for


class _Case(NamedTuple):
    """A small network, one of its modules but not the last, an input, and that in words."""

    network: object
    module: object
    inputs: object
    given: str


class _StoppedError(Exception):
    """What a run fails with on purpose."""


def _dense(random, size):
    from torch import nn

    width = size + int(random.integers(1, 4))
    layers = nn.Linear(size, width), nn.Tanh(), nn.Linear(width, size), nn.Sigmoid()
    return nn.Sequential(*layers), (1, size)


def _convolutional(random, size):
    from torch import nn

    channels = int(random.integers(1, 4))
    last = nn.Linear(channels * size * (size + 1), 2)
    layers = nn.Conv2d(1, channels, kernel_size=2), nn.Sigmoid(), nn.Flatten(), last
    return nn.Sequential(*layers), (1, 1, size + 1, size + 2)


def _cases(random, choices=(0, 1)):
    """Yield a `_Case` for each of some random networks, small ones first.

    `choices` are the positions that the module may have in its network.
    """
    import torch

    for size in (1, 2, 4):
        for build in (_dense, _convolutional):
            # Checking an answer leaves torch's own generator as it was.
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(int(random.integers(2**31)))
                network, shape = build(random, size)
                inputs = torch.randn(shape, requires_grad=True)
            number = int(random.choice(choices))
            kinds = ", ".join(type(part).__name__ for part in network)
            given = f"module = network[{number}] in the network Sequential({kinds})"
            yield _Case(network, network[number], inputs, given)


def _array(value):
    """A tensor as an array, whether it is attached to a graph or not; else None."""
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    return value if isinstance(value, np.ndarray) else None


def _compare(given, expected, got, known):
    """Compare what an answer gave with the tensor `expected`.

    A wrong tensor that is one of `known`, a dict of its name to it, is called by that name.
    """
    array = _array(got)
    if array is not None and same(_array(expected), array):
        return
    if isinstance(got, list | tuple | dict):
        told = f"a {type(got).__name__}, not the tensor itself"
    else:
        told = brief(got if array is None else array)
    for name, other in known.items() if array is not None else ():
        if same(_array(other), array):
            told = name
    raise Mismatch(given, "what the module put out", told)


def _hooks(module):
    """All hooks that a module has, as a list."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return [hook for kind in kinds for hook in getattr(module, kind).values()]


def nothing_changed(answer, random):
    import torch

    for network, module, inputs, given in _cases(random):
        expected, runs = network(inputs), []

        def run(network=network, inputs=inputs, runs=runs):
            runs.append(network(inputs))
            return runs[-1]

        with told_for(given):
            answer(module, run)
        if len(runs) != 1:
            raise Mismatch(given, "one call of run()", f"{len(runs)}")
        if not same(_array(expected), _array(runs[0])):
            raise Mismatch(given, "the network's output as before", "another one")
        if not runs[0].requires_grad:
            continue  # run() was called without gradients, on purpose
        before, behind = (
            torch.autograd.grad(output.sum(), inputs, allow_unused=True)[0]
            for output in (expected, runs[0])
        )
        if behind is None or not same(_array(before), _array(behind)):
            raise Mismatch(given, "the gradients to reach the input", "them cut off by the hook")


def own_output(answer, random):
    # An attached output and a detached copy are both right: the task leaves that open.
    for network, module, inputs, given in _cases(random):
        outputs = [inputs]
        for part in network:
            outputs.append(part(outputs[-1]))
        number = list(network).index(module)
        with told_for(given):
            got = answer(module, lambda network=network, inputs=inputs: network(inputs))
        known = {"the module's input": outputs[number], "the network's output": outputs[-1]}
        _compare(given, outputs[number + 1], got, known)


def last_of_several(answer, random):
    for network, module, inputs, _ in _cases(random):
        for times in (2, 3):
            given = f"a network that calls its {type(module).__name__} {times} times"
            scaled = [(number + 1) * inputs for number in range(times)]
            if module is not network[0]:
                scaled = [network[0](each) for each in scaled]
            outputs = [module(each) for each in scaled]
            with told_for(given):
                got = answer(module, lambda module=module, them=scaled: [*map(module, them)])
            _compare(given, outputs[-1], got, {"what it put out the first time": outputs[0]})


def hook_is_gone(answer, random):
    for network, module, inputs, given in _cases(random):
        handle = module.register_forward_hook(lambda *arguments: None)
        before = _hooks(module)
        with told_for(given):
            answer(module, lambda network=network, inputs=inputs: network(inputs))
        left = _hooks(module)
        if len(left) > len(before):
            raise Mismatch(given, "no hook of yours left on the module", f"{len(left) - 1} left")
        if left != before:
            raise Mismatch(given, "the hook that was there before still there", "it removed too")
        handle.remove()


def failing_run(answer, random):
    for network, module, inputs, _ in _cases(random):
        for error in (_StoppedError("stop"), KeyboardInterrupt()):
            interrupted = isinstance(error, KeyboardInterrupt)
            given = f"a run() that {'is interrupted' if interrupted else 'raises an error'}"

            def run(network=network, inputs=inputs, error=error):
                network(inputs)
                raise error

            passed = None
            try:
                with told_for(given):
                    answer(module, run)
            except (_StoppedError, KeyboardInterrupt) as raised:
                passed = raised
            if passed is not error:
                raise Mismatch(given, "the error to come through", "none")
            if _hooks(module):
                raise Mismatch(given, "no hook left on the module", f"{len(_hooks(module))} left")


HOOK = Exercise(
    id="01-hook",
    title="the hook",
    function="record_output",
    properties=(
        Property(
            "run() is called once, and the network in it does not notice the hook (what a hook "
            "returns takes the place of the output)",
            nothing_changed,
        ),
        Property("it gives back what the module put out while run() ran", own_output),
        Property(
            "where the module is called more than once, its last output counts", last_of_several
        ),
        Property("afterwards the hook is removed, and no other", hook_is_gone),
        Property("when run() fails, the error comes through and the hook is gone", failing_run),
    ),
    hints=(
        "module.register_forward_hook(hook) has hook(module, inputs, output) called after every "
        "call of the module, and gives back a handle; handle.remove() takes the hook off again.",
        "Let the hook put the output into a list that your function made: "
        "lambda module, inputs, output: kept.append(output). append returns None, and so the "
        "network goes on with its own output.",
        "Call run() in a try: block and handle.remove() in its finally:, which runs whether or "
        "not an error passes through. The last output is kept[-1].",
    ),
    seconds=60.0,
)
