"""Feature maps of lesson 05: two domains in two dimensions, before and after adaptation."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from course_utils.validation import require

#: A domain's points in two dimensions and their classes.
_Domain = tuple[np.ndarray, np.ndarray]
#: As many as the objects have classes, each as far from white and, for colour-blind readers, from
#: the others as ten colours can be (found by search, CIEDE2000).
_COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000"),
    *("#9977FF", "#773322", "#223366", "#995577", "#0011DD"),
)


def in_two_dimensions(features_list: Sequence[np.ndarray], seed: int = 0) -> list[np.ndarray]:
    """Project several sets of features on the same two axes, so that pictures can be compared.

    Parameters
    ----------
    features_list : sequence of array, each of shape (n_i, d)
        Source and target, before and after: all of one width.
    seed : int
        For the solver, where there are too many features for an exact one.

    Returns
    -------
    list of array, each of shape (n_i, 2)
        Coordinates on the first two principal components of all the rows together.

    Raises
    ------
    CourseError
        If the widths differ.
    """
    from sklearn.decomposition import PCA

    widths = [np.shape(features)[1:] for features in features_list]
    require(
        len(set(widths)) == 1 and len(widths[0]) == 1,
        "One projection needs features of one width, as arrays of shape (n, d), not of widths "
        f"{', '.join(str(width) for width in widths)}.",
    )
    together = np.concatenate(features_list)
    flat = PCA(n_components=2, random_state=seed).fit_transform(together)
    ends = np.cumsum([len(features) for features in features_list])
    return np.split(flat, ends[:-1])


def embedding(
    before: dict[str, _Domain],
    after: dict[str, _Domain],
    titles: Sequence[str],
    class_names: Sequence[str],
) -> Figure:
    """Source and target in two dimensions, before and after adaptation.

    Parameters
    ----------
    before, after : dict of str to tuple (array of shape (n, 2), array of int of shape (n,))
        For each domain, the source first, the coordinates and the true classes.
    titles : sequence of two str
    class_names : sequence of str
        Written at each class's centre in the source.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels on one scale: the source as hollow circles, the target as filled triangles,
        and a line from each class's centre in the source to its centre in the target.

    Raises
    ------
    CourseError
        If there are not two domains, the same before and after.
    """
    require(
        len(before) == 2 and list(before) == list(after),
        "A map takes the same two domains before and after, the source first, not "
        f"({', '.join(before)}) and ({', '.join(after)}).",
    )
    figure, panels = plt.subplots(1, 2, figsize=(8.4, 5.2), sharex=True, sharey=True)
    for axes, domains, title in zip(panels, (before, after), titles, strict=True):
        for label in np.unique(np.concatenate([labels for _, labels in domains.values()])):
            _draw_class(axes, domains, int(label), class_names[int(label)])
        # One scale for both directions too, so that distances on paper are distances.
        axes.set(title=title, xticks=[], yticks=[], xlabel="first component", aspect="equal")
    panels[0].set_ylabel("second component")
    source, target = before
    handles = [
        Line2D([], [], linestyle="", marker="o", mfc="none", mec="0.25", label=source),
        Line2D([], [], linestyle="", marker="^", mfc="0.25", mec="white", label=target),
        Line2D([], [], linestyle="-", color="black", lw=1.5, label="centre to centre"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _draw_class(axes: Axes, domains: dict[str, _Domain], label: int, name: str) -> None:
    """One class of both domains in one panel; one of them may lack it."""
    source, target = (points[labels == label] for points, labels in domains.values())
    colour = _COLOURS[label % len(_COLOURS)]
    hollow: dict[str, Any] = {"marker": "o", "facecolors": "none", "edgecolors": colour}
    filled: dict[str, Any] = {"marker": "^", "facecolors": colour, "edgecolors": "white"}
    axes.scatter(*source.T, s=18, linewidths=1, **hollow)
    axes.scatter(*target.T, s=20, linewidths=0.4, **filled)
    centres = [part.mean(axis=0) for part in (source, target) if len(part)]
    outline = [withStroke(linewidth=3, foreground="white")]
    axes.plot(*np.transpose(centres), "-", color="black", linewidth=1.5, path_effects=outline)
    place: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 11, "zorder": 4}
    x, y = centres[0]
    axes.text(x, y, name, path_effects=outline, fontweight="bold", **place)
