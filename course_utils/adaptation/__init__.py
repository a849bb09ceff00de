"""Domain adaptation: narrow the gap to a domain without labels, and choose without them too."""

from course_utils.adaptation.algorithm import Algorithm
from course_utils.adaptation.augmentations import MATCHED, MISMATCHED
from course_utils.adaptation.coral import CoralLoss, coral_transform
from course_utils.adaptation.diagnostics import discriminator_health
from course_utils.adaptation.inputs import as_inputs
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
from course_utils.adaptation.reversal import reverse_gradient
from course_utils.adaptation.selection import SELECTORS, Outputs, oracle
from course_utils.adaptation.test_time import Tent, adapt_batch_norm
from course_utils.adaptation.training import AdaptationHistory, adapt

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
    "CoralLoss",
    "DeepCoral",
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
    "discriminator_health",
    "feature_network",
    "oracle",
    "reverse_gradient",
    "small_cnn",
]
