"""The schedules that have names."""

from collections.abc import Iterable, Sequence
from typing import Any

from course_utils.finetuning.schedules import HEAD, WHOLE_BASE, Schedule, Stage
from course_utils.validation import require


def all_at_once(
    rate: float,
    epochs: int,
    groups: str | Sequence[str] = (WHOLE_BASE,),
    head_rate: float | None = None,
    **options: Any,
) -> Schedule:
    """The new head and the unfrozen part learn together from the first step.

    Parameters
    ----------
    rate : float
        Peak learning rate of the unfrozen part.
    epochs : int
    groups : sequence of str
        What is unfrozen, as `Stage.rates` names it.
    head_rate : float, optional
        By default `rate`.
    **options
        Options of `Schedule`.

    Returns
    -------
    Schedule
    """
    rates = {HEAD: rate if head_rate is None else head_rate}
    return Schedule((Stage(rates | dict.fromkeys(names_of(groups), rate), epochs),), **options)


def gradual_unfreezing(
    rate: float,
    epochs: int | Iterable[int],
    groups: str | Sequence[str],
    **options: Any,
) -> Schedule:
    """One group more in every stage, from the output down, beside a head that was trained before.

    Howard and Ruder 2018 (ULMFiT), arXiv:1801.06146, section 3.3.

    Parameters
    ----------
    rate : float
        Peak learning rate of the groups, and of the head beside them.
    epochs : sequence of int
        One number for each group.
    groups : sequence of str
        From the output to the input: `("conv5", "conv4")`. `"base"` as the last opens all that
        is left.
    **options
        Options of `Schedule`.

    Returns
    -------
    Schedule

    Raises
    ------
    CourseError
        If `epochs` does not fit `groups`.
    """
    groups = names_of(groups)
    epochs = tuple(epochs) if isinstance(epochs, Iterable) else (epochs,)
    require(
        len(epochs) == len(groups),
        f"Gradual unfreezing of {len(groups)} groups has as many stages; epochs has {len(epochs)} "
        "numbers.",
    )
    stages, opened = [], {}
    for group, own_epochs in zip(groups, epochs, strict=True):
        opened = {group: rate} | ({} if group == WHOLE_BASE else opened)  # it takes in the others
        stages.append(Stage({HEAD: rate} | opened, own_epochs))
    return Schedule(tuple(stages), **options)


def names_of(groups: str | Iterable[str]) -> tuple[str, ...]:
    """Names of groups as a tuple; one name alone is no sequence of letters."""
    return (groups,) if isinstance(groups, str) else tuple(groups)
