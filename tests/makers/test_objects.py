"""`objects`: pure draws, closed bodies, exact thickness, and pictures that are what they say."""

import numpy as np
import objects
import pytest
from made import random_for
from objects import raster, sketch, solids, surfaces, thermal, xray
from objects.clutter import clutter
from objects.materials import MATERIALS
from objects.staging import BUILDERS, stage

QUICK = {"_samples": 1}
EVERY = [(name, domain) for domain in objects.DOMAINS for name in objects.CLASS_NAMES]


def random_parts(class_name, count=10):
    for number in range(count):
        yield from BUILDERS[class_name](random_for(1, class_name, number))


def assert_closed(mesh):
    """Every edge belongs to two triangles that run along it in opposite directions."""
    edges = np.vstack([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]], mesh.faces[:, [2, 0]]])
    count = len(mesh.vertices)
    forwards = np.unique(edges[:, 0] * count + edges[:, 1])
    assert len(forwards) == len(edges)
    assert np.array_equal(forwards, np.unique(edges[:, 1] * count + edges[:, 0]))
    assert solids.volume(mesh) > 0


# What is drawn


def test_there_are_ten_classes_and_a_quality_for_every_domain():
    assert len(set(objects.CLASS_NAMES)) == 10
    assert set(objects.QUALITY) == set(objects.DOMAINS)


@pytest.mark.parametrize(("class_name", "domain"), EVERY)
def test_every_class_is_drawn_in_every_domain(class_name, domain):
    made = objects.draw(class_name, 0, domain, **QUICK)
    assert made.image.shape == (objects.SIZE, objects.SIZE, 3)
    assert made.image.dtype == np.uint8
    assert made.image.std() > 5  # grey levels: not a blank


@pytest.mark.parametrize("domain", objects.DOMAINS)
def test_a_draw_does_not_depend_on_what_was_drawn_before(domain):
    wanted = [("mug", 3), ("chair", 0), ("mug", 4)]
    forwards = [objects.draw(name, k, domain, **QUICK).image for name, k in wanted]
    backwards = [objects.draw(name, k, domain, **QUICK).image for name, k in wanted[::-1]]
    for first, second in zip(forwards, backwards[::-1], strict=True):
        assert np.array_equal(first, second)


def test_a_draw_leaves_numpys_global_stream_alone():
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    for domain in objects.DOMAINS:
        objects.draw("mug", 1, domain, **QUICK)
    assert np.array_equal(before, np.random.get_state()[1])


@pytest.mark.parametrize("domain", objects.DOMAINS)
def test_numbers_seeds_and_domains_give_other_pictures_and_groups(domain):
    made = [
        objects.draw("hammer", k, domain, seed, **QUICK) for k, seed in ((0, 0), (1, 0), (0, 1))
    ]
    assert not any(np.array_equal(made[0].image, other.image) for other in made[1:])
    assert made[0].group != made[1].group
    elsewhere = "photo" if domain != "photo" else "sketch"
    assert made[0].group != objects.draw("hammer", 0, elsewhere, **QUICK).group


# Bodies


@pytest.mark.parametrize("class_name", objects.CLASS_NAMES)
def test_all_bodies_of_a_class_are_closed_and_of_known_material(class_name):
    for part in random_parts(class_name):
        assert_closed(part.mesh)
        assert part.material in MATERIALS
        heat = part.heat(part.mesh.vertices) if callable(part.heat) else part.heat
        assert np.abs(heat).max() < 120  # degrees above the room's


def test_all_clutter_is_closed():
    for number in range(40):
        for part in clutter(random_for(2, number)):
            assert_closed(part.mesh)
            assert part.material in MATERIALS


def test_all_baggage_is_closed():
    camera = stage("mug", random_for(0, "mug")).camera
    for number in range(25):
        for part in xray._baggage(random_for(3, number), camera):
            assert_closed(part.mesh)


@pytest.mark.parametrize("class_name", objects.CLASS_NAMES)
def test_a_class_varies(class_name):
    """No two of a dozen things have the same extent, nor all the same number of bodies."""
    built = [BUILDERS[class_name](random_for(4, class_name, k)) for k in range(12)]
    extents = [np.ptp(np.vstack([p.mesh.vertices for p in parts]), axis=0) for parts in built]
    shapes = {tuple(np.round(extent / extent.max(), 3)) for extent in extents}
    assert len(shapes) == 12
    assert len({tuple(part.material for part in parts) for parts in built}) >= 3


@pytest.mark.parametrize("class_name", objects.CLASS_NAMES)
def test_a_thing_stands_on_the_ground_and_mostly_in_the_frame(class_name):
    for number in range(8):
        staged = stage(class_name, random_for(5, class_name, number))
        points = np.vstack([part.mesh.vertices for part in staged.parts])
        image, depth = staged.camera.project(points)
        assert points[:, 2].min() == pytest.approx(0, abs=1e-9)
        assert depth.min() > 0
        assert staged.camera.eye[2] > 0
        assert (np.abs(image) <= 1).all(1).mean() > 0.55


def test_known_volumes():
    assert solids.volume(solids.box((2, 3, 4))) == pytest.approx(24)
    assert solids.volume(solids.ball(1.0, segments=200)) == pytest.approx(4 / 3 * np.pi, rel=2e-3)
    tube = solids.lathe([(2, 0), (2, 5), (1, 5), (1, 0)], 400, joined=True)
    assert solids.volume(tube) == pytest.approx(np.pi * 3 * 5, rel=1e-3)


def test_normals_are_smooth_on_a_ball_and_sharp_on_a_box():
    corners, normals, _ = surfaces.smooth_corners(solids.ball(1.0, segments=48))
    assert ((corners * normals).sum(1) > 0.99).mean() > 0.95
    _, normals, _ = surfaces.smooth_corners(solids.box((1, 1, 1)))
    assert np.allclose(np.sort(np.abs(normals), axis=1), [0, 0, 1], atol=1e-6)


# X-rays


def camera_at(distance, spread):
    eye = np.array([0.0, -distance, 0.0])
    return raster.Camera(eye, np.zeros(3), np.array([0.0, 0.0, 1.0]), spread)


def test_thickness_of_a_ball_is_its_chord():
    radius, distance, size = 1.0, 5.0, 64
    camera = camera_at(distance, 0.25)
    found = raster.thickness([solids.ball(radius, segments=300)], camera, size)[0]
    rays = camera.rays(size)
    along = (rays / np.linalg.norm(rays, axis=1, keepdims=True)) @ -camera.eye
    squared = radius**2 - (distance**2 - along**2)
    chord = 2 * np.sqrt(np.maximum(squared, 0)).reshape(size, size)
    assert np.abs(found - chord).max() < 0.12  # at the rim, where the chord is steepest
    assert np.abs(found - chord).mean() < 2e-3


@pytest.mark.parametrize("bevel", [0.0, 0.1])
def test_thickness_of_a_box_seen_head_on(bevel):
    camera, size = camera_at(400.0, 0.5 / 400), 48  # far away: parallel rays
    found = raster.thickness([solids.box((2, 3, 2), bevel)], camera, size)[0]
    assert np.allclose(found, 3, atol=1e-4)


def test_hollow_things_are_hollow():
    wall = 0.1
    shell = solids.lathe([(1, -2), (1, 2), (1 - wall, 2), (1 - wall, -2)], 400, joined=True)
    found = raster.thickness([shell], camera_at(400.0, 0.05 / 400), 16)[0]
    assert np.allclose(found, 2 * wall, rtol=2e-2)


@pytest.mark.parametrize("class_name", objects.CLASS_NAMES)
def test_no_ray_slips_between_triangles(class_name):
    """Every ray enters as often as it leaves: else its thickness would be off by metres."""
    staged = stage(class_name, random_for(6, class_name))
    vertices, faces, _ = raster.joined([part.mesh for part in staged.parts])
    found = raster.crossings(vertices, faces, staged.camera, 150)
    balance = np.bincount(found.pixel, np.where(found.leaving, 1, -1))
    assert not balance.any()


@pytest.mark.parametrize("kind", xray.ATTENUATION)
def test_the_thicker_the_darker(kind):
    material = next(name for name, m in MATERIALS.items() if m.xray == kind)
    wedge = solids.slab([(-1, -1), (1, -1)], [(-1, -1), (1, 1)], 4.0, -2.0)
    parts = [solids.Part(wedge, material)]
    light = xray.transmitted(xray.attenuation(parts, camera_at(400.0, 0.9 / 400), 64))
    row = light[32].sum(-1)
    assert (np.diff(row) < 0).all()
    assert 0 < row.min() < row.max() <= 3


def test_organic_is_orange_mixed_green_and_metal_blue():
    red, green, blue = (0, 1, 2)
    brightest = {"organic": red, "mixed": green, "metal": blue}
    for kind, channel in brightest.items():
        assert xray.transmitted(xray.ATTENUATION[kind]).argmax() == channel


# Drawings and heat


@pytest.mark.parametrize("class_name", objects.CLASS_NAMES)
def test_a_sketch_is_mostly_paper(class_name):
    for number in range(2):
        grey = objects.draw(class_name, number, "sketch").image.mean(-1)
        paper = np.median(grey)
        assert (np.abs(grey - paper) < 30).mean() > 0.6
        assert (grey < paper - 15).mean() > 0.01


def test_lines_of_a_box_are_its_outline_and_its_edges():
    eye = np.array([3.0, -4.0, 3.0])
    camera = raster.Camera(eye, np.zeros(3), np.array([0.0, 0.0, 1.0]), 0.3)
    view = raster.first_seen([solids.box((1, 1, 1))], camera, 120)
    outline, inner = sketch.lines(view, ["box"])
    seen = view.mesh >= 0
    assert outline.any() and inner.any()
    assert inner.sum() < outline.sum() < 0.1 * seen.size
    faces = {tuple(np.round(n, 3)) for n in view.normal[seen]}
    assert len(faces) == 3


def test_hot_tea_is_the_hottest_place():
    staged = stage("mug", random_for(0, "any"))
    staged = staged._replace(
        parts=[part._replace(heat=50.0 if k == 0 else 0.0) for k, part in enumerate(staged.parts)]
    )
    heat = thermal.temperatures(staged, [], random_for(0, "noise"), 96)
    view = raster.first_seen([part.mesh for part in staged.parts], staged.camera, 96)
    assert heat[view.mesh == 0].mean() > 35
    assert heat[view.mesh != 0].max() < 15


@pytest.mark.parametrize("palette", thermal.PALETTES)
def test_false_colours_reach_both_ends_and_clip(palette):
    colours = thermal.false_colours(np.array([-1.0, 0.0, 1.0, 2.0]), palette)
    stops = thermal.PALETTES[palette]
    assert colours.tolist() == [list(stops[0])] * 2 + [list(stops[-1])] * 2
