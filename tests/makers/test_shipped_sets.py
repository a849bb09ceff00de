"""The sets that ship: whole, small enough for git, honest splits, and what their makers draw."""

import importlib
import zipfile

import numpy as np
import pytest
from project_scripts import loaded

from course_utils import CourseError
from course_utils.datasets import domains, load_dataset, shipped, webp
from course_utils.paths import PROJECT_FOLDER

MOST_BYTES = 20_000_000
SETS = [(name, domain) for name in shipped.shipped_names() for domain in domains(name)]
#: Mean difference in grey levels that another version of a library may make.
TOLERANCE = 2.0


@pytest.fixture(scope="module")
def makers():
    """The makers by the names of their sets, and the command that packs what they draw."""
    command = loaded("datasets/makers/__main__.py")
    return {name: importlib.import_module(module) for name, module in command.MAKERS.items()}


def test_all_that_ships_is_unchanged_and_small_enough_for_git(makers):
    assert set(shipped.shipped_names()) == set(makers)
    assert shipped.verify_shipped_sets() == len(SETS)
    size = sum(path.stat().st_size for path in shipped.SHIPPED_FOLDER.rglob("*"))
    assert size <= MOST_BYTES


@pytest.mark.parametrize(("name", "domain"), SETS)
def test_a_set_is_balanced_and_split_by_group(name, domain, makers):
    maker = makers[name]
    splits = load_dataset(name, size=16, domain=domain)
    assert splits.train.class_names == tuple(maker.CLASS_NAMES)
    counts = sum(np.bincount(part.labels) for part in splits)
    assert counts.tolist() == [maker.PER_CLASS] * len(maker.CLASS_NAMES)
    groups = [set(part.groups) for part in splits]
    assert not (groups[0] & groups[1] or groups[0] & groups[2] or groups[1] & groups[2])
    for part, least in zip(splits, (0.5, 0.1, 0.1), strict=True):
        assert np.bincount(part.labels).min() >= least * maker.PER_CLASS
        assert part.images.std() > 10


@pytest.mark.parametrize(("name", "domain"), SETS)
def test_what_ships_is_what_the_maker_draws(name, domain, makers):
    maker = makers[name]
    with zipfile.ZipFile(shipped.SHIPPED_FOLDER / name / f"{domain}.zip") as archive:
        rows = shipped._read_index(archive)
        for class_name in (maker.CLASS_NAMES[0], maker.CLASS_NAMES[-1]):
            own = [row for row in rows if row["class"] == class_name]
            for number in (1, maker.PER_CLASS - 1):
                made = maker.draw(class_name, number, domain)
                kept = shipped._read_image(archive, own[number]["image"], maker.SIZE)
                assert own[number]["group"] == made.group
                assert np.abs(packed(made.image, maker.QUALITY[domain]) - kept).mean() < TOLERANCE


def packed(image, quality):
    """A picture after it was stored as what ships is stored: array of float."""
    return webp.decode(webp.encode(image, quality)).astype(float)


@pytest.mark.parametrize("name", domains())
def test_every_set_has_a_card_with_measured_baselines(name):
    card = (PROJECT_FOLDER / "datasets" / "cards" / f"{name}.md").read_text("utf-8")
    assert card.startswith(f"# {name}\n")
    for heading in ("## How it is made", "## How hard it is", "## Known leaks and limits"):
        assert heading in card or (heading, name) == ("## How it is made", "digits")
    assert all(domain in card for domain in domains(name))
    assert "±" in card.partition("<!-- baselines:begin -->")[2].partition("<!-- baselines:end")[0]


def test_domains_are_listed():
    assert domains()["materials"] == ("material",)
    assert domains("objects")[0] == "photo"
    with pytest.raises(CourseError, match="No set named 'object' ships: choose from digits"):
        domains("object")


@pytest.mark.parametrize(
    ("name", "domain", "sentence"),
    [
        ("objects", "painting", "has no domain 'painting': choose from photo"),
        ("digits", "photo", "'digits' has no domain 'photo', only 'digits'"),
        ("mnist", "photo", "'mnist' has no domain 'photo', only 'digits'"),
    ],
)
def test_a_domain_that_is_not_there(name, domain, sentence):
    with pytest.raises(CourseError, match=sentence):
        load_dataset(name, domain=domain)
