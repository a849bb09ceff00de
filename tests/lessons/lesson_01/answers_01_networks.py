"""Right and wrong answers to 01-hook and 01-receptive-field."""

import numpy as np
import torch


def record_output(module, run, keep=lambda kept, inputs, output: kept.append(output), last=-1):
    """The right answer, with a place to go wrong in what the hook does."""
    kept = []
    handle = module.register_forward_hook(lambda _, inputs, output: keep(kept, inputs, output))
    try:
        run()
    finally:
        handle.remove()
    return kept[last]


def _keep_and_return(change):
    def keep(kept, inputs, output):
        kept.append(output)
        return change(inputs, output)

    return lambda module, run: record_output(module, run, keep)


def _forgets_to_remove(module, run):
    kept = []
    module.register_forward_hook(lambda m, inputs, output: kept.append(output))
    run()
    return kept[-1]


def _removes_after_success_only(module, run, errors=()):
    kept = []
    handle = module.register_forward_hook(lambda m, inputs, output: kept.append(output))
    try:
        run()
    except errors:
        handle.remove()
        raise
    handle.remove()
    return kept[-1]


def _swallows_errors(module, run):
    kept = []
    handle = module.register_forward_hook(lambda m, inputs, output: kept.append(output))
    try:
        run()
    finally:
        handle.remove()
        return kept[-1]  # noqa: B012


def _removes_every_hook(module, run):
    kept = []
    module.register_forward_hook(lambda m, inputs, output: kept.append(output))
    try:
        run()
    finally:
        module._forward_hooks.clear()
    return kept[-1]


def _gives_the_list(module, run):
    kept = []
    handle = module.register_forward_hook(lambda m, inputs, output: kept.append(output))
    run()
    handle.remove()
    return kept


def _gives_the_handle(module, run):
    handle = module.register_forward_hook(lambda *arguments: None)
    run()
    handle.remove()
    return handle


def _runs_twice(module, run):
    record_output(module, run)
    return record_output(module, run)


def _listens_before(module, run):
    kept = []
    module.register_forward_pre_hook(lambda m, inputs: kept.append(inputs[0]))
    run()
    return kept[-1]


def _detached(module, run):
    return record_output(module, run).detach()


def _without_gradients(module, run):
    with torch.no_grad():
        return record_output(module, run)


def receptive_field(layers, start=1, overlap=1, own_stride=False, join=lambda a, b: a * b):
    """The right answer, with a place to go wrong in each of its steps."""
    size, jump = start, 1
    for kernel, stride in layers:
        if own_stride:
            jump = join(jump, stride)
        size += (kernel - overlap) * jump
        if not own_stride:
            jump = join(jump, stride)
    return size


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("01-hook", record_output),
    ("01-hook", _detached),
    ("01-hook", _without_gradients),
    ("01-hook", lambda module, run: _detached(module, run).numpy()),
    ("01-hook", _keep_and_return(lambda inputs, output: output.clone())),
    ("01-receptive-field", receptive_field),
    ("01-receptive-field", lambda layers: np.int64(receptive_field(layers))),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    (
        "01-hook",
        lambda module, run: record_output(
            module, run, lambda kept, inputs, output: kept.append(inputs[0])
        ),
        "got the module's input",
        "records-the-input",
    ),
    (
        "01-hook",
        lambda module, run: record_output(
            module, run, lambda kept, inputs, output: kept.append(inputs)
        ),
        "got a tuple, not the tensor itself",
        "records-the-input",
    ),
    (
        "01-hook",
        lambda module, run: run(),
        "got the network's output",
        "returns-the-networks-output",
    ),
    ("01-hook", _gives_the_list, "got a list, not the tensor itself"),
    ("01-hook", _gives_the_handle, "got a RemovableHandle"),
    (
        "01-hook",
        lambda module, run: [run(), None][1],
        "expected what the module put out, got None",
        "returns-nothing",
    ),
    (
        "01-hook",
        lambda module, run: record_output(module, run, last=0),
        "got what it put out the first time",
    ),
    ("01-hook", lambda module, run: None, "expected one call of run(), got 0"),
    ("01-hook", _runs_twice, "expected one call of run(), got 2"),
    (
        "01-hook",
        _keep_and_return(lambda inputs, output: output * 2),
        "what a hook returns takes the place of the output",
        "hook-returns-something",
    ),
    (
        "01-hook",
        _keep_and_return(lambda inputs, output: output.detach()),
        "expected the gradients to reach the input",
        "hook-returns-something",
    ),
    (
        "01-hook",
        _keep_and_return(lambda inputs, output: [output]),
        "what a hook returns takes the place of the output",
    ),
    (
        "01-hook",
        _forgets_to_remove,
        "expected no hook of yours left on the module, got 1 left",
        "never-removes-the-hook",
    ),
    ("01-hook", _listens_before, "got the module's input", "records-the-input"),
    ("01-hook", _removes_every_hook, "the hook that was there before still there"),
    (
        "01-hook",
        _removes_after_success_only,
        "for a run() that raises an error",
        "removes-after-success-only",
    ),
    (
        "01-hook",
        lambda module, run: _removes_after_success_only(module, run, Exception),
        "for a run() that is interrupted: expected no hook left",
    ),
    ("01-hook", _swallows_errors, "the error comes through"),
    (
        "01-receptive-field",
        lambda layers: receptive_field(layers, start=0),
        "before any layer a unit is one pixel",
    ),
    (
        "01-receptive-field",
        lambda layers: sum(kernel for kernel, _ in layers) or 1,
        "every layer adds its kernel less 1",
        "adds-whole-kernels",
    ),
    (
        "01-receptive-field",
        lambda layers: int(np.prod([kernel for kernel, _ in layers])),
        "every layer adds its kernel less 1",
    ),
    (
        "01-receptive-field",
        lambda layers: receptive_field(layers, overlap=0),
        "a single layer sees its kernel",
        "adds-whole-kernels",
    ),
    (
        "01-receptive-field",
        lambda layers: receptive_field(layers, own_stride=True),
        "a single layer sees its kernel, whatever its own stride",
        "own-stride-too-early",
    ),
    (
        "01-receptive-field",
        lambda layers: receptive_field(layers[::-1]),
        "a stride changes nothing for the layers before it",
        "wrong-end-first",
    ),
    (
        "01-receptive-field",
        lambda layers: receptive_field([(kernel, 1) for kernel, _ in layers]),
        "a stride spreads out the windows of the layers after it",
        "ignores-strides",
    ),
    (
        "01-receptive-field",
        lambda layers: receptive_field(layers, join=lambda jump, stride: stride),
        "strides that follow each other multiply",
        "strides-not-multiplied",
    ),
    (
        "01-receptive-field",
        lambda layers: receptive_field(layers, join=lambda jump, stride: jump + stride - 1),
        "strides that follow each other multiply",
        "strides-not-multiplied",
    ),
    (
        "01-receptive-field",
        lambda layers: layers.reverse() or receptive_field(layers[::-1]),
        "one of them changed in place",
    ),
]
