"""Whatever draws pictures explains in one sentence what it cannot draw."""

import digits_on_photos
import digits_rendered
import fractals
import objects
import phantoms
import pytest
import surfaces

from course_utils import CourseError

#: For each maker: a class of its own, one that it lacks, a domain that it lacks, and what is told.
MAKERS = {
    digits_on_photos: ("1", "ten", "photo", "0, 1, 2, .*9", "on-photos"),
    digits_rendered: ("1", "ten", "photo", "0, 1, 2, .*9", "rendered"),
    fractals: ("fractal-0000", "tree", "photo", "fractal-0000", "fractal"),
    objects: ("mug", "spoon", "painting", "bottle, camera", "photo, sketch, xray, thermal"),
    phantoms: ("clear", "healthy", "photo", "clear, nodule, infiltrate", "xray"),
    surfaces: ("good", "rust", "video", "good, scratch, crack, stain, hole, dent", "photo"),
}
MISTAKES = [
    mistake
    for maker, (known, unknown, domain, classes, domains) in MAKERS.items()
    for mistake in (
        (maker, (unknown, 0), rf"no class '{unknown}'.*{classes}"),
        (maker, (known, 0, domain), f"no domain '{domain}': choose from {domains}"),
        (maker, (known, -1), "no picture number -1: numbers start at 0"),
    )
]


@pytest.mark.parametrize(
    ("maker", "arguments", "told"),
    [*MISTAKES, (objects, ("mug", 0, "photo", -3), "no seed -3")],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_mistakes_are_explained_in_one_sentence(maker, arguments, told):
    with pytest.raises(CourseError, match=told) as caught:
        maker.draw(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["fractal", "fractal-1", "fractal-00001", "fractal--001", 3, ""])
def test_a_fractals_name_has_four_digits(name):
    with pytest.raises(CourseError, match="such as 'fractal-0000'"):
        fractals.draw(name, 0)
