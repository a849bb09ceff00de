"""Right and wrong answers to 01-hook."""

from functools import partial

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


def _detached(module, run):
    return record_output(module, run).detach()


def _without_gradients(module, run):
    with torch.no_grad():
        return record_output(module, run)


# An exercise may leave open how: each of these is right.
RIGHT = [
    record_output,
    _detached,
    _without_gradients,
    lambda module, run: _detached(module, run).numpy(),
    _keep_and_return(lambda inputs, output: output.clone()),
]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        lambda module, run: record_output(
            module, run, lambda kept, inputs, output: kept.append(inputs[0])
        ),
        "got the module's input",
        "records-the-input",
    ),
    (
        lambda module, run: record_output(
            module, run, lambda kept, inputs, output: kept.append(inputs)
        ),
        "got a tuple, not the tensor itself",
        "records-the-input",
    ),
    (lambda module, run: run(), "got the network's output", "returns-the-networks-output"),
    (_gives_the_list, "got a list, not the tensor itself"),
    (_gives_the_handle, "got a RemovableHandle"),
    (
        lambda module, run: [run(), None][1],
        "expected what the module put out, got None",
        "returns-nothing",
    ),
    (partial(record_output, last=0), "got what it put out the first time"),
    (lambda module, run: None, "expected one call of run(), got 0"),
    (_runs_twice, "expected one call of run(), got 2"),
    (
        _keep_and_return(lambda inputs, output: output * 2),
        "what a hook returns takes the place of the output",
        "hook-returns-something",
    ),
    (
        _keep_and_return(lambda inputs, output: output.detach()),
        "expected the gradients to reach the input",
        "hook-returns-something",
    ),
    (
        _keep_and_return(lambda inputs, output: [output]),
        "what a hook returns takes the place of the output",
    ),
    (
        _forgets_to_remove,
        "expected no hook of yours left on the module, got 1 left",
        "never-removes-the-hook",
    ),
    (_removes_every_hook, "the hook that was there before still there"),
    (_removes_after_success_only, "for a run() that raises an error", "removes-after-success-only"),
    (
        lambda module, run: _removes_after_success_only(module, run, Exception),
        "for a run() that is interrupted: expected no hook left",
    ),
    (_swallows_errors, "the error comes through"),
]
