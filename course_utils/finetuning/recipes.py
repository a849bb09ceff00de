"""The schedules that have names."""

from collections.abc import Iterable

from course_utils.errors import CourseError
from course_utils.finetuning.schedules import HEAD, WHOLE_BASE, Schedule, Stage


def all_at_once(rate, epochs, groups=(WHOLE_BASE,), head_rate=None, **options):
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
        Of `Schedule`.

    Returns
    -------
    Schedule
    """
    rates = {HEAD: rate if head_rate is None else head_rate}
    return Schedule((Stage(rates | dict.fromkeys(names_of(groups), rate), epochs),), **options)


def probe_then_fine_tune(rate, epochs, probe_epochs, groups=(WHOLE_BASE,), probe_rate=1e-3, **rest):
    """First the head alone, then everything (LP-FT: Kumar et al. 2022, arXiv:2202.10054).

    A head that is still random sends large, meaningless gradients into the base; one that has
    been trained first does not.

    Parameters
    ----------
    rate : float
        Peak learning rate of the second stage, for head and base.
    epochs, probe_epochs : int
        Of the second and of the first stage.
    groups : sequence of str
        What is unfrozen in the second stage.
    probe_rate : float
        Of the head in the first stage.
    **rest
        Options of `Schedule`.

    Returns
    -------
    Schedule
    """
    stages = all_at_once(rate, epochs, groups).stages
    return Schedule((_probe(probe_rate, probe_epochs), *stages), **rest)


def gradual_unfreezing(rate, epochs, groups, probe_rate=1e-3, factor=1.0, **options):
    """The head, then one group more in every stage, from the output down (ULMFiT).

    Parameters
    ----------
    rate : float
        Peak learning rate of the group nearest to the output, and of the head beside it.
    epochs : sequence of int
        Of each stage: the head's first, then one for each group.
    groups : sequence of str
        From the output to the input: `("conv5", "conv4")`. `"base"` as the last opens all that
        is left.
    probe_rate : float or None
        Of the head in the first stage. None leaves that stage out, for a head that has been
        trained already; `epochs` then has one number for each group.
    factor : float
        Each group learns so many times slower than the one above it (2.6 in Howard and Ruder
        2018, arXiv:1801.06146).
    **options
        Of `Schedule`.

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
    if len(epochs) != wanted:
        raise CourseError(
            f"Gradual unfreezing of {len(groups)} groups has {wanted} stages"
            f"{', the head alone first' if probed else ''}; epochs has {len(epochs)} numbers."
        )
    if not factor > 0:
        raise CourseError(f"factor must be a number above zero, not {factor!r}.")
    stages = [_probe(probe_rate, epochs[0])] if probed else []
    opened = {}
    for depth, (group, own_epochs) in enumerate(zip(groups, epochs[probed:], strict=True)):
        own_rate = rate / factor**depth
        if group == WHOLE_BASE:  # takes in what learns as fast as it does
            opened = {name: other for name, other in opened.items() if other != own_rate}
        opened = {group: own_rate} | opened
        stages.append(Stage({HEAD: rate} | opened, own_epochs))
    return Schedule(tuple(stages), **options)


def _probe(rate, epochs):
    """The stage in which the head learns alone."""
    return Stage({HEAD: rate}, epochs, name="probe")


def names_of(groups):
    """Names of groups as a tuple; one name alone is no sequence of letters."""
    return (groups,) if isinstance(groups, str) else tuple(groups)
