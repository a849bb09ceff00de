"""Adversarial adaptation to a target that lacks some of the source's classes."""

from typing import Any

import torch
from torch.nn.functional import cross_entropy, softmax

from course_utils.adaptation.methods import DANN
from course_utils.adaptation.networks import AdaptationNetwork, evaluating
from course_utils.adaptation.reversal import reversal_strength
from course_utils.validation import number

#: A class counts at least so much, so that a batch of absent classes alone still has a mean.
_LEAST = 1e-6


class PartialDANN(DANN):
    """DANN in which a source example counts by how much of its class the target shows: PADA.

    DANN lays the target over the whole source, over classes too that the target does not have.
    Here each class c has a weight

        w_c = p_c / max(p),    p = mean of the predicted probabilities over the target,

    and a source example counts w_y, y being its label, in the cross-entropy and in the
    discriminator's loss; both are weighted means, so that only the proportions of the weights
    matter. Classes that no target example resembles fade from both. The mean is a moving average
    over the target batches before, which begins with all classes equal: the first step is
    DANN's. The weights are constants for the gradient.

    Cao, Ma, Long and Wang 2018, "Partial Adversarial Domain Adaptation", ECCV, arXiv:1808.04205.
    There the mean is taken over the whole target, again and again at intervals.

    Parameters
    ----------
    network : AdaptationNetwork
    weight : float
        How much the discriminator's loss counts. 0 switches the class weights off too.
    momentum : float
        Share, 0 to 1, of the moving average that stays at each step. At 1 the classes stay
        equal, and it is DANN.
    **options
        Those of `DANN`: `discriminator_rate`, `learning_rate`, `weight_decay`, `steps`, `seed`,
        `joint_statistics`.

    Raises
    ------
    CourseError
        If `momentum` is not between 0 and 1.
    """

    def __init__(
        self,
        network: AdaptationNetwork,
        weight: float = 1.0,
        momentum: float = 0.9,
        **options: Any,
    ) -> None:
        super().__init__(network, weight, **options)
        self.momentum = number(momentum, "momentum", at_least=0, at_most=1)
        self.target_probabilities = torch.full((network.n_classes,), 1 / network.n_classes)

    @property
    def class_weights(self) -> torch.Tensor:
        """How much each class of the source counts now: tensor (n_classes,), the largest 1."""
        return (self.target_probabilities / self.target_probabilities.max()).clamp_min(_LEAST)

    def update(self, source_batch: tuple, target_batch: Any) -> dict[str, float]:
        """Like `DANN.update`; "classification" is the weighted cross-entropy."""
        if self.weight == 0:
            return super().update(source_batch, target_batch)
        inputs, labels = source_batch
        source, target = self.together(inputs, target_batch)
        strength, weights = reversal_strength(self.progress), self.class_weights
        losses = self.learn(
            cross_entropy(source.logits, labels, weight=weights),
            self.discriminator(source.features, target.features, strength, weights[labels]),
        )
        self.look_at(target_batch)
        accuracy = self.discriminator.accuracy
        return losses | {"discriminator accuracy": accuracy, "reversal strength": strength}

    def look_at(self, inputs: torch.Tensor) -> None:
        """Move the mean predicted probabilities towards those of a target batch (m, ...)."""
        # As `predict` would say: a BatchNorm that sees the target alone stretches the few classes
        # it has over the room of all, and every class seems to be there.
        with evaluating(self.network):
            seen = softmax(self.network(inputs), dim=1).mean(dim=0)
        self.target_probabilities = seen.lerp(self.target_probabilities, self.momentum)
