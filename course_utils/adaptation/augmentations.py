"""Make source pictures look like a target: what is known of a target, put into the training.

Every function takes a batch of pictures, float tensor (n, 3, height, width) in 0 to 1, and a
`torch.Generator`, and gives as many pictures back. None looks at a target picture: they hold what
a person knows after a glance at a few.

Fitting transformations are in `MATCHED`, by the name of the target; `MISMATCHED` holds ones that
teach what is not so: a 6 turned upside down is a 9, whatever its label says.
"""

from collections.abc import Sequence

import torch
from torch.nn import functional

_ORIGINAL = 8  # pixels: scikit-learn's handwritten digits have 8 by 8
# Rates at which red, green and blue are swallowed by organic, mixed and metal things.
_ABSORPTION = ((0.15, 0.7, 1.7), (1.3, 0.6, 1.1), (1.8, 1.3, 0.6))
_INK = (0.2, 0.36)  # share of a handwritten digit's frame that ink covers
_EDGE = 0.35  # of the contrast: what counts as ink when a digit's extent is measured


def handwritten(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Rendered digits as handwritten ones: full contrast, filling the frame, 8 by 8 pixels.

    Grey paper turns black and ink white; the digit is stretched to the frame's height and about
    two thirds of its width, turned and slanted a little; strokes get thicker or thinner; then the
    resolution is taken away.
    """
    digits = _fill_frame(_full_contrast(images), generator)
    digits = _change_strokes(digits, generator)
    size = images.shape[2:]
    small = functional.adaptive_avg_pool2d(digits, _ORIGINAL)
    large = functional.interpolate(small, size, mode="bicubic", align_corners=False)
    return (1.15 * large).clamp(0, 1)


def on_photographs(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Handwritten digits in front of textures, by the recipe of MNIST-M (Ganin et al. 2016).

    The absolute difference of a digit and a random texture, which stands in for a photograph.
    """
    return (textures(len(images), images.shape[2:], generator) - images).abs()


def handwritten_on_photographs(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Rendered digits as handwritten ones on textures: both steps."""
    return on_photographs(handwritten(images, generator), generator)


def textures(n: int, size: Sequence[int], generator: torch.Generator) -> torch.Tensor:
    """Random colour textures (n, 3, height, width): smooth noise, coarse and fine."""
    brightness = _uniform((n, 1, 1, 1), 0, 1, generator)
    colour = brightness + 0.15 * torch.randn((n, 3, 1, 1), generator=generator)
    texture = colour.expand(n, 3, *size).clone()
    for cells, most in ((2, 0.3), (5, 0.2), (11, 0.2), (24, 0.15)):
        # Grey above all, as light and shade are; coarse noise has a tint of its own.
        grey = torch.randn((n, 1, cells, cells), generator=generator)
        tint = torch.randn((n, 3, cells, cells), generator=generator) * (0.3 if cells == 2 else 0.1)
        # A strength of its own at each scale: a plain wall has little, bark has fine grain.
        noise = most * _uniform((n, 1, 1, 1), 0, 1, generator) ** 2 * (grey + tint)
        texture += functional.interpolate(noise, size, mode="bicubic", align_corners=False)
    return texture.clamp(0, 1)


def baggage_scan(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Photographs of things as baggage scans: almost white where there is only background.

    How far a pixel is from the colours at its row's and column's ends, which the wall and the
    table have, stands in for how much of a ray the thing swallows. The Lambert-Beer law and a
    random material (organic orange, mixed green, metal blue) turn that into a colour, deeper at
    the edges, as of hollow things. The thing lies at any angle.
    """
    n = len(images)
    amount = ((_difference_from_ends(_blurred(images)) - 0.2) / 0.5).clamp(0, 1)
    amount = _blurred(amount) * (0.6 + 0.6 * _edges(images))
    drawn = torch.randint(len(_ABSORPTION), (n,), generator=generator)
    rates = torch.tensor(_ABSORPTION)[drawn][:, :, None, None]
    # Bags are cloth: a little orange everywhere.
    bag = torch.tensor(_ABSORPTION[0])[:, None, None] * _uniform((n, 1, 1, 1), 0, 0.06, generator)
    scans = torch.exp(-rates * amount * _uniform((n, 1, 1, 1), 1, 1.8, generator) - bag)
    return _turned(scans, 180.0, generator)


def drawing(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Photographs as pencil or pen drawings: the edges alone, as ink on tinted paper."""
    n = len(images)
    least = _uniform((n, 1, 1, 1), 0.25, 0.45, generator)
    lines = ((_edges(images) - least) / 0.4).clamp(0, 1)
    paper = _uniform((n, 1, 1, 1), 0.72, 0.93, generator)
    paper = paper + torch.tensor([0.03, 0.0, -0.05])[:, None, None] * _uniform(
        (n, 1, 1, 1), -0.5, 2, generator
    )
    ink = _uniform((n, 1, 1, 1), 0.25, 0.5, generator)
    ink = ink + 0.06 * torch.randn((n, 3, 1, 1), generator=generator)
    return ((1 - lines) * paper + lines * ink).clamp(0, 1)


def upside_down(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Turned by half a circle: of digits this breaks labels, 6 and 9 change places."""
    return images.flip((2, 3))


def mirrored(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Left and right exchanged: harmless to a mug, but no one writes a 2 that way."""
    return images.flip(3)


#: By target: what makes source pictures (rendered digits, photographs of objects) look like it.
MATCHED = {
    "digits": handwritten,
    "digits-on-photos": handwritten_on_photographs,
    "xray": baggage_scan,
    "sketch": drawing,
}

#: What a careless recipe adds: no digit of the targets looks like this.
MISMATCHED = {"upside down": upside_down, "mirrored": mirrored}


def _full_contrast(images):
    """Grey pictures with the darkest tenth at 0 and the brightest few percent at 1."""
    smooth = _blurred(images.mean(1, keepdim=True))
    levels = torch.quantile(smooth.flatten(1), torch.tensor([0.25, 0.98]), dim=1)
    low, high = levels[:, :, None, None, None]
    return ((smooth - low) / (high - low).clamp(min=1e-3)).clamp(0, 1).expand(-1, 3, -1, -1)


def _fill_frame(digits, generator):
    """Zoom each digit to the frame, with a little turn, slant and shift."""
    n, _, height, width = digits.shape
    ink = digits[:, 0] > _EDGE
    top, bottom = _extent(ink.any(2))
    left, right = _extent(ink.any(1))
    angle = _uniform((n,), -0.12, 0.12, generator)
    slant = _uniform((n,), -0.25, 0.25, generator)
    across = (right - left) / 2 / _uniform((n,), 0.5, 0.75, generator)
    # A "1" is narrow: it is not stretched as wide as the others.
    across = across.clamp(min=0.55)
    down = (bottom - top) / 2 / _uniform((n,), 0.92, 1.05, generator)
    x, y = (left + right) / 2, (top + bottom) / 2
    x = x + _uniform((n,), -0.08, 0.08, generator)
    rows = torch.stack(
        [
            torch.stack([across * angle.cos(), across * (slant - angle.sin()), x], 1),
            torch.stack([down * angle.sin(), down * angle.cos(), y], 1),
        ],
        dim=1,
    )
    grid = functional.affine_grid(rows, [n, 1, height, width], align_corners=False)
    return functional.grid_sample(digits, grid, align_corners=False)


def _extent(present):
    """First and last place that is True, in -1 to 1: two tensors (n,) from booleans (n, length)."""
    length = present.shape[1]
    present = present.float()
    first = present.argmax(1)
    last = length - present.flip(1).argmax(1)
    return 2 * first / length - 1, 2 * last / length - 1


def _change_strokes(digits, generator):
    """Strokes thicker or thinner, whichever brings the ink nearest to a random share."""
    thicker = functional.max_pool2d(digits, 3, 1, 1)
    thinner = -functional.max_pool2d(-digits, 3, 1, 1)
    choices = torch.stack([thinner, (digits + thinner) / 2, digits, thicker])
    wanted = _uniform((len(digits),), *_INK, generator)
    nearest = (choices.mean((2, 3, 4)) - wanted).abs().argmin(0)
    return choices[nearest, torch.arange(len(digits))]


def _difference_from_ends(images):
    """How unlike its row's two ends, and its column's, each pixel is: (n, 1, h, w), 0 to 1."""
    difference = torch.minimum(_difference_along(images, 3), _difference_along(images, 2))
    return (difference / _high(difference)).clamp(0, 1)


def _difference_along(images, axis):
    """Distance of each pixel's colour from a straight line between the ends of its row."""
    length = images.shape[axis]
    shape = [length if k == axis else 1 for k in range(4)]
    share = torch.linspace(0, 1, length).reshape(shape)
    line = torch.lerp(images.narrow(axis, 0, 1), images.narrow(axis, length - 1, 1), share)
    return (images - line).abs().amax(1, keepdim=True)


def _edges(images):
    """Sobel's edge strength of the grey picture, (n, 1, height, width), strongest about 1."""
    grey = functional.pad(images.mean(1, keepdim=True), (1, 1, 1, 1), mode="replicate")
    sobel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    both = torch.stack([sobel, sobel.T])[:, None]
    strength = functional.conv2d(grey, both).norm(dim=1, keepdim=True)
    return (strength / _high(strength)).clamp(0, 1)


def _high(values):
    """Nearly the highest value of each picture (n, 1, h, w): (n, 1, 1, 1), never 0."""
    high = torch.quantile(values.flatten(1), 0.98, dim=1)
    return high.clamp(min=1e-3)[:, None, None, None]


def _blurred(images):
    """The mean over 3 by 3 pixels; at the border, over those there are."""
    return functional.avg_pool2d(images, 3, 1, 1, count_include_pad=False)


def _turned(images, most, generator):
    """Pictures turned about their middle by up to `most` degrees; the border is repeated."""
    angle = torch.deg2rad(_uniform((len(images),), -most, most, generator))
    zero = torch.zeros_like(angle)
    rows = torch.stack(
        [
            torch.stack([angle.cos(), -angle.sin(), zero], 1),
            torch.stack([angle.sin(), angle.cos(), zero], 1),
        ],
        dim=1,
    )
    grid = functional.affine_grid(rows, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _uniform(shape, low, high, generator):
    return low + (high - low) * torch.rand(shape, generator=generator)
