"""Methods of domain adaptation: each is a network, an `Algorithm`, and one loss."""

import copy
from typing import Any

import torch
from torch.nn.functional import cross_entropy, softmax

from course_utils.adaptation.adversarial import ConditionalAdversarialLoss, DomainAdversarialLoss
from course_utils.adaptation.algorithm import Algorithm, View
from course_utils.adaptation.confusion import ClassConfusionLoss, EntropyLoss
from course_utils.adaptation.coral import CoralLoss
from course_utils.adaptation.mmd import MMDLoss
from course_utils.adaptation.networks import AdaptationNetwork, evaluating
from course_utils.adaptation.reversal import reversal_strength
from course_utils.validation import number


class SourceOnly(Algorithm):
    """No adaptation: what every method is to be compared with.

    Parameters are those of `Algorithm`, but for the weight.
    """

    def __init__(self, network: AdaptationNetwork, **options: Any) -> None:
        # Without a weight the target never enters the network, nor BatchNorm's statistics.
        super().__init__(network, weight=0, **options)


class DeepCoral(Algorithm):
    """Make the covariances of the features equal (Sun and Saenko, ECCV workshops 2016).

    Parameters are those of `Algorithm`.
    """

    def __init__(self, network: AdaptationNetwork, weight: float = 1.0, **options: Any) -> None:
        super().__init__(network, weight, **options)
        self.coral = CoralLoss()

    def adaptation_loss(self, source: View, target: View) -> torch.Tensor:
        return self.coral(source.features, target.features)


class MMD(Algorithm):
    """Make the distributions of the features equal in their kernel means (Long et al. 2015).

    Parameters are those of `Algorithm`.
    """

    def __init__(self, network: AdaptationNetwork, weight: float = 1.0, **options: Any) -> None:
        super().__init__(network, weight, **options)
        self.mmd = MMDLoss()

    def adaptation_loss(self, source: View, target: View) -> torch.Tensor:
        return self.mmd(source.features, target.features)


class DANN(Algorithm):
    """Learn features that a discriminator cannot tell the domains by (Ganin et al., JMLR 2016).

    Parameters
    ----------
    network : AdaptationNetwork
    weight : float
        How much the discriminator's loss counts; the schedule of the reversal comes on top.
    discriminator_rate : float
        The discriminator's learning rate over the network's. Several published versions let it
        learn faster, so that it is never far behind the features.
    **options
        Those of `Algorithm`: `learning_rate`, `weight_decay`, `steps`, `seed`, `joint_statistics`.

    Raises
    ------
    CourseError
        If `discriminator_rate` is not above zero.
    """

    def __init__(
        self,
        network: AdaptationNetwork,
        weight: float = 1.0,
        discriminator_rate: float = 1.0,
        **options: Any,
    ) -> None:
        super().__init__(network, weight, **options)
        faster = number(discriminator_rate, "discriminator_rate", above=0)
        self.discriminator = self.new_discriminator(options.get("seed", 0))
        rate = faster * self.optimizer.param_groups[0]["lr"]
        # One optimizer for both sides: the reversed gradient makes it a game.
        self.optimizer.add_param_group({"params": self.discriminator.parameters(), "lr": rate})

    def new_discriminator(self, seed: int) -> DomainAdversarialLoss:
        return DomainAdversarialLoss(self.network.n_features, seed=seed)

    def adaptation_loss(self, source: View, target: View) -> torch.Tensor:
        strength = reversal_strength(self.progress)
        return self.discriminator(source.features, target.features, strength)

    def update(self, source_batch: tuple, target_batch: Any) -> dict[str, float]:
        """Like `Algorithm.update`; reports "discriminator accuracy" (balanced, 0 to 1) as well,
        and "reversal strength".
        """
        strength = reversal_strength(self.progress)
        losses = super().update(source_batch, target_batch)
        if self.weight == 0:
            return losses
        accuracy = self.discriminator.accuracy
        return losses | {"discriminator accuracy": accuracy, "reversal strength": strength}


class CDAN(DANN):
    """DANN on features times class probabilities (Long et al., NeurIPS 2018).

    Parameters are those of `DANN`.
    """

    def new_discriminator(self, seed: int) -> ConditionalAdversarialLoss:
        n_features, n_classes = self.network.n_features, self.network.n_classes
        return ConditionalAdversarialLoss(n_features, n_classes, seed=seed)

    def adaptation_loss(self, source: View, target: View) -> torch.Tensor:
        return self.discriminator(*source, *target, reversal_strength(self.progress))


class EntropyMinimisation(Algorithm):
    """Be certain on the target (Grandvalet and Bengio, NeurIPS 2004).

    Parameters are those of `Algorithm`.
    """

    def __init__(self, network: AdaptationNetwork, weight: float = 0.1, **options: Any) -> None:
        super().__init__(network, weight, **options)
        self.entropy = EntropyLoss()

    def adaptation_loss(self, source: View, target: View) -> torch.Tensor:
        return self.entropy(target.logits)


class ClassConfusion(Algorithm):
    """Have few pairs of classes share a target example (Jin et al., ECCV 2020).

    Parameters are those of `Algorithm`.
    """

    def __init__(self, network: AdaptationNetwork, weight: float = 1.0, **options: Any) -> None:
        super().__init__(network, weight, **options)
        self.confusion = ClassConfusionLoss()

    def adaptation_loss(self, source: View, target: View) -> torch.Tensor:
        return self.confusion(target.logits)


class SelfTraining(Algorithm):
    """Learn the labels of which a steadier copy of the network is sure.

    The teacher is a moving average of the network's weights (Tarvainen and Valpola, NeurIPS
    2017); only labels above a confidence count (Sohn et al., FixMatch, NeurIPS 2020), more and
    more as the training goes on (French, Mackiewicz and Fisher, ICLR 2018).

    Parameters
    ----------
    network : AdaptationNetwork
    weight : float
    threshold : float
        Least probability, 0 to 1, of a label that is learnt.
    momentum : float
        Share, 0 to 1, of the teacher that stays at each step.
    **options
        Those of `Algorithm`: `learning_rate`, `weight_decay`, `steps`, `seed`, `joint_statistics`.

    Raises
    ------
    CourseError
        If `threshold` or `momentum` is not between 0 and 1.
    """

    def __init__(
        self,
        network: AdaptationNetwork,
        weight: float = 1.0,
        threshold: float = 0.9,
        momentum: float = 0.99,
        **options: Any,
    ) -> None:
        super().__init__(network, weight, **options)
        self.threshold = number(threshold, "threshold", at_least=0, at_most=1)
        self.momentum = number(momentum, "momentum", at_least=0, at_most=1)
        self.teacher = copy.deepcopy(network)

    def update(self, source_batch: tuple, target_batch: Any) -> dict[str, float]:
        """Like `Algorithm.update`, with "kept" reported: the share of labels above threshold."""
        if self.weight == 0:
            return super().update(source_batch, target_batch)
        self.check_inputs(source_batch[0], target_batch)
        self.confidence, self.labels = self.pseudo_labels(target_batch)
        losses = super().update(source_batch, target_batch)
        self.move_teacher()
        return losses | {"kept": float((self.confidence >= self.threshold).float().mean())}

    def pseudo_labels(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The teacher's highest probability and its class, for each input."""
        with evaluating(self.teacher):
            return softmax(self.teacher(inputs), dim=1).max(dim=1)

    def adaptation_loss(self, source: View, target: View) -> torch.Tensor:
        losses = cross_entropy(target.logits, self.labels, reduction="none")
        # A mean over all: a batch with few sure labels has little to say.
        kept = torch.where(self.confidence >= self.threshold, losses, 0).mean()
        return reversal_strength(self.progress) * kept

    @torch.no_grad()
    def move_teacher(self) -> None:
        """Move the teacher's weights towards the network's, fast while there are few steps."""
        share = max(1 - self.momentum, 1 / self.steps_done)
        pairs = zip(self.teacher.parameters(), self.network.parameters(), strict=True)
        for teacher, student in pairs:
            teacher.lerp_(student, share)
        pairs = zip(self.teacher.buffers(), self.network.buffers(), strict=True)
        for teacher, student in pairs:
            teacher.copy_(student)  # BatchNorm's statistics are moving averages already
