"""Make the file that ships: `python -m making.quantisation.shipping SOURCE.safetensors`."""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from course_utils.bases.weights import SHIPPED_FOLDER
from course_utils.files import atomic_path, sha256_of
from making.quantisation.compression import compress

#: Stored as they come: few bytes, and their rounding errors pass through every later layer.
KEPT = ("resnet.embedder", "resnet.encoder.stages.0", "classifier")


def write_compressed(source: Path, path: Path, keep: tuple[str, ...]) -> dict[str, Any]:
    """Compress the safetensors file `source` into `path`; see `compress` for `keep`.

    Returns
    -------
    dict
        The written `file`'s name, its `bytes` and its `sha256`.
    """
    from safetensors.numpy import load_file, save_file

    tensors = compress(load_file(source), keep)
    with atomic_path(path) as temporary:
        save_file(tensors, temporary)
        temporary.chmod(0o644)  # safetensors puts a file of its own there, for its owner alone
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}


def ship(source: Path, class_list: Path, folder: Path = SHIPPED_FOLDER) -> dict[str, Any]:
    """Compress a ResNet50 in Hugging Face's naming into the file that ships with the course.

    Parameters
    ----------
    source : path of a safetensors file
    class_list : path of a text file
        A line per class in label order: identifier, tab, readable name.
    folder : where to put `resnet50.safetensors`, `resnet50.json` and `resnet50.classes.txt`.

    Returns
    -------
    dict
        The manifest: `file`, `bytes`, `sha256`, and `source_sha256`.
    """
    manifest = write_compressed(source, folder / "resnet50.safetensors", KEPT)
    manifest["source_sha256"] = sha256_of(source)
    shutil.copyfile(class_list, folder / "resnet50.classes.txt")
    with atomic_path(folder / "resnet50.json") as temporary:
        temporary.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="safetensors file, Hugging Face's ResNet names")
    parser.add_argument("classes", type=Path, help="class list: identifier, tab, name")
    arguments = parser.parse_args()
    print(json.dumps(ship(arguments.source, arguments.classes), indent=2))
