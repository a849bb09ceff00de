"""Domain-adversarial losses: features from which no discriminator can tell the domain."""

import torch
from torch import nn
from torch.nn.functional import softplus

from course_utils.adaptation.coral import check_domains
from course_utils.adaptation.networks import seeded
from course_utils.adaptation.reversal import reverse_gradient
from course_utils.validation import require


class DomainAdversarialLoss(nn.Module):
    """A domain discriminator behind gradient reversal: DANN.

    The discriminator gives each example a logit for "comes from the source", D(x) after the
    sigmoid. The loss is its cross-entropy,

        -1/2 mean log D(source) - 1/2 mean log(1 - D(target)),

    so that each domain weighs half, whatever its batch size: log 2 where it cannot tell them
    apart. One optimiser minimises it for both sides: the discriminator's weights get its
    gradient as it is, the features -strength times theirs. Ganin et al. 2016,
    "Domain-Adversarial Training of Neural Networks", JMLR 17, arXiv:1505.07818.

    Parameters
    ----------
    n_features : int
    width : int
        Units in each of the discriminator's two hidden layers.
    seed : int
        Draws the discriminator's first weights, and leaves torch's own random state alone.

    Attributes
    ----------
    accuracy : float
        Balanced accuracy of the discriminator in the last batch: the mean of the shares of
        source and of target examples that it placed rightly. 0.5 is chance; NaN before any.
    """

    def __init__(self, n_features: int, width: int = 64, seed: int = 0) -> None:
        super().__init__()
        with seeded(seed):
            self.discriminator = nn.Sequential(
                nn.Linear(n_features, width),
                nn.ReLU(),
                nn.Linear(width, width),
                nn.ReLU(),
                nn.Linear(width, 1),
            )
        self.n_inputs = n_features
        self.accuracy = float("nan")

    def forward(
        self,
        source_features: torch.Tensor,
        target_features: torch.Tensor,
        strength: float,
        source_weights: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss of one batch of each domain.

        Parameters
        ----------
        source_features : tensor of shape (n, n_features)
        target_features : tensor of shape (m, n_features)
        strength : float
            The reversed gradient's (see `reversal_strength`); 0 trains the discriminator only.
        source_weights : tensor of shape (n,), optional
            How much each source example counts among them; each domain still weighs half.

        Returns
        -------
        scalar tensor
            In nats.

        Raises
        ------
        CourseError
            Features of another width, or none.
        """
        check_domains(source_features, target_features, at_least=1)
        _check_width("features", source_features, self.n_inputs)
        features = torch.cat([source_features, target_features])
        logits = self.discriminator(reverse_gradient(features, strength)).squeeze(1)
        source, target = logits.split([len(source_features), len(target_features)])
        self.accuracy = ((source > 0).float().mean() + (target <= 0).float().mean()).item() / 2
        # softplus(-a) is -log sigmoid(a), and softplus(a) is -log(1 - sigmoid(a)).
        losses, w = softplus(-source), source_weights
        source_loss = losses.mean() if w is None else (w * losses).sum() / w.sum()
        return (source_loss + softplus(target).mean()) / 2


class ConditionalAdversarialLoss(DomainAdversarialLoss):
    """A domain discriminator that sees features and predictions together: CDAN.

    It is `DomainAdversarialLoss` on the outer product of the features f and the class
    probabilities p,

        x_(cj) = p_c f_j,    p = softmax(logits),

    so that features are compared class by class: without it, a dog of one domain may be laid on
    a cat of the other. The probabilities are constants for the gradient: only the features learn
    from this loss, not the classifier. If every class is equally likely, nothing is conditioned,
    and it is DANN on f / n_classes.

    Long, Cao, Wang and Jordan 2018, "Conditional Adversarial Domain Adaptation",
    arXiv:1705.10667, without its entropy conditioning.

    Parameters
    ----------
    n_features, n_classes : int
        The discriminator sees `n_features * n_classes` numbers for each example.
    width : int
        Units in each of the discriminator's two hidden layers.
    seed : int
        Draws the discriminator's first weights, and leaves torch's own random state alone.

    Attributes
    ----------
    accuracy : float
        As in `DomainAdversarialLoss`.
    """

    def __init__(self, n_features: int, n_classes: int, width: int = 64, seed: int = 0) -> None:
        super().__init__(n_features * n_classes, width, seed)
        self.n_features = n_features
        self.n_classes = n_classes

    def forward(
        self,
        source_features: torch.Tensor,
        source_logits: torch.Tensor,
        target_features: torch.Tensor,
        target_logits: torch.Tensor,
        strength: float,
    ) -> torch.Tensor:
        """The loss of one batch of each domain.

        Parameters
        ----------
        source_features : tensor of shape (n, n_features)
        source_logits : tensor of shape (n, n_classes)
        target_features : tensor of shape (m, n_features)
        target_logits : tensor of shape (m, n_classes)
        strength : float
            The reversed gradient's (see `reversal_strength`); 0 trains the discriminator only.

        Returns
        -------
        scalar tensor
            In nats.

        Raises
        ------
        CourseError
            Features or logits of another width, none, or not one prediction for each example.
        """
        check_domains(source_features, target_features, at_least=1)
        _check_width("features", source_features, self.n_features)
        source = self._outer_product(source_features, source_logits.detach())
        target = self._outer_product(target_features, target_logits.detach())
        return super().forward(source, target, strength)

    def _outer_product(self, features, logits):
        """Features (n, d) times probabilities (n, k), each with each: (n, k d)."""
        _check_width("logits", logits, self.n_classes)
        require(
            len(logits) == len(features),
            f"Each example needs its prediction: there are {len(features)} rows of features and "
            f"{len(logits)} of logits.",
        )
        return (logits.softmax(dim=1)[:, :, None] * features[:, None, :]).flatten(1)


def _check_width(name, values, expected):
    """Raise a `CourseError` unless a tensor has `expected` columns."""
    require(
        values.ndim == 2 and values.shape[1] == expected,
        f"This loss was made for {name} of shape (examples, {expected}), not "
        f"{tuple(values.shape)}: make it with the network's own n_features and n_classes.",
    )
