"""The fast way through a frozen torch network."""

import hashlib

import numpy as np

from course_utils.backbones.conversion import CHANNEL_MEANS
from course_utils.errors import CourseError


class TorchEngine:
    """Runs `base` up to one module. See `extract_features` for the parameters."""

    def __init__(self, base, layer, precision, image_shape, preprocess):
        names = [name for name, _ in base.named_modules() if name]
        if layer is not None and layer not in names:
            raise CourseError(
                f"The network has no module {layer!r}: its modules are called "
                f"{', '.join(names[:3])}, ..., {names[-1]}."
            )
        self.base = base
        self.layer = layer
        self.precision = precision
        self.preprocess = preprocess or (lambda images: images - np.float32(CHANNEL_MEANS))

    def identity(self):
        """Digest of the modules and their parameters and buffers."""
        digest = hashlib.sha256(repr(self.base).encode())
        for name, tensor in self.base.state_dict().items():
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(tensor.detach().float().numpy()).data)
        return digest.hexdigest()

    def prepare(self):
        """Give a function from images (batch, height, width, 3) to features, float32."""
        import copy

        import torch

        # A copy: the learner's network keeps its mode and its memory layout.
        network = copy.deepcopy(self.base).eval().to(memory_format=torch.channels_last)
        seen = {}
        if self.layer is not None:
            module = network.get_submodule(self.layer)
            module.register_forward_hook(lambda *call: seen.update(output=call[-1]))

        def run(images):
            inputs = torch.from_numpy(np.ascontiguousarray(self.preprocess(images), np.float32))
            inputs = inputs.permute(0, 3, 1, 2)  # channels first, with the channels-last layout
            bfloat16 = self.precision == "bfloat16"
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                outputs = network(inputs)
            features = seen["output"] if self.layer is not None else outputs.pooler_output
            features = features.float().permute(0, 2, 3, 1) if features.ndim == 4 else features
            if self.layer is None:
                features = features.flatten(1)
            return features.float().numpy()

        return run
