"""`course_weights`: what to give to a framework's own loader to get a pretrained ResNet50."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from course_utils.bases.randomness import random_state_kept
from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained, sha256_of
from course_utils.paths import cache_folder
from course_utils.validation import one_of

SHIPPED_FOLDER = Path(__file__).parent / "shipped"

#: Part of the name of an expanded copy: raise it when the way of expanding changes.
EXPANSION_VERSION = 1

FRAMEWORKS = ("keras", "torch")

# Sizes and times of change of the files that this process has found intact: checksums of
# 100 MB are not taken again for the same files.
_seen_intact = {}


def course_weights(name: str = "resnet50", framework: str = "keras") -> str:
    """Path or public name of pretrained ResNet50 weights, for the framework's own loader.

    ::

        keras.applications.ResNet50(weights=course_weights("resnet50"), include_top=False)
        transformers.ResNetModel.from_pretrained(course_weights("resnet50", framework="torch"))

    Parameters
    ----------
    name : {"resnet50", "imagenet"}
        `"resnet50"`: the weights that ship with the course (its card is
        `course_utils/bases/shipped/README.md`). They are expanded to ordinary 32-bit files
        once, in the cache, and give the same features in both frameworks.
        `"imagenet"`: the public checkpoint, which the framework downloads on first use. The
        two frameworks' public checkpoints were trained apart and differ.
    framework : {"keras", "torch"}

    Returns
    -------
    str
        `"resnet50"`: for Keras the path of a file, for torch that of a folder with the network,
        its configuration and its image processor. `"imagenet"`: the checkpoint's public name.

    Raises
    ------
    CourseError
        Unknown name or framework; shipped file missing or damaged; cache not writable or disk
        full; `"imagenet"` neither on this computer nor within reach.
    """
    one_of(framework, "The framework", FRAMEWORKS)
    if one_of(name, "The name of the weights", ("resnet50", "imagenet")) == "imagenet":
        return _public_checkpoint(framework)
    folder = _expanded_folder(name, framework)
    return str(folder / "resnet50.weights.h5" if framework == "keras" else folder)


def shipped_manifest(name: str = "resnet50") -> dict:
    """What the project knows of a shipped file: `file`, `bytes`, `sha256`, `source_sha256`."""
    path = SHIPPED_FOLDER / f"{name}.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(missing_or_damaged(path)) from error
    if not isinstance(manifest, dict) or not {"file", "bytes", "sha256"} <= set(manifest):
        raise CourseError(missing_or_damaged(path))
    return manifest


def verify_shipped_weights(name: str = "resnet50") -> Path:
    """Check the shipped file against its recorded SHA-256.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    CourseError
        If it is missing or differs.
    """
    manifest = shipped_manifest(name)
    path = SHIPPED_FOLDER / manifest["file"]
    if not path.is_file() or sha256_of(path) != manifest["sha256"]:
        raise CourseError(missing_or_damaged(path))
    return path


def missing_or_damaged(path: Path) -> str:
    """The sentence about a file of `SHIPPED_FOLDER` that is not as it was shipped."""
    state = "damaged" if path.exists() else "missing"
    return (
        f"The shipped file {path} is {state}: `git checkout -- {path.name}` in its folder brings "
        "it back, or install the course again."
    )


def load_shipped(name: str = "resnet50") -> dict[str, np.ndarray]:
    """The shipped network's tensors in float32, under Hugging Face's names (dict of arrays)."""
    from safetensors.numpy import load_file

    from course_utils.bases.quantisation import expand

    return expand(load_file(verify_shipped_weights(name)))


def _expanded_folder(name, framework):
    """Folder of the expanded copy: made if missing, made again if damaged."""
    from filelock import FileLock

    key = f"{name}-{framework}-{shipped_manifest(name)['sha256'][:12]}-v{EXPANSION_VERSION}"
    root = cache_folder("weights")
    folder = root / key
    if _is_intact(folder):  # before the lock, so that a cache without write access serves too
        return folder
    with disk_errors_explained(folder), FileLock(root / f"{key}.lock"):
        # The lock makes a second kernel wait for the first instead of doing the work again.
        if not _is_intact(folder):
            for leftover in [folder, *root.glob(f".{key}.*")]:  # of a process that was killed
                shutil.rmtree(leftover, ignore_errors=True)
            temporary = Path(tempfile.mkdtemp(prefix=f".{key}.", dir=root))
            temporary.chmod(0o755)  # mkdtemp's folders are for their owner alone
            try:
                with random_state_kept():
                    _write_expanded(name, framework, temporary)
                checksums = {path.name: sha256_of(path) for path in sorted(temporary.iterdir())}
                (temporary / "SHA256.json").write_text(json.dumps(checksums), encoding="utf-8")
                for path in temporary.iterdir():
                    with path.open("rb+") as file:
                        os.fsync(file.fileno())
                temporary.replace(folder)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _is_intact(folder):
    """Whether every file of an expanded copy has its recorded checksum."""
    try:
        checksums = json.loads((folder / "SHA256.json").read_text(encoding="utf-8"))
        files = {name: (folder / name).stat() for name in checksums}
        state = {name: (file.st_size, file.st_mtime_ns) for name, file in files.items()}
        if state and state == _seen_intact.get(folder):
            return True
        intact = all(sha256_of(folder / name) == digest for name, digest in checksums.items())
    except (OSError, ValueError, TypeError, AttributeError):
        return False
    if intact and state:
        _seen_intact[folder] = state
    return bool(intact and state)


def _write_expanded(name, framework, folder):
    from course_utils.bases import conversion

    write = {"keras": conversion.write_keras_file, "torch": conversion.write_torch_folder}
    class_list = SHIPPED_FOLDER / f"{name}.classes.txt"
    if not class_list.is_file():
        raise CourseError(missing_or_damaged(class_list))
    lines = class_list.read_text(encoding="utf-8").splitlines()
    write[framework](load_shipped(name), [line.split("\t")[-1] for line in lines], folder)


def _public_checkpoint(framework):
    """The public checkpoint's name, once it is known to be here or within reach."""
    if framework == "keras":
        home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models"
        here, host = any(home.glob("resnet50_weights_tf_dim_ordering_*")), "storage.googleapis.com"
    else:
        from huggingface_hub import constants, try_to_load_from_cache

        found = try_to_load_from_cache("microsoft/resnet-50", "model.safetensors")
        here, host = isinstance(found, str), urlsplit(constants.ENDPOINT).hostname or ""
    if not here and not _reachable(host):
        raise CourseError(
            f"The ImageNet weights are not on this computer and {host}, which has them, cannot be "
            "reached: connect to the network once, or use course_weights('resnet50'), which ships "
            "with the course."
        )
    return "imagenet" if framework == "keras" else "microsoft/resnet-50"


def _reachable(host: str, seconds: float = 5.0) -> bool:
    """Whether `host` answers, be it through a proxy."""
    import requests

    try:
        requests.head(f"https://{host}", timeout=seconds)
    except requests.RequestException:
        return False
    return True
