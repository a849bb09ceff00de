"""The schedules that have names."""

from collections.abc import Iterable, Sequence
from typing import Any

from course_utils.finetuning.schedules import HEAD, WHOLE_BASE, Schedule, Stage
from course_utils.validation import number, require


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
    probe_rate: float | None = 1e-3,
    factor: float = 1.0,
    **options: Any,
) -> Schedule:
    """The head, then one group more in every stage, from the output down (ULMFiT).

    Parameters
    ----------
    rate : float
        Peak learning rate of the group nearest to the output, and of the head beside it.
    epochs : sequence of int
        One number for each stage: the head's first, then one for each group.
    groups : sequence of str
        From the output to the input: `("conv5", "conv4")`. `"base"` as the last opens all that
        is left.
    probe_rate : float or None
        The head's learning rate in the first stage. None leaves that stage out, for a head that
        has been trained already; `epochs` then has one number for each group.
    factor : float
        Each group learns so many times slower than the one above it (2.6 in Howard and Ruder
        2018, arXiv:1801.06146).
    **options
        Options of `Schedule`.

    Returns
    -------
    Schedule

    Raises
    ------
    CourseError
        If `epochs` does not fit `groups`, or `factor` is not above zero.
    """
    groups = names_of(groups)
    epochs = tuple(epochs) if isinstance(epochs, Iterable) else (epochs,)
    probed = probe_rate is not None
    wanted = len(groups) + probed
    require(
        len(epochs) == wanted,
        f"Gradual unfreezing of {len(groups)} groups has {wanted} stages"
        f"{', the head alone first' if probed else ''}; epochs has {len(epochs)} numbers.",
    )
    factor = number(factor, "factor", above=0)
    stages = [Stage({HEAD: probe_rate}, epochs[0], name="probe")] if probed else []
    opened = {}
    for depth, (group, own_epochs) in enumerate(zip(groups, epochs[probed:], strict=True)):
        own_rate = rate / factor**depth
        if group == WHOLE_BASE:  # takes in what learns as fast as it does
            opened = {name: other for name, other in opened.items() if other != own_rate}
        opened = {group: own_rate} | opened
        stages.append(Stage({HEAD: rate} | opened, own_epochs))
    return Schedule(tuple(stages), **options)


def names_of(groups: str | Iterable[str]) -> tuple[str, ...]:
    """Names of groups as a tuple; one name alone is no sequence of letters."""
    return (groups,) if isinstance(groups, str) else tuple(groups)
