"""Feature maps of lesson 05: two domains in two dimensions, before and after adaptation."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

from course_utils.errors import CourseError

#: For more classes than the style has colours: its first five, and five more that stand out as much
#: from white and lie as far apart for colour-blind readers (found by search, CIEDE2000).
_MANY_COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000"),
    *("#9977FF", "#773322", "#223366", "#995577", "#0011DD"),
)


def in_two_dimensions(features_list, seed=0):
    """Project several sets of features on the same two axes, so that pictures can be compared.

    Parameters
    ----------
    features_list : sequence of array, each of shape (n_i, d)
        Source and target, before and after: all of one width.
    seed : int
        Of the solver, where there are too many features for an exact one.

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
    if len(set(widths)) != 1 or len(widths[0]) != 1:
        raise CourseError(
            "One projection needs features of one width, as arrays of shape (n, d), not of widths "
            f"{', '.join(str(width) for width in widths)}."
        )
    together = np.concatenate(features_list)
    flat = PCA(n_components=2, random_state=seed).fit_transform(together)
    ends = np.cumsum([len(features) for features in features_list])
    return np.split(flat, ends[:-1])


def embedding(before, after, titles=("before adaptation", "after adaptation"), class_names=None):
    """Source and target in two dimensions, before and after adaptation.

    Parameters
    ----------
    before, after : dict of str to tuple (array of shape (n, 2), array of int of shape (n,))
        For each domain, the source first, the coordinates and the true classes.
    titles : sequence of two str
    class_names : sequence of str, optional
        Written at each class's centre in the source; by default the class numbers.

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
    _check_domains(before, after)
    figure, panels = plt.subplots(1, 2, figsize=(8.4, 5.2), sharex=True, sharey=True)
    classes = np.unique(np.concatenate([labels for _, labels in before.values()]))
    for axes, domains, title in zip(panels, (before, after), titles, strict=True):
        for number, label in enumerate(classes):
            name = str(label) if class_names is None else class_names[label]
            _class(axes, domains, label, _colour(number, len(classes)), name)
        # One scale for both directions too, so that distances on paper are distances.
        axes.set(title=title, xticks=[], yticks=[], xlabel="first component", aspect="equal")
    panels[0].set_ylabel("second component")
    source, target = before
    handles = [
        plt.Line2D([], [], linestyle="", marker="o", mfc="none", mec="0.25", label=source),
        plt.Line2D([], [], linestyle="", marker="^", mfc="0.25", mec="white", label=target),
        plt.Line2D([], [], linestyle="-", color="black", lw=1.5, label="centre to centre"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _check_domains(before, after):
    if len(before) != 2 or list(before) != list(after):
        raise CourseError(
            "A map takes the same two domains before and after, the source first, not "
            f"({', '.join(before)}) and ({', '.join(after)})."
        )


def _class(axes, domains, label, colour, name):
    """One class of both domains in one panel."""
    (source, source_labels), (target, target_labels) = domains.values()
    source, target = source[source_labels == label], target[target_labels == label]
    axes.scatter(*source.T, s=18, marker="o", facecolors="none", edgecolors=colour, linewidths=1)
    axes.scatter(*target.T, s=20, marker="^", facecolors=colour, edgecolors="white", linewidths=0.4)
    outline = [withStroke(linewidth=3, foreground="white")]
    if len(source) and len(target):
        ends = np.array([source.mean(axis=0), target.mean(axis=0)])
        axes.plot(*ends.T, "-", color="black", linewidth=1.5, path_effects=outline, zorder=3)
    place = {"ha": "center", "va": "center", "fontsize": 11, "fontweight": "bold", "zorder": 4}
    shown = source if len(source) else target  # a class may be in the target alone
    axes.text(*shown.mean(axis=0), name, path_effects=outline, **place)


def _colour(number, count):
    own = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    colours = own if count <= len(own) else _MANY_COLOURS
    return colours[number % len(colours)]
