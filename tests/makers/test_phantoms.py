"""`phantoms`: the physics of the projection, the findings and the patients behind the groups."""

import numpy as np
import phantoms
import pytest
from made import random_for
from phantoms import geometry, lesions, radiograph
from phantoms.anatomy import bones, lungs, make_patient, soft_tissue
from phantoms.geometry import Pose

STRAIGHT = Pose(yaw=0.0, pitch=0.0, roll=0.0, zoom=1.0, shift=(0.0, 0.0), size=192)
TURNED = Pose(yaw=0.08, pitch=-0.1, roll=0.2, zoom=1.2, shift=(0.05, -0.1), size=192)


def attenuation(name, number, pose=STRAIGHT):
    return phantoms.attenuation_of(name, number, pose, np.random.default_rng(5))


@pytest.mark.parametrize("name", phantoms.CLASS_NAMES)
def test_shape_and_kind(name):
    for number in range(4):
        image = phantoms.draw(name, number).image
        assert image.shape == (phantoms.SIZE, phantoms.SIZE, 3)
        assert image.dtype == np.uint8
        assert (image == image[..., :1]).all()
        assert image.std() > 25  # a picture with contrast, not a flat one


@pytest.mark.parametrize("name", phantoms.CLASS_NAMES)
def test_a_pure_function_of_its_arguments(name):
    last = phantoms.draw(name, 7)
    phantoms.draw(name, 2)
    assert np.array_equal(phantoms.draw(name, 7).image, last.image)
    assert not np.array_equal(phantoms.draw(name, 7, seed=1).image, last.image)


def test_a_group_is_a_patient():
    made = {
        (name, number): phantoms.draw(name, number)
        for name in phantoms.CLASS_NAMES
        for number in range(2 * phantoms.PER_PATIENT)
    }
    groups = {key: each.group for key, each in made.items()}
    for (name, number), group in groups.items():
        others = [key for key, other in groups.items() if other == group]
        first = number - number % phantoms.PER_PATIENT
        assert others == [(name, first + k) for k in range(phantoms.PER_PATIENT)]
    images = [each.image.tobytes() for each in made.values()]
    assert len(set(images)) == len(images)  # another pose and exposure every time


@pytest.mark.parametrize("name", phantoms.CLASS_NAMES)
def test_the_body_and_its_finding_stay_with_the_patient(name):
    first = attenuation(name, 0)
    assert np.array_equal(attenuation(name, phantoms.PER_PATIENT - 1), first)
    assert not np.allclose(attenuation(name, phantoms.PER_PATIENT), first)


@pytest.mark.parametrize("name", ["nodule", "infiltrate"])
@pytest.mark.parametrize("number", [0, 2, 4])
def test_the_dial_scales_what_a_finding_adds(monkeypatch, name, number):
    dial = f"{name.upper()}_PEAKS"

    def with_peak(peak):
        monkeypatch.setattr(lesions, dial, (peak, peak))
        return attenuation(name, number)

    without = with_peak(0.0)
    weak, strong = with_peak(0.2) - without, with_peak(0.4) - without
    assert np.allclose(strong, 2 * weak, atol=1e-9)
    assert weak.min() >= -1e-9
    assert weak.max() > 0.1
    assert 0.001 < (weak > 0.05).mean() < 0.25  # a part of the picture, not all of it


@pytest.mark.parametrize("seed", range(5))
def test_nodules_are_as_large_as_stated(seed):
    patient = make_patient(np.random.default_rng(seed))
    for nodule in lesions.make_nodule(patient, np.random.default_rng(seed)):
        added = lesions.nodule_attenuation(STRAIGHT, **{**nodule, "spikes": 0})
        area = (added > 0.2 * nodule["peak"]).sum() / STRAIGHT.scale**2
        diameter = 2 * np.sqrt(area / np.pi)
        assert 0.8 < diameter / (2 * nodule["radius"]) < 1.3
        assert 0.04 <= nodule["radius"] <= 0.12


@pytest.mark.parametrize("seed", range(5))
def test_findings_lie_in_the_lungs(seed):
    random = np.random.default_rng(seed)
    patient = make_patient(random)
    for _ in range(20):
        x, y, z = lesions.find_place(patient, random)
        thick = lungs(patient, np.array(x), np.array(y))
        assert thick > 0.1
        assert abs(z) <= thick / 2


@pytest.mark.parametrize("pose", [STRAIGHT, TURNED])
def test_project_and_grid_are_each_others_inverse(pose):
    points = np.random.default_rng(0).uniform(-0.5, 0.5, (20, 3))
    for point, (column, row) in zip(points, pose.project(points), strict=True):
        x, y = pose.grid(point[2])
        nearest = int(row), int(column)
        reach = 1.5 / pose.scale
        assert abs(x[nearest] - point[0]) < reach
        assert abs(y[nearest] - point[1]) < reach


@pytest.mark.parametrize("radius", [0.03, 0.05, 0.08])
@pytest.mark.parametrize("turn", [0.0, 0.6, np.pi / 2])
def test_a_tube_is_as_thick_as_its_chord(radius, turn):
    t = np.linspace(-0.6, 0.6, 800)
    path = np.stack([t * np.cos(turn), t * np.sin(turn), 0 * t], axis=1)
    thickness = geometry.tube(STRAIGHT, path, radius)
    x, y = STRAIGHT.grid()
    along, aside = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    middle = np.abs(along) < 0.3
    chord = 2 * np.sqrt(np.clip(radius**2 - aside**2, 0, None))
    assert np.abs(thickness - chord)[middle].mean() < 0.06 * chord[middle].max()
    assert thickness[middle].max() == pytest.approx(2 * radius, rel=0.2)


def test_a_tube_seen_end_on_is_as_thick_as_it_is_long():
    t = np.linspace(-0.2, 0.2, 300)
    thickness = geometry.tube(STRAIGHT, np.stack([0 * t, 0 * t, t], axis=1), 0.05)
    assert thickness.max() == pytest.approx(0.4, rel=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_bodies_are_built_like_bodies(seed):
    patient = make_patient(np.random.default_rng(seed))
    tissue, air = soft_tissue(patient, STRAIGHT)
    bone = bones(patient, STRAIGHT)
    for part in (tissue, air, bone):
        assert part.min() >= 0
    x, y = STRAIGHT.grid()
    lung = (np.abs(np.abs(x) - 0.4) < 0.1) & (np.abs(y) < 0.15)
    spine = (np.abs(x) < 0.04) & (np.abs(y) < 0.15)
    assert air[lung].mean() > 0.3
    assert air[spine].mean() < 0.05
    assert tissue[lung].mean() < 0.75 * tissue[spine].mean()
    # The heart is on the patient's left, which is right in the picture.
    below = (y > 0.1) & (y < 0.25) & (np.abs(np.abs(x) - 0.2) < 0.05)
    assert tissue[below & (x > 0)].mean() > tissue[below & (x < 0)].mean()
    # Down a line through a lung, ribs and gaps take turns.
    line = bone[40:140, 60:66].mean(axis=1)
    dense = line > line.mean()
    assert np.diff(dense.astype(int)).clip(0).sum() >= 3


@pytest.mark.parametrize("depth", [0.5, 1.5, 3.0])
def test_intensity_follows_beer_and_lambert(monkeypatch, depth):
    monkeypatch.setattr(radiograph, "_SCATTER", (0.0, 0.0))
    shade = np.full((64, 64), depth)
    found = radiograph.expose(shade, np.random.default_rng(0))
    assert found.mean() == pytest.approx(np.exp(-depth), rel=0.02)


@pytest.mark.parametrize("number", range(0, 6, 2))
def test_display_shows_bone_bright_and_stays_in_range(number):
    random = random_for(number, "test")
    shade = attenuation("clear", number)
    grey = radiograph.display(radiograph.expose(shade, random), random)
    assert grey.min() >= 0 and grey.max() <= 1
    inner = (slice(40, 150), slice(40, 150))
    together = np.corrcoef(grey[inner].ravel(), shade[inner].ravel())[0, 1]
    assert together > 0.8


def test_pictures_of_one_patient_are_alike():
    """Why the groups matter: the other picture of a patient is nearer than anyone else's."""
    middles = [
        phantoms.attenuation_of(name, number, STRAIGHT._replace(yaw=yaw), random_for(0, name))
        for name in phantoms.CLASS_NAMES
        for number, yaw in ((0, 0.03), (1, -0.03))
    ]
    rows = np.stack([m[48:144:4, 48:144:4].ravel() for m in middles])
    alike = np.corrcoef(rows)
    np.fill_diagonal(alike, -1)
    assert (alike.argmax(axis=1) == np.arange(len(rows)) ^ 1).all()


def test_the_card_names_the_dials():
    from course_utils.paths import PROJECT_FOLDER

    card = (PROJECT_FOLDER / "datasets" / "cards" / "phantoms.md").read_text(encoding="utf-8")
    for dial in ("NODULE_PEAKS", "INFILTRATE_PEAKS", "NODULE_DIAMETERS"):
        low, high = getattr(lesions, dial)
        assert any(
            dial in line and f"{low}" in line and f"{high}" in line for line in card.split("\n")
        )
