"""Write the shipped tensors in the form that each framework's own loader reads."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

#: Hugging Face's ResNet keeps torch's BatchNorm epsilon, `keras.applications` its own.
TORCH_EPSILON = 1e-5

#: Mean red, green and blue of ImageNet, as `keras.applications.resnet50.preprocess_input` has it.
CHANNEL_MEANS = (123.68, 116.779, 103.939)

#: Blocks in each of ResNet50's four stages (He et al. 2016, table 1).
BLOCKS = (3, 4, 6, 3)


def layer_names() -> Iterator[tuple[str, str]]:
    """Pairs of names for one and the same thing: (Keras layer prefix, Hugging Face module).

    Every pair stands for a convolution and the BatchNorm behind it: `prefix + "_conv"` and
    `prefix + "_bn"` in Keras, `module + ".convolution"` and `module + ".normalization"` there.
    """
    yield "conv1", "resnet.embedder.embedder"
    for stage, blocks in enumerate(BLOCKS):
        for block in range(blocks):
            module = f"resnet.encoder.stages.{stage}.layers.{block}"
            prefix = f"conv{stage + 2}_block{block + 1}"
            if block == 0:
                yield f"{prefix}_0", f"{module}.shortcut"
            for part in range(3):
                yield f"{prefix}_{part + 1}", f"{module}.layer.{part}"


def write_keras_file(tensors: dict[str, np.ndarray], class_names: list[str], folder: Path) -> None:
    """Write `resnet50.weights.h5`, which `keras.applications.ResNet50` loads with or without top.

    Parameters
    ----------
    tensors : dict of str to array of float32
        Hugging Face's names and layouts: kernels (outputs, inputs, height, width), RGB.
    class_names : list of str
    folder : pathlib.Path
    """
    import keras

    model = keras.applications.ResNet50(
        weights=None,
        input_tensor=keras.Input((224, 224, 3), name="photograph"),  # else Keras counts one up
        classes=len(class_names),
        classifier_activation=None,
    )
    for prefix, module in layer_names():
        kernel = tensors[f"{module}.convolution.weight"].transpose(2, 3, 1, 0)
        if prefix == "conv1":
            kernel = kernel[:, :, ::-1]  # preprocess_input hands Keras blue, green, red
        convolution = model.get_layer(f"{prefix}_conv")
        # Keras' convolutions have a bias, which BatchNorm would cancel: these have none.
        convolution.set_weights([kernel, np.zeros(kernel.shape[-1], "float32")])
        norm = model.get_layer(f"{prefix}_bn")
        gamma, beta, mean, variance = (
            tensors[f"{module}.normalization.{part}"]
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        # Same sum under the square root, hence the same output with the other epsilon.
        variance = np.maximum(variance + TORCH_EPSILON - norm.epsilon, 0)
        norm.set_weights([gamma, beta, mean, variance])
    model.get_layer("predictions").set_weights(
        [tensors["classifier.1.weight"].T, tensors["classifier.1.bias"]]
    )
    model.save_weights(folder / "resnet50.weights.h5")


def write_torch_folder(
    tensors: dict[str, np.ndarray], class_names: list[str], folder: Path
) -> None:
    """Write a folder that `transformers`' ResNet and image processor classes load as it is.

    Parameters are those of `write_keras_file`.
    """
    from safetensors.numpy import save_file
    from transformers import ResNetConfig

    batches_tracked = {
        f"{module}.normalization.num_batches_tracked": np.array(0, dtype=np.int64)
        for _, module in layer_names()
    }
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    save_file(tensors | batches_tracked, folder / "model.safetensors", metadata={"format": "pt"})
    ResNetConfig(
        downsample_in_bottleneck=True,
        architectures=["ResNetForImageClassification"],
        id2label=dict(enumerate(class_names)),
        label2id={name: label for label, name in enumerate(class_names)},
    ).save_pretrained(folder)
    # Written out, since the processor's class has changed its name and place within version 5.
    processor = {
        "image_processor_type": "ConvNextImageProcessor",
        "do_resize": True,
        "size": {"shortest_edge": 64},  # the side of the photographs it was trained on
        "crop_pct": 1.0,
        "resample": 3,  # bicubic
        "do_rescale": False,
        "do_normalize": True,
        "image_mean": CHANNEL_MEANS,
        "image_std": [1.0, 1.0, 1.0],
    }
    path = folder / "preprocessor_config.json"
    path.write_text(json.dumps(processor, indent=2) + "\n", encoding="utf-8")
