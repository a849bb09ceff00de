"""Typical mistakes in 01-receptive-field: what a kernel adds, and where a stride acts."""

from course_utils.teaching.mistake import Mistake, does_as, either


def _layers(random):
    """Arguments on which no two of these mistakes agree all along, small ones first."""
    yield ([(3, 2)],)
    yield ([(3, 1), (2, 1)],)
    yield ([(7, 2), (3, 2)],)
    yield ([(1, 2), (1, 3), (2, 1)],)
    for depth in (3, 4, 5):
        sizes = random.integers((2, 1), (8, 4), (depth, 2))
        yield ([(int(kernel), int(stride)) for kernel, stride in sizes],)


def _walk(layers, start=1, overlap=1, join=lambda jump, stride: jump * stride):
    size, jump = start, 1
    for kernel, stride in layers:
        size += (kernel - overlap) * jump
        jump = join(jump, stride)
    return size


def _own_stride_first(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        size += (kernel - 1) * jump
    return size


def _whole_kernels(start, **wrong):
    return does_as(lambda layers: _walk(layers, start=start, overlap=0, **wrong), _layers)


def _joined(join):
    return does_as(lambda layers: _walk(layers, join=join), _layers)


MISTAKES = (
    Mistake(
        name="returns-in-the-loop",
        hint="However many layers there are, you give the result for the first one. Look at how "
        "far your return is indented: does it stand inside the loop?",
        shown_by=does_as(lambda layers: _walk(layers[:1]), _layers),
    ),
    Mistake(
        name="adds-whole-kernels",
        hint="Every layer seems to add its whole kernel. Draw two layers with kernel 3 and stride "
        "1 on paper: how many of the pixels in neighbouring windows are the same ones?",
        shown_by=either(
            _whole_kernels(0),
            _whole_kernels(1),
            _whole_kernels(0, join=lambda jump, stride: 1),
            _whole_kernels(1, join=lambda jump, stride: 1),
        ),
    ),
    Mistake(
        name="ignores-strides",
        hint="Your answer is the same whatever the strides are. After a stride of 2, how many "
        "pixels of the image lie between two neighbouring units, and what does that mean for the "
        "next window?",
        shown_by=_joined(lambda jump, stride: 1),
    ),
    Mistake(
        name="own-stride-too-early",
        hint="A layer's own stride already acts on its own window. The stride says how far the "
        "window moves to make the next unit: whose windows does that spread out, this layer's or "
        "those behind it?",
        shown_by=does_as(_own_stride_first, _layers),
    ),
    Mistake(
        name="wrong-end-first",
        hint="Your answer fits the same layers in the opposite order. The list begins with the "
        "layer next to the image: from which end does your way of counting have to start?",
        shown_by=does_as(lambda layers: _walk(layers[::-1]), _layers),
    ),
    Mistake(
        name="strides-not-multiplied",
        hint="One stride alone comes out right, two in a row do not. If neighbours are already 2 "
        "pixels apart and a layer takes every third of them, how far apart are those that are "
        "left?",
        shown_by=either(
            _joined(lambda jump, stride: stride),
            _joined(lambda jump, stride: jump + stride - 1),
        ),
    ),
)
