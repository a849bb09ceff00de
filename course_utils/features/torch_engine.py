"""The fast way through a frozen torch network."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.bases.conversion import CHANNEL_MEANS
from course_utils.errors import CourseError
from course_utils.features.identity import identity_of_code
from course_utils.validation import require


class TorchEngine:
    """Runs `base` up to one module. See `extract_features` for the parameters."""

    def __init__(
        self,
        base: Any,
        layer: str | None,
        precision: str,
        image_shape: tuple[int, ...],
        preprocess: Callable | None,
    ) -> None:
        names = [name for name, _ in base.named_modules() if name]
        some = ", ".join([*names[:3], "...", *names[-1:]]) if names else "none"
        require(
            layer is None or layer in names,
            f"The network has no module {layer!r}: its modules are {some}.",
        )
        self.base = base
        self.layer = layer
        self.precision = precision
        self.preprocess = preprocess or _without_means

    def identity(self) -> str:
        """Digest of the modules, the code they run, and their parameters and buffers."""
        digest = hashlib.sha256(repr(self.base).encode())
        for code in sorted({identity_of_code(type(m).forward) for m in self.base.modules()}):
            digest.update(code.encode())
        for name, tensor in self.base.state_dict().items():
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(tensor.detach().float().cpu().numpy()).data)
        return digest.hexdigest()

    def prepare(self) -> Callable[[np.ndarray], np.ndarray]:
        """Give a function from images (batch, height, width, 3) to features, float32."""
        import copy

        import torch

        # A copy: the learner's network keeps its mode, its place and its memory layout.
        network = copy.deepcopy(self.base).cpu().float().eval()
        network = network.to(memory_format=torch.channels_last)
        seen = {}
        if self.layer is not None:
            # Cloned: the next module may work in place, as nn.ReLU(inplace=True) does.
            network.get_submodule(self.layer).register_forward_hook(
                lambda *call: seen.update(output=_tensor_in(call[-1], self.layer).clone())
            )

        def run(images):
            images = np.array(images, np.float32)  # a copy, since `preprocess` may work in place
            inputs = torch.from_numpy(np.ascontiguousarray(self.preprocess(images), np.float32))
            inputs = inputs.permute(0, 3, 1, 2)  # channels first, with the channels-last layout
            bfloat16 = self.precision == "bfloat16"
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                outputs = network(inputs)
            require(
                self.layer is None or bool(seen),
                f"The network holds the module {self.layer!r} but does not call it: name one of "
                "the modules in it.",
            )
            features = seen["output"] if self.layer is not None else _pooled(outputs)
            features = features.float().permute(0, 2, 3, 1) if features.ndim == 4 else features
            if self.layer is None:
                features = features.flatten(1)
            return features.float().numpy()

        return run


def _without_means(images):
    return images - np.array(CHANNEL_MEANS, np.float32)


def _pooled(outputs):
    """What the network as a whole gives: its pooled output, or the tensor itself."""
    import torch

    pooled = getattr(outputs, "pooler_output", outputs)
    if not isinstance(pooled, torch.Tensor):
        raise CourseError(
            f"The network gives {type(outputs).__name__}, which has no pooler_output: name the "
            "module whose output you want with layer=..."
        )
    return pooled


def _tensor_in(output, layer):
    """The first tensor of a module's output: some give tuples, or `transformers`' own outputs."""
    import torch

    while isinstance(output, (tuple, list, dict)) and output:
        output = next(iter(output.values() if isinstance(output, dict) else output))
    if not isinstance(output, torch.Tensor):
        raise CourseError(f"The module {layer!r} gives {type(output).__name__}, not a tensor.")
    return output
