"""Exercise 01-receptive-field: how many pixels a unit sees, layer by layer."""

from course_utils.teaching.exercise import Exercise, Property, expect

LAYERS = ("layers",)


def _sizes(random, most, count=1, least=1):
    """`count` random whole numbers from `least` to `most`."""
    return [int(size) for size in random.integers(least, most + 1, count)]


def no_layer(answer, random):
    expect(answer, LAYERS, ([],), 1)


def one_layer(answer, random):
    for most in (1, 3, 7):
        kernel, stride = _sizes(random, most, 2)
        expect(answer, LAYERS, ([(kernel, 1)],), kernel)
        expect(answer, LAYERS, ([(kernel, stride + 1)],), kernel)


def all_strides_one(answer, random):
    for depth in (2, 3, 5):
        kernels = _sizes(random, 2 * depth, depth, least=2)
        layers = [(kernel, 1) for kernel in kernels]
        expect(answer, LAYERS, (layers,), sum(kernels) - depth + 1)


def stride_behind(answer, random):
    for most in (2, 3, 7):
        kernel, stride = _sizes(random, most, 2, least=2)
        expect(answer, LAYERS, ([(kernel, 1), (1, stride)],), kernel)


def stride_before(answer, random):
    for most in (2, 3, 7):
        kernel, stride = _sizes(random, most, 2, least=2)
        expect(answer, LAYERS, ([(1, stride), (kernel, 1)],), 1 + (kernel - 1) * stride)


def strides_multiply(answer, random):
    for most in (3, 4, 7):
        kernel, first, second = _sizes(random, most, 3, least=2)
        # Not 2 and 2, whose sum is their product too.
        layers = [(1, first), (1, second + 1), (kernel, 1)]
        expect(answer, LAYERS, (layers,), 1 + (kernel - 1) * first * (second + 1))


def any_layers(answer, random):
    from course_utils.visualisation.receptive_fields import Field, widen

    for depth in (1, 2, 3, 4, 5):
        layers = list(zip(_sizes(random, 7, depth), _sizes(random, 3, depth), strict=True))
        field = Field()
        for kernel, stride in layers:
            field = widen(field, kernel, stride)
        expect(answer, LAYERS, (layers,), field.size)


RECEPTIVE_FIELD = Exercise(
    id="01-receptive-field",
    title="the receptive field",
    function="receptive_field",
    properties=(
        Property("before any layer a unit is one pixel and sees that pixel", no_layer),
        Property("a single layer sees its kernel, whatever its own stride", one_layer),
        Property(
            "where all strides are 1, neighbouring windows overlap, and every layer adds its "
            "kernel less 1",
            all_strides_one,
        ),
        Property("a stride changes nothing for the layers before it", stride_behind),
        Property("a stride spreads out the windows of the layers after it", stride_before),
        Property("strides that follow each other multiply", strides_multiply),
        Property("it agrees with the course's own function on any layers", any_layers),
    ),
    hints=(
        "Walk from the image upwards and keep two numbers: how many pixels a unit sees, and how "
        "many pixels lie between neighbouring units, the jump. In the image both are 1.",
        "A window over `kernel` neighbouring units takes in what one unit sees, and kernel - 1 "
        "jumps more. A layer's stride makes the jump larger for those that come after it.",
        "For each (kernel, stride), in this order: size += (kernel - 1) * jump, then "
        "jump *= stride.",
    ),
    example=(([(7, 2), (3, 2)],), 11),
)
