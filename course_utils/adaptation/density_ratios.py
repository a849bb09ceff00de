"""How much denser the target is than the source where a source image lies."""

from typing import Any

import numpy as np

from course_utils.validation import require

_FEWEST = 10  # images of each domain
_PENALTIES = 10.0 ** np.arange(-6, 1)  # inverse strengths of the domain classifier's L2 penalty

#: No image counts more than this many times, or less than its inverse: see `density_ratio`.
LARGEST_RATIO = 20.0


def density_ratio(source_features: Any, target_features: Any, seed: int = 0) -> np.ndarray:
    """How many times denser the target is than the source at each source image.

    A logistic regression on standardised features tells the domains apart; its odds for
    "target", times the number of source images over that of target images it was fitted on, are
    the ratio (Bickel, Brückner and Scheffer 2007; You et al. 2019). It must not weigh images it
    was fitted on. So the held-out source images and the target images are both halved: what is
    fitted on one half of each weighs the other half of the source, and the other way round. The
    penalty, the same in both, is the one of the lowest log loss on the halves not fitted on,
    each domain weighing half; for domains that are alike it is so strong that all ratios are
    about 1.

    Ratios are clipped to 1 / `LARGEST_RATIO` and `LARGEST_RATIO`: a few images would otherwise
    decide everything where the domains hardly overlap. There, clipping draws the scores towards
    plain source accuracy: a bias, taken for less variance.

    Parameters
    ----------
    source_features : array of shape (n, d)
    target_features : array of shape (m, d)
    seed : int

    Returns
    -------
    array of shape (n,)

    Raises
    ------
    CourseError
        If a domain has fewer than 10 images.
    """
    source, target = (np.asarray(f, dtype=np.float64) for f in (source_features, target_features))
    require(
        min(len(source), len(target)) >= _FEWEST,
        f"Weighing source images takes at least {_FEWEST} images of each domain, but there are "
        f"{len(source)} of the source and {len(target)} of the target.",
    )
    random = np.random.default_rng(seed)
    source_halves, target_halves = _halves(len(source), random), _halves(len(target), random)
    source_logs = np.empty((len(_PENALTIES), len(source)))  # log ratios with each penalty
    target_logs = np.empty((len(_PENALTIES), len(target)))
    for fitted, weighed in ((0, 1), (1, 0)):
        ratios = _log_ratios(source[source_halves[fitted]], target[target_halves[fitted]])
        source_logs[:, source_halves[weighed]] = ratios(source[source_halves[weighed]])
        target_logs[:, target_halves[weighed]] = ratios(target[target_halves[weighed]])
    # The log loss of classifiers whose log odds, were both domains of one size, are these.
    losses = np.logaddexp(0, source_logs).mean(axis=1) + np.logaddexp(0, -target_logs).mean(axis=1)
    largest = np.log(LARGEST_RATIO)
    return np.exp(np.clip(source_logs[losses.argmin()], -largest, largest))


def _halves(n, random):
    """Two random halves of the numbers 0 to n - 1."""
    order = random.permutation(n)
    return order[: n // 2], order[n // 2 :]


def _log_ratios(source, target):
    """A function of features (n, d) to log density ratios (penalties, n)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    features = np.concatenate([source, target])
    domains = np.repeat([0, 1], [len(source), len(target)])
    scaler = StandardScaler().fit(features)
    features = scaler.transform(features)
    classifiers = [
        LogisticRegression(C=penalty, max_iter=500).fit(features, domains) for penalty in _PENALTIES
    ]
    prior = np.log(len(source) / len(target))

    def ratios(features):
        features = scaler.transform(features)
        return np.stack([c.decision_function(features) for c in classifiers]) + prior

    return ratios
