"""### 2. Predict a receptive field

How many pixels along a side does one unit see? First on paper, for the stem of a ResNet: a
convolution with kernel 7 and stride 2, then a pooling with kernel 3 and stride 2. Then write
`receptive_field` for any list of `(kernel, stride)`, the layer next to the image first. Try it
on your prediction.
"""

from functools import partial

from course_utils.teaching.exercise import Exercise, expect
from course_utils.teaching.mistake import Mistake
from course_utils.visualisation.receptive_fields import Field, widen


def receptive_field(layers):
    """Side in pixels of what a unit behind layers [(kernel, stride), ...] sees."""
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size


LAYERS = ("layers",)


def _sizes(random, most, count=1, least=1):
    """`count` random whole numbers from `least` to `most`."""
    return [int(size) for size in random.integers(least, most + 1, count)]


def no_layer(answer, random):
    """before any layer a unit is one pixel and sees that pixel"""
    expect(answer, LAYERS, ([],), 1)


def one_layer(answer, random):
    """a single layer sees its kernel, whatever its own stride"""
    for most in (1, 3, 7):
        kernel, stride = _sizes(random, most, 2)
        expect(answer, LAYERS, ([(kernel, 1)],), kernel)
        expect(answer, LAYERS, ([(kernel, stride + 1)],), kernel)


def all_strides_one(answer, random):
    """where all strides are 1, neighbouring windows overlap, and every layer adds its kernel
    less 1
    """
    for depth in (2, 3, 5):
        kernels = _sizes(random, 2 * depth, depth, least=2)
        layers = [(kernel, 1) for kernel in kernels]
        expect(answer, LAYERS, (layers,), sum(kernels) - depth + 1)


def stride_behind(answer, random):
    """a stride changes nothing for the layers before it"""
    for most in (2, 3, 7):
        kernel, stride = _sizes(random, most, 2, least=2)
        expect(answer, LAYERS, ([(kernel, 1), (1, stride)],), kernel)


def stride_before(answer, random):
    """a stride spreads out the windows of the layers after it"""
    for most in (2, 3, 7):
        kernel, stride = _sizes(random, most, 2, least=2)
        expect(answer, LAYERS, ([(1, stride), (kernel, 1)],), 1 + (kernel - 1) * stride)


def strides_multiply(answer, random):
    """strides that follow each other multiply"""
    for most in (3, 4, 7):
        kernel, first, second = _sizes(random, most, 3, least=2)
        # Not 2 and 2, whose sum is their product too.
        layers = [(1, first), (1, second + 1), (kernel, 1)]
        expect(answer, LAYERS, (layers,), 1 + (kernel - 1) * first * (second + 1))


def any_layers(answer, random):
    """it agrees with the course's own function on any layers"""
    for depth in (1, 2, 3, 4, 5):
        layers = list(zip(_sizes(random, 7, depth), _sizes(random, 3, depth), strict=True))
        field = Field()
        for kernel, stride in layers:
            field = widen(field, kernel, stride)
        expect(answer, LAYERS, (layers,), field.size)


def _cases(random):
    """Layers on which no two of these mistakes agree all along, small ones first."""
    yield ([(3, 2)],)
    yield ([(3, 1), (2, 1)],)
    yield ([(7, 2), (3, 2)],)
    yield ([(1, 2), (1, 3), (2, 1)],)
    for depth in (3, 4, 5):
        sizes = random.integers((2, 1), (8, 4), (depth, 2))
        yield ([(int(kernel), int(stride)) for kernel, stride in sizes],)


def _walk(layers, start=1, overlap=1, join=lambda jump, stride: jump * stride):
    """The definition, with a place to go wrong in each of its steps."""
    size, jump = start, 1
    for kernel, stride in layers:
        size += (kernel - overlap) * jump
        jump = join(jump, stride)
    return size


def own_stride_too_early(layers):
    """A layer's own stride already acts on its own window. The stride says how far the window moves
    to make the next unit: whose windows does that spread out, this layer's or those behind it?
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        size += (kernel - 1) * jump
    return size


def returns_in_the_loop(layers):
    """However many layers there are, you give the result for the first one. Look at how far your
    return is indented: does it stand inside the loop?
    """
    return receptive_field(layers[:1])


def wrong_end_first(layers):
    """Your answer fits the same layers in the opposite order. The list begins with the layer next
    to the image: from which end does your way of counting have to start?
    """
    return receptive_field(layers[::-1])


def adds_whole_kernels(layers, start=1):
    """Every layer seems to add its whole kernel. Draw two layers with kernel 3 and stride 1 on
    paper: how many of the pixels in neighbouring windows are the same ones?
    """
    return _walk(layers, start=start, overlap=0)


def ignores_strides(layers):
    """Your answer is the same whatever the strides are. After a stride of 2, how many pixels of the
    image lie between two neighbouring units, and what does that mean for the next window?
    """
    return receptive_field([(kernel, 1) for kernel, _ in layers])


def strides_not_multiplied(layers):
    """One stride alone comes out right, two in a row do not. If neighbours are already 2 pixels
    apart and a layer takes every third of them, how far apart are those that are left?
    """
    return _walk(layers, join=lambda jump, stride: stride)


EXERCISE = Exercise(
    reference=receptive_field,
    title="the receptive field",
    properties=[
        no_layer,
        one_layer,
        all_strides_one,
        stride_behind,
        stride_before,
        strides_multiply,
        any_layers,
    ],
    cases=_cases,
    mistakes=[
        Mistake(returns_in_the_loop),
        Mistake(
            (
                adds_whole_kernels,
                partial(adds_whole_kernels, start=0),
                lambda layers: sum(kernel for kernel, _ in layers),
                lambda layers: 1 + sum(kernel for kernel, _ in layers),
            )
        ),
        Mistake(ignores_strides),
        Mistake(own_stride_too_early),
        Mistake(wrong_end_first),
        Mistake(
            (strides_not_multiplied, partial(_walk, join=lambda jump, stride: jump + stride - 1))
        ),
    ],
    hints=[
        "Walk from the image upwards and keep two numbers: how many pixels a unit sees, and how "
        "many pixels lie between neighbouring units, the jump. In the image both are 1.",
        "A window over `kernel` neighbouring units takes in what one unit sees, and kernel - 1 "
        "jumps more. A layer's stride makes the jump larger for those that come after it.",
        "For each (kernel, stride), in this order: size += (kernel - 1) * jump, then "
        "jump *= stride.",
    ],
    example=(([(7, 2), (3, 2)],), 11),
)
