"""Draw pictures: what ships, or more of it.

    python datasets/makers NAME --ship
    python datasets/makers NAME --into FOLDER --per-class 500 --seed 1

`--into` leaves a folder for each domain with a folder for each class in it, as `load_dataset`
takes them, and `groups-DOMAIN.csv` beside them. A run that was stopped goes on where it was.
"""

import argparse
import csv
import importlib
import sys
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from PIL import Image
from tqdm import tqdm

from course_utils.datasets.dataset import Dataset, Splits
from course_utils.datasets.shipped import SHIPPED_FOLDER, write_checksums, write_shipped
from course_utils.datasets.splitting import parts_of_images
from course_utils.errors import CourseError
from course_utils.files import atomic_path, disk_errors_explained
from course_utils.paths import cache_folder

#: The makers, by the names of their sets.
MAKERS = {
    "objects": "objects",
    "surfaces": "surfaces",
    "phantoms": "phantoms",
    "digits-rendered": "digits_rendered",
    "digits-on-photos": "digits_on_photos",
    "fractals": "fractals",
}


def main(arguments=None):
    """Draw as the command line says; 0 if all went well, 1 after a mistake told in one line."""
    parser = argparse.ArgumentParser(prog="python datasets/makers", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("name", choices=list(MAKERS))
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--ship", action="store_true", help="renew the files that ship")
    where.add_argument("--into", type=Path, metavar="FOLDER", help="a folder for the pictures")
    parser.add_argument("--per-class", type=int, help="pictures of each class and domain")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--domain", help="one kind of picture alone (with --into)")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.ship and (options.per_class or options.seed or options.domain):
        parser.error("what ships has a fixed seed, number and choice of pictures")
    try:
        maker = importlib.import_module(MAKERS[options.name])
        folder = options.into or cache_folder("makers", options.name)
        per_class = options.per_class or maker.PER_CLASS
        if options.domain not in (None, *maker.DOMAINS):
            kinds = ", ".join(maker.DOMAINS)
            raise CourseError(f"{options.name} has no domain {options.domain!r}: it has {kinds}.")
        for domain in [options.domain] if options.domain else maker.DOMAINS:
            draw_folder(maker, folder / domain, domain, per_class, options.seed, options.processes)
        if options.ship:
            ship(maker, options.name, folder)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def draw_folder(maker, folder, domain, per_class, seed, processes=1):
    """Draw a domain into `folder`, a PNG file for each picture; what is there is kept."""
    wanted = [(name, number) for name in maker.CLASS_NAMES for number in range(per_class)]
    with disk_errors_explained(folder):
        for name in maker.CLASS_NAMES:
            (folder / name).mkdir(parents=True, exist_ok=True)
        missing = [one for one in wanted if not picture_path(folder, *one).exists()]
        tasks = (delayed(draw_one)(maker.__name__, folder, domain, seed, *one) for one in missing)
        done = Parallel(n_jobs=processes, return_as="generator")(tasks)
        for _ in tqdm(done, total=len(missing), desc=domain, disable=not missing):
            pass
        with atomic_path(folder.parent / f"groups-{domain}.csv") as temporary:
            rows = [(*one, group_of(folder, *one)) for one in wanted]
            with temporary.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([("class", "number", "group"), *rows])


def draw_one(module, folder, domain, seed, class_name, number):
    """Draw one picture and store it; its group lies in the PNG file's own text."""
    from PIL.PngImagePlugin import PngInfo

    made = importlib.import_module(module).draw(class_name, number, domain, seed)
    note = PngInfo()
    note.add_text("group", made.group)
    with atomic_path(picture_path(folder, class_name, number)) as temporary:
        Image.fromarray(made.image).save(temporary, "PNG", pnginfo=note)


def picture_path(folder, class_name, number):
    """Where a picture lies."""
    return folder / class_name / f"{number:05d}.png"


def group_of(folder, class_name, number):
    """The group that was stored with a picture."""
    with Image.open(picture_path(folder, class_name, number)) as image:
        return image.text["group"]


def ship(maker, name, folder):
    """Pack what was drawn into `datasets/shipped`, with the parts each picture belongs to."""
    target = SHIPPED_FOLDER / name
    target.mkdir(parents=True, exist_ok=True)
    for domain in maker.DOMAINS:
        drawn = [(c, n) for c in maker.CLASS_NAMES for n in range(maker.PER_CLASS)]
        paths = [picture_path(folder / domain, *one) for one in drawn]
        images = np.stack([np.asarray(Image.open(path)) for path in paths])
        classes = [class_name for class_name, _ in drawn]
        groups = [group_of(folder / domain, *one) for one in drawn]
        parts = parts_of(maker, images, classes, groups)
        rows = list(zip(classes, groups, parts, strict=True))
        write_shipped(target / f"{domain}.zip", images, rows, maker.QUALITY[domain])
    (target / "domains.txt").write_text("\n".join(maker.DOMAINS) + "\n", encoding="utf-8")
    write_checksums()


def parts_of(maker, images, classes, groups):
    """The part each picture belongs to: the maker's own rule, or by class and by group."""
    if hasattr(maker, "part_of"):
        return [maker.part_of(group) for group in groups]
    labels = np.array([maker.CLASS_NAMES.index(name) for name in classes], dtype=np.int64)
    whole = Dataset(images, labels, maker.CLASS_NAMES, groups=np.array(groups))
    return [Splits._fields[part] for part in parts_of_images(whole, 0.2, 0.2)]


if __name__ == "__main__":
    sys.exit(main())
