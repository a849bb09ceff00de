"""Domain adaptation: narrow the gap to a domain without labels, and choose without them too."""

from course_utils.adaptation.adversarial import ConditionalAdversarialLoss, DomainAdversarialLoss
from course_utils.adaptation.algorithm import Algorithm
from course_utils.adaptation.augmentations import MATCHED, MISMATCHED
from course_utils.adaptation.confusion import ClassConfusionLoss, EntropyLoss
from course_utils.adaptation.coral import CoralLoss, coral_transform
from course_utils.adaptation.diagnostics import discriminator_health
from course_utils.adaptation.methods import (
    CDAN,
    DANN,
    MMD,
    ClassConfusion,
    DeepCoral,
    EntropyMinimisation,
    SelfTraining,
    SourceOnly,
)
from course_utils.adaptation.mmd import MMDLoss
from course_utils.adaptation.networks import AdaptationNetwork, feature_network, small_cnn
from course_utils.adaptation.partial import PartialDANN
from course_utils.adaptation.reversal import reversal_strength, reverse_gradient
from course_utils.adaptation.selection import (
    SELECTORS,
    Outputs,
    deep_embedded_validation,
    importance_weighted_accuracy,
    negative_entropy,
    oracle,
    select,
    soft_neighbourhood_density,
    source_accuracy,
)
from course_utils.adaptation.test_time import Tent, adapt_batch_norm
from course_utils.adaptation.training import AdaptationHistory, adapt, as_inputs

__all__ = [
    "CDAN",
    "DANN",
    "MATCHED",
    "MISMATCHED",
    "MMD",
    "SELECTORS",
    "AdaptationHistory",
    "AdaptationNetwork",
    "Algorithm",
    "ClassConfusion",
    "ClassConfusionLoss",
    "ConditionalAdversarialLoss",
    "CoralLoss",
    "DeepCoral",
    "DomainAdversarialLoss",
    "EntropyLoss",
    "EntropyMinimisation",
    "MMDLoss",
    "Outputs",
    "PartialDANN",
    "SelfTraining",
    "SourceOnly",
    "Tent",
    "adapt",
    "adapt_batch_norm",
    "as_inputs",
    "coral_transform",
    "deep_embedded_validation",
    "discriminator_health",
    "feature_network",
    "importance_weighted_accuracy",
    "negative_entropy",
    "oracle",
    "reversal_strength",
    "reverse_gradient",
    "select",
    "small_cnn",
    "soft_neighbourhood_density",
    "source_accuracy",
]
