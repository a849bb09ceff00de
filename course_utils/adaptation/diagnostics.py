"""What the accuracy of a domain discriminator says about adversarial training."""

from typing import Any

import numpy as np

from course_utils.validation import require

_FEWEST = 20  # looks; fewer cannot be averaged and still show a rise and a fall
_SHORTEST = 5  # looks in a running mean
_SEPARABLE, _NOTICED, _STILL_HIGH = 0.9, 0.6, 0.75
_FALL = 0.05


def discriminator_health(accuracies: Any) -> str:
    """Whether a domain discriminator worked as adversarial training needs it to.

    The gradient that a discriminator sends back, reversed, is worth something only while the
    discriminator knows what tells the domains apart, and has done its work only once it no
    longer does. So a good curve rises from one half and then falls back towards it. With *end*
    the mean of the last tenth of the looks, and *peak* the largest running mean over as many:

    - "overpowered": the end is above 0.9, or it is above 0.75 and less than 0.05 below the peak.
      Domains stay separable: the features have lost to the discriminator. A larger weight, a
      smaller learning rate of the discriminator, or a slower schedule may help.
    - "dead": the peak is at most 0.6. It never learnt to tell the domains apart, so that its
      gradient is noise: it is too weak, its learning rate too small, or the reversal too strong
      from the start. The same curve comes from domains that never differed: the proxy
      A-distance before adaptation tells which.
    - "healthy": anything else: it learnt something, and in the end it is near one half, or
      clearly less accurate than it was.

    A mean is over 5 looks at least, since one batch says little: the accuracy of a discriminator
    that guesses has a standard deviation of about 0.06 with 32 images of each domain, its mean
    over 5 batches one of about 0.03. With batches far smaller than that, chance alone can lift
    the peak above 0.6. The thresholds are the course's own: there are none in the papers.

    Parameters
    ----------
    accuracies : sequence of float, shape (n,)
        Balanced accuracy of the discriminator on the batches of training, in order, at equal
        distances from the first step to the last; 0 to 1, 20 of them at least.

    Returns
    -------
    str
        "dead", "healthy" or "overpowered".

    Raises
    ------
    CourseError
        Fewer than 20 accuracies, or one that is no number from 0 to 1.
    """
    accuracies = np.asarray(accuracies, dtype=np.float64)
    require(
        accuracies.ndim == 1 and len(accuracies) >= _FEWEST,
        f"The health of a discriminator takes at least {_FEWEST} accuracies in a row, not an array "
        f"of shape {accuracies.shape}: look at it more often.",
    )
    require(
        bool(((accuracies >= 0) & (accuracies <= 1)).all()),
        "The discriminator's accuracies must be numbers from 0 to 1: leave out the steps without a "
        "discriminator.",
    )
    looks = max(_SHORTEST, len(accuracies) // 10)
    means = np.convolve(accuracies, np.full(looks, 1 / looks), mode="valid")
    end, peak = means[-1], means.max()
    if end > _SEPARABLE or (end > _STILL_HIGH and peak - end < _FALL):
        return "overpowered"
    return "dead" if peak <= _NOTICED else "healthy"
