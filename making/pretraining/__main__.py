"""Pretrain the course's ResNet50 on any folder with a folder of images per class.

    python -m making.pretraining FOLDER --out NAME.safetensors --minutes 100

An interrupted run goes on from its last checkpoint when the same command is given again. At the
end NAME.safetensors holds the network, NAME.classes.txt the classes and NAME.json the report;
`python -m making.quantisation.shipping` makes the file that ships from the first two.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from course_utils.errors import CourseError
from making.pretraining.pretraining import pretrain
from making.pretraining.recipe import Recipe

INTERRUPTED = 130  # 128 + SIGINT, as shells count


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m making.pretraining", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", help="a folder with a folder of images for each class")
    parser.add_argument("--out", required=True, metavar="NAME.safetensors", type=Path)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, help="how long to train (default: 100)")
    length.add_argument("--steps", type=int, help="how many steps to take instead")
    for name, kind, meaning in (
        ("batch-size", int, "images in a step"),
        ("rate", float, "peak learning rate"),
        ("seed", int, "of everything that is drawn at random"),
    ):
        default = getattr(Recipe, name.replace("-", "_"))
        help_text = f"{meaning} (default: {default})"
        parser.add_argument(f"--{name}", type=kind, default=default, help=help_text)
    options = vars(parser.parse_args(arguments))
    if options["minutes"] is None and options["steps"] is None:
        options["minutes"] = 100.0
    folder, out = options.pop("folder"), options.pop("out")
    try:
        report = pretrain(folder, out, Recipe(**options))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe same command goes on from the last checkpoint, if any.", file=sys.stderr)
        return INTERRUPTED
    print(
        f"{out}: {report['source_top1']:.1%} top-1 on {report['source']['validation_images']:,} "
        f"validation images, after {report['steps']:,} steps in {report['minutes']:.1f} minutes "
        f"({report['passes']:.1f} passes)."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
