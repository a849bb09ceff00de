"""Losses on unlabelled predictions: be certain, and do not mix classes up."""

import torch
from torch import nn

from course_utils.validation import number, require


def prediction_entropy(logits: torch.Tensor) -> torch.Tensor:
    """Entropy of each prediction, in nats.

        H = -sum_j p_j log p_j,    p = softmax(logits)

    Parameters
    ----------
    logits : tensor of shape (n, k)

    Returns
    -------
    tensor of shape (n,)
        From 0 (certain) to log k (all classes equally likely).

    Raises
    ------
    CourseError
        If the logits are not of at least one example and two classes.
    """
    require(
        logits.ndim == 2 and len(logits) >= 1 and logits.shape[1] >= 2,
        "The logits must have the shape (examples, classes), with at least one example and two "
        f"classes, not {tuple(logits.shape)}.",
    )
    log_probabilities = logits.log_softmax(dim=1)
    return -(log_probabilities.exp() * log_probabilities).sum(dim=1)


class EntropyLoss(nn.Module):
    """Mean entropy of the predictions: small where the network is certain.

    Grandvalet and Bengio 2004, "Semi-supervised Learning by Entropy Minimization", NIPS 17.
    Nothing in it says that the certainty is deserved, nor that all classes are used: giving
    every example the same class is a minimum too.
    """

    def forward(self, logits: torch.Tensor) -> torch.Tensor:
        """The loss of one batch.

        Parameters
        ----------
        logits : tensor of shape (n, k)

        Returns
        -------
        scalar tensor
            From 0 to log k, in nats.

        Raises
        ------
        CourseError
            If the logits are not of at least one example and two classes.
        """
        return prediction_entropy(logits).mean()


class ClassConfusionLoss(nn.Module):
    """Minimum class confusion: how often the predictions of one batch mix classes up.

    1. p_i = softmax(logits_i / temperature): tempered, since networks are overconfident.
    2. w_i = 1 + exp(-H(p_i)): certain examples count up to twice as much as uncertain ones.
       The weights are constants for the gradient.
    3. C_jl = sum_i w_i p_ij p_il: how often classes j and l are likely in the same examples.
    4. Each row of C is divided by its sum; the loss is the mean over the k classes of what a
       row then holds outside the diagonal.

    It is 0 if each class has examples and every prediction is certain, and at most (k - 1) / k,
    where all predictions are alike. So giving every example the same class does not help, as it
    does with entropy. In a batch smaller than k some confusion is bound to remain.

    Jin, Wang, Long and Wang 2020, "Minimum Class Confusion for Versatile Domain Adaptation",
    arXiv:1912.03699. The paper scales the weights to a mean of 1, which step 4
    cancels; steps 3 and 4 are done at once here, since a class that is nowhere likely would
    otherwise make 0 / 0.

    Parameters
    ----------
    temperature : float
        Above 0; larger ones make the predictions softer.

    Raises
    ------
    CourseError
        If the temperature is not above 0.
    """

    def __init__(self, temperature: float = 2.5) -> None:
        super().__init__()
        self.temperature = number(temperature, "The temperature", above=0)

    def forward(self, logits: torch.Tensor) -> torch.Tensor:
        """The loss of one batch.

        Parameters
        ----------
        logits : tensor of shape (n, k)

        Returns
        -------
        scalar tensor
            From 0 to (k - 1) / k.

        Raises
        ------
        CourseError
            If the logits are not of at least one example and two classes.
        """
        tempered = logits / self.temperature
        weights = 1 + torch.exp(-prediction_entropy(tempered).detach())
        log_probabilities = tempered.log_softmax(dim=1)
        # Of all the weight that class j gets in the batch, the share that example i brings.
        shares = (weights.log()[:, None] + log_probabilities).softmax(dim=0)
        confusion = shares.T @ log_probabilities.exp()  # each row sums to 1
        others = confusion - confusion.diagonal().diag()
        return others.sum() / logits.shape[1]
