"""Typical wrong answers to 01-hook and 01-receptive-field, as learners might write them."""

import numpy as np
import torch


def _pre_hook(module, run):
    seen = {}

    def hook(module, inputs):
        (seen["it"],) = inputs

    handle = module.register_forward_pre_hook(hook)
    try:
        run()
    finally:
        handle.remove()
    return seen["it"]


def _runs_with_a_hook(module, run):
    handle = module.register_forward_hook(lambda module, inputs, output: None)
    try:
        output = run()
    finally:
        handle.remove()
    return output.detach()


def _assigns_in_the_hook(module, run):
    recorded = None

    def hook(module, inputs, output):
        recorded = output.detach()  # noqa: F841

    handle = module.register_forward_hook(hook)
    try:
        run()
    finally:
        handle.remove()
    return recorded


def _prints(module, run):
    with torch.no_grad():
        handle = module.register_forward_hook(lambda module, inputs, output: print(output))
        run()
        handle.remove()


def _hook_returns_numbers_less_their_mean(module, run):
    outputs = []

    def hook(module, inputs, output):
        outputs.append(output)
        return output - output.mean()

    handle = module.register_forward_hook(hook)
    run()
    handle.remove()
    return outputs[-1]


class _Recorder:
    def __init__(self, module):
        module.register_forward_hook(self)

    def __call__(self, module, inputs, output):
        self.output = output.detach().clone()


def _recorder_that_stays(module, run):
    recorder = _Recorder(module)
    run()
    return recorder.output


def _removes_in_else(module, run):
    outputs = []
    handle = module.register_forward_hook(lambda *arguments: outputs.append(arguments[2]))
    try:
        run()
    except ValueError:
        handle.remove()
    else:
        handle.remove()
    return outputs.pop().detach().numpy()


def _returns_in_the_loop(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size = size + (kernel - 1) * jump
        jump = jump * stride
        return size
    return size


def _first_kernel(layers):
    return layers[0][0] if layers else 1


def _whole_windows(layers):
    seen, apart = 1, 1
    for kernel, stride in layers:
        seen, apart = seen + kernel * apart, apart * stride
    return seen


def _kernels_only(layers):
    seen = 1
    for layer in layers:
        seen += layer[0] - 1
    return seen


def _jump_behind_the_layer(layers):
    strides = [stride for _, stride in layers]
    return 1 + sum((layers[i][0] - 1) * int(np.prod(strides[: i + 1])) for i in range(len(layers)))


def _backwards_rule_read_forwards(layers):
    size = 1
    for kernel, stride in layers:
        size = (size - 1) * stride + kernel
    return size


def _previous_stride(layers):
    size, before = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * before
        before = stride
    return size


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("01-hook", _pre_hook, "got the module's input", "records-the-input"),
    ("01-hook", _runs_with_a_hook, "got the network's output", "returns-the-networks-output"),
    ("01-hook", _assigns_in_the_hook, "got None", "returns-nothing"),
    ("01-hook", _prints, "got None", "returns-nothing"),
    (
        "01-hook",
        _hook_returns_numbers_less_their_mean,
        "what a hook returns takes the place",
        "hook-returns-something",
    ),
    ("01-hook", _recorder_that_stays, "got 1 left", "never-removes-the-hook"),
    ("01-hook", _removes_in_else, "for a run() that raises", "removes-after-success-only"),
    ("01-receptive-field", _returns_in_the_loop, "its kernel less 1", "returns-in-the-loop"),
    ("01-receptive-field", _first_kernel, "its kernel less 1", "returns-in-the-loop"),
    ("01-receptive-field", _whole_windows, "sees its kernel", "adds-whole-kernels"),
    ("01-receptive-field", _kernels_only, "a stride spreads out", "ignores-strides"),
    ("01-receptive-field", _jump_behind_the_layer, "its own stride", "own-stride-too-early"),
    (
        "01-receptive-field",
        _backwards_rule_read_forwards,
        "nothing for the layers before it",
        "wrong-end-first",
    ),
    ("01-receptive-field", _previous_stride, "multiply", "strides-not-multiplied"),
]
