"""The figures of lesson 01: pictures in rows, maps over photographs, numbers by depth."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from course_utils.lessons.lesson_06.heat_maps import readable_ink


def picture_rows(rows, row_titles, column_titles=(), scale=1.05):
    """Pictures in rows, each row with a title at its left.

    Parameters
    ----------
    rows : sequence of sequence of array
        Pictures of shape (height, width, 3) or maps of shape (height, width), any sizes.
    row_titles : sequence of str
    column_titles : sequence of str
    scale : float
        Inches per picture.

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = max(len(row) for row in rows)
    size = (columns * scale + 1.1, len(rows) * scale + 0.25 * bool(len(column_titles)))
    figure, grid = plt.subplots(len(rows), columns, figsize=size, squeeze=False)
    for axes in grid.flat:
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
        axes.spines[:].set_visible(False)
    for line, row, title in zip(grid, rows, row_titles, strict=True):
        line[0].set_ylabel(title, rotation=0, ha="right", va="center", fontsize=9)
        for axes, picture in zip(line, row, strict=False):
            axes.imshow(picture, cmap="gray", interpolation="nearest")
    for axes, title in zip(grid[0], column_titles, strict=False):
        axes.set_title(title, fontsize=9)
    return figure


def filter_sheet(filters, columns=16):
    """A convolution's filters as one picture, each stretched to its own range.

    Parameters
    ----------
    filters : array, shape (n, 3, height, width)
    columns : int

    Returns
    -------
    array of float, shape (rows, columns, 3)
        0 to 1, with white lines between the filters.
    """
    low = filters.min(axis=(1, 2, 3), keepdims=True)
    high = filters.max(axis=(1, 2, 3), keepdims=True)
    tiles = np.moveaxis((filters - low) / np.maximum(high - low, 1e-12), 1, -1)
    tiles = np.pad(tiles, ((0, -len(tiles) % columns), (1, 1), (1, 1), (0, 0)), constant_values=1)
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    return np.concatenate([np.concatenate(list(row), axis=1) for row in rows], axis=0)


def side_by_side(pictures, titles, height=3.0):
    """A few larger pictures beside each other, each with a title (matplotlib.figure.Figure)."""
    ratios = [np.shape(picture)[1] / np.shape(picture)[0] for picture in pictures]
    figure, grid = plt.subplots(
        1, len(pictures), figsize=(height * sum(ratios), height), width_ratios=ratios, squeeze=False
    )
    for axes, picture, title in zip(grid[0], pictures, titles, strict=True):
        axes.imshow(picture, interpolation="nearest")
        axes.set_title(title, fontsize=10)
        axes.set_axis_off()
    return figure


def over(photo, heat, strength=0.6):
    """A map in colours laid over a grey photograph: dark violet is zero, yellow the map's greatest.

    Parameters
    ----------
    photo : array of uint8, shape (height, width, 3)
    heat : array of float, shape (height, width)
        Values below zero count as zero.
    strength : float
        Share of the map's colours, from 0 to 1.

    Returns
    -------
    array of uint8, shape (height, width, 3)
    """
    heat = np.maximum(heat, 0)
    share = heat / max(float(heat.max()), 1e-12)
    colours = 255 * plt.get_cmap("inferno")(share)[..., :3]
    grey = photo.mean(axis=-1, keepdims=True)
    return np.clip((1 - strength) * grey + strength * colours, 0, 255).astype(np.uint8)


def boxes_on(photo, boxes, titles):
    """Rectangles (left, top, right, bottom), in pixels, drawn on a photograph."""
    figure, axes = plt.subplots(figsize=(6.4, 6.4 * photo.shape[0] / photo.shape[1]))
    axes.imshow(photo)
    axes.set_axis_off()
    for (left, top, right, bottom), title in zip(boxes, titles, strict=True):
        outline = Rectangle((left, top), right - left, bottom - top, fill=False, lw=2.5, ec="white")
        axes.add_patch(outline)
        inner = Rectangle((left, top), right - left, bottom - top, fill=False, lw=1.2, ec="black")
        axes.add_patch(inner)
        style = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        if right - left > 60:
            axes.text(left + 3, top + 3, title, fontsize=8, va="top", bbox=style)
            continue
        # A small square has no room for its name: it stands beside, the smaller one lower.
        beside = (right + 60, (top + bottom) / 2 + 900 / (right - left) - 45)
        arrow = {"arrowstyle": "-", "color": "white"}
        axes.annotate(
            title, (right, (top + bottom) / 2), beside, fontsize=8, bbox=style, arrowprops=arrow
        )
    axes.set(xlim=(0, photo.shape[1]), ylim=(photo.shape[0], 0))
    return figure


def by_depth(panels, stages, ylabel="test accuracy (%)"):
    """Results against depth, a panel for each target, with 95 % intervals.

    Parameters
    ----------
    panels : dict of str to dict of str to list of Result
        For each target, for each network by its name, a result for each stage; fractions.
    stages : sequence of str
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(
        1, len(panels), figsize=(3.1 * len(panels), 3.4), sharey=True, squeeze=False
    )
    places = np.arange(len(stages))
    for axes, (title, arms) in zip(grid[0], panels.items(), strict=True):
        for marker, (name, results) in zip("os^D", arms.items(), strict=False):
            means = [100 * result.mean for result in results]
            widths = [100 * result.half_width for result in results]
            axes.errorbar(places, means, widths, marker=marker, label=name)
        axes.set_xticks(places, stages, rotation=35, ha="right")
        axes.set_title(title, fontsize=11)
    grid[0][0].set_ylabel(ylabel)
    grid[0][0].legend()
    return figure


def matrices(panels, stages):
    """Square matrices of numbers from 0 to 1, each number written into its field.

    Parameters
    ----------
    panels : dict of str to array of shape (stages, stages)
    stages : sequence of str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(1, len(panels), figsize=(3.3 * len(panels), 3.5), squeeze=False)
    for axes, (title, values) in zip(grid[0], panels.items(), strict=True):
        axes.imshow(values, vmin=0, vmax=1, cmap="cividis")
        axes.grid(False)
        axes.set_title(title, fontsize=10)
        axes.set_xticks(range(len(stages)), stages, rotation=35, ha="right")
        axes.set_yticks(range(len(stages)), stages)
        for row, column in np.ndindex(values.shape):
            value = values[row, column]
            ink = readable_ink(plt.get_cmap("cividis")(float(value)))
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=ink, fontsize=9)
    return figure
