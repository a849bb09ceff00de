"""What every adaptation method shares: one step of training, prediction, and nothing else."""

import math
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from course_utils.adaptation.networks import AdaptationNetwork, run_in_batches
from course_utils.validation import number, require


class View(NamedTuple):
    """What the network made of one domain's part of a batch.

    Attributes
    ----------
    features : torch.Tensor, shape (n, n_features)
    logits : torch.Tensor, shape (n, n_classes)
    """

    features: torch.Tensor
    logits: torch.Tensor


class Algorithm:
    """Train a network on labelled source and unlabelled target inputs.

    A method says only what is to be small besides the source's cross-entropy: it overrides
    `adaptation_loss`. The contract, `update` and `predict`, is that of DomainBed (Gulrajani and
    Lopez-Paz, "In search of lost domain generalization", ICLR 2021).

    Parameters
    ----------
    network : AdaptationNetwork
        Trained in place, by Adam with decoupled weight decay. It is put into training mode here
        and never again, so that modules which you put into evaluation mode later stay in it.
    weight : float
        How much the adaptation loss counts. 0 switches it off, and target inputs are then not
        even seen.
    learning_rate, weight_decay : float
    steps : int, optional
        Number of updates that will be made, if you call `update` in a loop of your own:
        `progress` then moves from 0 to 1 by itself.
    seed : int
        Decides what else a method draws at random: the first weights of a discriminator.
    joint_statistics : bool
        Whether BatchNorm sees both domains as one batch in training, or one after the other.

    Attributes
    ----------
    progress : float
        How far the training is, 0 to 1; `adapt` sets it before each update. Without it, and
        without `steps`, it is 1: schedules are at their end.

    Raises
    ------
    CourseError
        If the learning rate is not above zero, or the weight is below zero.
    """

    # One batch has one set of BatchNorm statistics, so training normalises as prediction will.
    # Passed one after the other, each domain has its own, and the loss sees a gap closed that may
    # be open in prediction, where both share the running statistics: CORAL, MMD and DANN solve
    # the tests' toy with a wide nuisance jointly, and mostly miss it separately. Yet it is not
    # always the better way: DANN's small_cnn, trained on rendered digits, read real ones better
    # separately.
    def __init__(
        self,
        network: AdaptationNetwork,
        weight: float = 1.0,
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-4,
        steps: int | None = None,
        seed: int = 0,
        joint_statistics: bool = True,
    ) -> None:
        learning_rate = number(learning_rate, "learning_rate", above=0)
        self.weight = number(weight, "weight", at_least=0)
        self.network = network.train()
        self.steps = steps
        self.joint_statistics = joint_statistics
        self.progress = 1.0 if steps is None else 0.0
        self.steps_done = 0
        trained = [weights for weights in network.parameters() if weights.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=weight_decay)

    def update(self, source_batch: tuple, target_batch: Any) -> dict[str, float]:
        """Make one step of training.

        Parameters
        ----------
        source_batch : tuple
            Inputs (n, ...), float tensor, and labels (n,), tensor of whole numbers.
        target_batch : torch.Tensor, shape (m, ...)
            Inputs only.

        Returns
        -------
        dict of float
            "classification": cross-entropy on the source in nats; "adaptation": the method's own
            loss, without its weight; and what else the method has to report.

        Raises
        ------
        CourseError
            If the loss is not a finite number, or source and target do not have equal shapes.
        """
        inputs, labels = source_batch
        if self.weight == 0:
            logits = self.network(self._enough(inputs))
            return self.learn(cross_entropy(logits, labels), torch.zeros(()))
        source, target = self.together(inputs, target_batch)
        loss = self.adaptation_loss(source, target)
        return self.learn(cross_entropy(source.logits, labels), loss)

    def adaptation_loss(self, source: View, target: View) -> torch.Tensor:
        """What is to be small besides the source's cross-entropy: scalar tensor of two `View`s."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its loss is.")

    def together(self, source: torch.Tensor, target: torch.Tensor) -> tuple[View, View]:
        """Run both domains through the network: a `View` of each."""
        self.check_inputs(source, target)
        parts = [torch.cat([source, target])] if self.joint_statistics else [source, target]
        features = torch.cat([self.network.features(self._enough(part)) for part in parts])
        logits = self.network.classifier(features)
        n = len(source)
        return View(features[:n], logits[:n]), View(features[n:], logits[n:])

    def learn(self, classification: torch.Tensor, adaptation: torch.Tensor) -> dict[str, float]:
        """Change the weights by one step down classification + weight * adaptation."""
        total = classification + self.weight * adaptation
        losses = {"classification": classification.item(), "adaptation": adaptation.item()}
        rate = self.optimizer.param_groups[0]["lr"]
        require(
            math.isfinite(total.item()),
            f"The loss of {type(self).__name__} is no longer a finite number at step "
            f"{self.steps_done}: build it again with a learning_rate below {rate:g}.",
        )
        self.optimizer.zero_grad()
        total.backward()
        self.optimizer.step()
        self.steps_done += 1
        if self.steps is not None:
            self.progress = min(1.0, self.steps_done / self.steps)
        return losses

    def predict(self, inputs: Any) -> np.ndarray:
        """Logits of inputs: array (n, n_classes) from an array or tensor (see `as_inputs`).

        The network predicts in evaluation mode and is left as it was.
        """
        return run_in_batches(self.network, inputs)

    def features(self, inputs: Any) -> np.ndarray:
        """Features of inputs: array (n, n_features); otherwise like `predict`."""
        return run_in_batches(self.network, inputs, self.network.features)

    @staticmethod
    def check_inputs(source: torch.Tensor, target: torch.Tensor) -> None:
        """Explain inputs of two domains that do not fit one network."""
        require(
            source.shape[1:] == target.shape[1:],
            f"A source input has shape {tuple(source.shape[1:])}, a target input "
            f"{tuple(target.shape[1:])}: make them with the same size or the same base.",
        )

    @staticmethod
    def _enough(inputs):
        """The inputs, if BatchNorm can have statistics of them."""
        require(len(inputs) >= 2, "An update needs at least 2 inputs: BatchNorm compares them.")
        return inputs
