"""Pictures go into WebP files and come back."""

import numpy as np
import pytest
from PIL import Image

from course_utils.datasets import webp


def noise(seed, *shape):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("effort", [0, 6])
@pytest.mark.parametrize(("shape", "mode"), [((9, 13), "L"), ((9, 13, 3), "RGB")])
def test_without_a_quality_every_pixel_comes_back(seed, effort, shape, mode):
    picture = noise(seed, *shape)
    assert np.array_equal(webp.decode(webp.encode(picture, effort=effort), mode), picture)


def test_opacity_comes_back_where_anything_is_seen():
    picture = noise(0, 9, 13, 4)
    picture[:4, :, 3] = 255
    back = webp.decode(webp.encode(picture), "RGBA")
    seen = picture[..., 3] > 0
    assert np.array_equal(back[..., 3], picture[..., 3])
    assert np.array_equal(back[seen], picture[seen])


def test_a_lower_quality_is_smaller_and_further_from_the_picture():
    coarse = Image.fromarray(noise(1, 8, 8, 3)).resize((64, 64), Image.Resampling.BICUBIC)
    picture = np.asarray(coarse)
    files = [webp.encode(picture, quality) for quality in (100, 80, 20, 1)]
    distances = [np.abs(webp.decode(file).astype(float) - picture).mean() for file in files]
    assert [len(file) for file in files] == sorted((len(file) for file in files), reverse=True)
    assert distances == sorted(distances) and 0 < distances[0] < distances[-1]


@pytest.mark.parametrize(
    "content", [b"", b"RIFF no picture", webp.encode(noise(3, 32, 32, 3))[:-200]]
)
def test_what_is_no_webp_file_is_refused(content):
    with pytest.raises(OSError):
        webp.decode(content)
