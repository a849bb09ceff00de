"""`python datasets/makers`: draws what is missing, keeps groups, packs what ships."""

import sys
import types

import numpy as np
import pytest
from made import Made, random_for
from PIL import Image
from project_scripts import loaded

from course_utils.datasets import load_dataset, shipped


@pytest.fixture(scope="module")
def command():
    return loaded("datasets/makers/__main__.py")


@pytest.fixture
def maker(monkeypatch, command):
    """A maker of plain squares, which counts its draws; two neighbours share a group."""
    module = types.ModuleType("squares")
    module.CLASS_NAMES, module.DOMAINS = ("dark", "light"), ("paint", "ink")
    module.SIZE, module.PER_CLASS, module.QUALITY = 8, 20, {"paint": None, "ink": None}
    module.drawn = []

    def draw(class_name, number, domain="paint", seed=0):
        module.drawn.append((class_name, number, domain))
        random = random_for(seed, class_name, number, domain)
        image = random.integers(0, 128, (8, 8, 3)) + 127 * (class_name == "light")
        return Made(image.astype(np.uint8), f"{class_name}-{number // 2}")

    module.draw = draw
    monkeypatch.setitem(sys.modules, "squares", module)
    monkeypatch.setitem(command.MAKERS, "squares", "squares")
    return module


def test_a_folder_of_more_pictures_loads_as_any_folder_does(command, maker, tmp_path):
    arguments = ["squares", "--into", str(tmp_path), "--per-class", "12", "--seed", "3"]
    assert command.main(arguments) == 0
    splits = load_dataset(tmp_path / "ink", size=8)
    assert splits.train.class_names == ("dark", "light")
    assert sum(len(part) for part in splits) == 24
    groups = (tmp_path / "groups-ink.csv").read_text().split()
    assert groups[0] == "class,number,group" and "light,11,light-5" in groups


@pytest.mark.parametrize("domain", ["paint", "ink"])
def test_one_domain_alone_is_drawn_and_is_the_same(command, maker, tmp_path, domain):
    arguments = ["squares", "--per-class", "3", "--seed", "3", "--into"]
    assert command.main([*arguments, str(tmp_path / "one"), "--domain", domain]) == 0
    assert {drawn[2] for drawn in maker.drawn} == {domain} and len(maker.drawn) == 6
    found = {path.name for path in (tmp_path / "one").iterdir()}
    assert found == {domain, f"groups-{domain}.csv"}
    assert command.main([*arguments, str(tmp_path / "all")]) == 0
    for path in (tmp_path / "one").rglob("*.*"):
        same = tmp_path / "all" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == same.read_bytes()


def test_an_unknown_domain_is_refused_in_one_sentence(command, maker, tmp_path, capsys):
    arguments = ["squares", "--into", str(tmp_path), "--domain", "chalk"]
    assert command.main(arguments) == 1
    assert capsys.readouterr().err == "squares has no domain 'chalk': it has paint, ink.\n"
    assert maker.drawn == [] and list(tmp_path.iterdir()) == []


def test_a_stopped_run_goes_on_where_it_was(command, maker, tmp_path):
    command.draw_folder(maker, tmp_path / "ink", "ink", per_class=4, seed=0)
    before = (tmp_path / "ink" / "dark" / "00001.png").read_bytes()
    (tmp_path / "ink" / "light" / "00002.png").unlink()
    maker.drawn.clear()
    command.draw_folder(maker, tmp_path / "ink", "ink", per_class=4, seed=0)
    assert maker.drawn == [("light", 2, "ink")]
    assert (tmp_path / "ink" / "dark" / "00001.png").read_bytes() == before


def test_another_seed_makes_other_pictures_unless_they_are_there(command, maker, tmp_path):
    for seed in (0, 1):
        command.draw_folder(maker, tmp_path / str(seed) / "ink", "ink", per_class=2, seed=seed)
    first, second = (tmp_path / seed / "ink" / "dark" / "00000.png" for seed in "01")
    assert (np.asarray(Image.open(first)) != np.asarray(Image.open(second))).any()


def test_what_ships_keeps_groups_on_one_side(command, maker, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "SHIPPED_FOLDER", tmp_path / "shipped")
    monkeypatch.setattr(shipped, "SHIPPED_FOLDER", tmp_path / "shipped")
    monkeypatch.setattr(shipped, "CHECKSUMS", tmp_path / "shipped" / "SHA256SUMS")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    assert command.main(["squares", "--ship"]) == 0
    assert shipped.shipped_domains("squares") == ("paint", "ink")
    assert shipped.verify_shipped_sets() == 2
    splits = shipped.load_shipped_set("squares", "ink", size=8)
    assert [len(part) for part in splits] == [24, 8, 8]
    groups = [set(part.groups) for part in splits]
    assert not (groups[0] & groups[1] or groups[0] & groups[2] or groups[1] & groups[2])
    for part in splits:
        for image, label in zip(part.images, part.labels, strict=True):
            assert (image.mean() > 127) == label


def test_a_maker_may_say_itself_which_part_a_group_is_in(command, maker):
    maker.part_of = lambda group: "test" if group.endswith("-0") else "train"
    parts = command.parts_of(maker, np.zeros((3, 1, 1, 3)), ["dark"] * 3, ["a-0", "b-1", "c-0"])
    assert parts == ["test", "train", "test"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["squares"],
        ["cubes", "--ship"],
        ["objects", "--ship", "--seed", "2"],
        ["objects", "--ship", "--domain", "photo"],
        ["objects", "--ship", "--per-class", "3"],
        ["objects", "--ship", "--into", "folder"],
    ],
)
def test_a_mistyped_command_line_is_refused(command, arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err
