"""The answers of the course and of others to the exercises of lesson 05."""

import numpy as np
import torch
from sklearn.metrics import accuracy_score

from course_utils.adaptation.coral import CoralLoss
from course_utils.adaptation.reversal import reverse_gradient
from course_utils.measuring.results import Result, compare, paired_difference


def own_coral_loss(source, target):
    """The example of the exercise hands over lists."""
    domains = (torch.as_tensor(each, dtype=torch.float32) for each in (source, target))
    return CoralLoss()(*domains)


def torch_batch_norm(activations, mean, variance, scale, shift, eps):
    """The layer as torch computes it in training, which is from its input's own statistics."""
    tensors = (torch.tensor(np.asarray(each, float)) for each in (activations, scale, shift))
    activations, scale, shift = tensors
    return torch.nn.functional.batch_norm(
        activations, None, None, scale, shift, training=True, eps=eps
    ).numpy()


def scikit_learn_accuracy(correct, p_target):
    """The accuracy of guesses that are right where `correct` says so."""
    odds = np.divide(p_target, np.subtract(1, p_target))
    return accuracy_score(np.ones(len(correct), dtype=bool), correct, sample_weight=odds)


def own_verdicts(skews, dann, source_only):
    """From the largest skew down, as long as the course's `compare` says "below"."""
    answer = None
    for skew, one, other in list(zip(skews, dann, source_only, strict=True))[::-1]:
        if compare(paired_difference(Result(one), Result(other))) != "below":
            return answer
        answer = float(skew)
    return answer


OWN = {
    "05-coral": own_coral_loss,
    "05-reversal": reverse_gradient,
    "05-adabn": torch_batch_norm,
    "05-selector": scikit_learn_accuracy,
    "05-skew": own_verdicts,
}
