"""Names beside dots, so placed that they touch neither each other nor the dots."""

import numpy as np

_ANGLES = np.linspace(0, 2 * np.pi, 24, endpoint=False)
_TURNS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_GAPS = np.array([12, 24, 40, 60, 90, 125])  # pixels between a dot and its name
#: What touching a name or a dot costs, leaving the frame, and a stroke that runs through one.
_TOUCHES, _LEAVES, _CROSSES = 200, 1000, 30


def label_places(dots, sizes, taken, frame, starts=6, sweeps=8):
    """Centres for names beside dots so that as little as can be is covered.

    Each name in turn moves to the best of its candidate places, given where the others are,
    until none moves; of several starts in other orders the best is kept.

    Parameters
    ----------
    dots, sizes : array of shape (n, 2)
        Where the dots are, and how wide and high their names, in pixels.
    taken : array of shape (2 * n, 4)
        What no name should cover, each dot and then each bar: left, low, right, high.
    frame : array of shape (4,)
        What no name should leave.
    starts, sweeps : int

    Returns
    -------
    array of shape (n, 2)
    """
    random = np.random.default_rng(0)
    best, lowest = None, np.inf
    for start in range(starts):
        order = random.permutation(len(dots)) if start else np.arange(len(dots))
        boxes, cost = _settle(dots, sizes, taken, frame, order, sweeps)
        if cost < lowest:
            best, lowest = boxes, cost
        if lowest < _CROSSES + len(dots) * _GAPS[0] / 5:  # nothing touches or crosses
            break
    return (best[:, :2] + best[:, 2:]) / 2


def _settle(dots, sizes, taken, frame, order, sweeps):
    """Boxes of names moved in one order until none moves, and what they cost in all."""
    boxes, paid = np.full((len(dots), 4), -1e6), np.zeros(len(dots))
    for _ in range(sweeps):
        before = boxes.copy()
        for i in order:
            # Past the name's own half width where it stands at the side, not where it is above.
            shifts = _TURNS[None] * (_GAPS[:, None, None] + sizes[i] / 2 * np.abs(_TURNS)[None])
            centres = dots[i] + shifts.reshape(-1, 2)
            candidates = np.hstack([centres - sizes[i] / 2, centres + sizes[i] / 2])
            costs = _costs(candidates, i, dots, boxes, taken, frame)
            boxes[i], paid[i] = candidates[costs.argmin()], costs.min()
        if np.array_equal(boxes, before):
            break
    return boxes, paid.sum()


def _costs(candidates, i, dots, boxes, taken, frame):
    """What each candidate box for name i would cost, given the boxes of the others."""
    costs = np.repeat(_GAPS, len(_ANGLES)) / 5 + np.abs(np.tile(_TURNS[:, 1], len(_GAPS)))
    outside = np.maximum(frame[:2] - candidates[:, :2], candidates[:, 2:] - frame[2:])
    costs += _LEAVES * (outside > 0).any(axis=1)
    others = np.delete(boxes, i, axis=0)
    costs += _TOUCHES * _overlap(candidates, np.vstack([others, taken])).sum(axis=1)
    # Strokes that lead to names should run through no other name or dot either.
    strange = np.vstack([others, np.delete(taken, [i, i + len(dots)], axis=0)])
    ends, ends_of_others = ((b[:, :2] + b[:, 2:]) / 2 for b in (candidates, others))
    starts = np.delete(dots, i, axis=0)
    costs += _CROSSES * _inside(_strokes(dots[i][None], ends), strange).sum(axis=(1, 2))
    costs += _CROSSES * _inside(_strokes(starts, ends_of_others), candidates).sum(axis=(0, 1))
    return costs + _CROSSES * _cross(dots[i], ends, starts, ends_of_others).sum(axis=1)


def _overlap(boxes, others):
    """Which boxes touch which others: shape (len(boxes), len(others))."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return (high > low).all(axis=-1)


def _strokes(starts, ends):
    """Points along the lines from starts to ends: shape (n, 16, 2)."""
    along = np.linspace(0, 1, 16)[None, :, None]
    return starts[:, None] + (ends - starts)[:, None] * along


def _inside(points, boxes):
    """Which points, of shape (n, k, 2), are in which boxes: shape (n, k, len(boxes))."""
    points = points[:, :, None]
    return ((points > boxes[:, :2]) & (points < boxes[:, 2:])).all(axis=-1)


def _cross(start, ends, starts_of_others, ends_of_others):
    """Which lines from one start cross which others: shape (len(ends), len(others))."""

    def turn(a, b, c):  # the sign says on which side of the line from a to b lies c
        return (b - a)[..., 0] * (c - a)[..., 1] - (b - a)[..., 1] * (c - a)[..., 0]

    a, b, c, d = start, ends[:, None], starts_of_others[None], ends_of_others[None]
    return (turn(a, b, c) * turn(a, b, d) < 0) & (turn(c, d, a) * turn(c, d, b) < 0)
