"""The claims that the course puts to the test: all of them, in one place, lesson by lesson.

A claim is turned into one or more conditions, each a difference that has to lie above a
threshold: `verdict` in `results` says what follows. All evidence comes from the stored sweeps.
A claim without conditions is not measured yet.
"""

import difflib

from course_utils.errors import CourseError
from course_utils.experiments import (
    claims_adaptation,
    claims_fine_tuning,
    claims_frozen,
    claims_hierarchy,
    claims_negative_transfer,
)
from course_utils.experiments.claim import Claim

FINE_TUNED_ON = ("objects", "surfaces", "phantoms")
ADAPTED_ON = ("digits-rendered", "digits", "digits-on-photos", "objects")

CLAIMS = (
    Claim(
        "general-to-specific",
        "early layers are universal, late layers task-specific",
        ("01",),
        "fine-tuning changes the first stages less than the last; pretraining adds more to the "
        "last stage on near targets than on far ones; on far targets an earlier stage beats it",
        claims_hierarchy.general_to_specific,
        "what 'specific' means: the last stage changes most and favours photographs, yet is not "
        "seen to fall behind on far targets",
        ("objects", "clothing", "phantoms", "digits"),
    ),
    Claim(
        "less-data",
        "a pretrained model needs far fewer labels",
        ("02",),
        "frozen beats training from scratch at the same number of labels",
        claims_frozen.less_data,
        "how good the rival is: a small network asks for far fewer labels than a ResNet50",
        ("materials", "clothing"),
    ),
    Claim(
        "dozens-suffice",
        "good results with dozens of examples per class",
        ("02",),
        "at least three in four test images are right",
        claims_frozen.dozens_suffice,
        "the task: scenes that differ in texture, or clothes on a hanger",
        ("materials", "digits", "clothing"),
    ),
    Claim(
        "faster",
        "reaches a given accuracy in far less training time",
        ("02",),
        "at least half of the steps to the rival's best accuracy are saved",
        claims_frozen.faster,
        "the accuracy asked for",
        ("materials",),
    ),
    Claim(
        "cheaper-90",
        "cost falls by 90 % or more",
        ("02",),
        "the saving in operations is above nine tenths",
        claims_frozen.cheaper_90,
        "what it is compared with, and whether pretraining is on the bill",
        ("materials",),
    ),
    Claim(
        "higher-accuracy",
        "beats scratch even with plenty of data",
        ("02", "03"),
        "frozen beats scratch at the most labels measured",
        claims_frozen.higher_accuracy,
        "the distance of the target, and the number of labels",
        ("materials", "clothing"),
    ),
    Claim(
        "frozen-prevents-overfit",
        "freezing prevents overfitting on tiny data",
        ("02",),
        "the gap between training and test accuracy is smaller than with full fine-tuning",
        claims_frozen.frozen_prevents_overfit,
        "what the frozen features lack, the head cannot learn",
        ("materials", "clothing"),
    ),
    Claim(
        "simple-heads-suffice",
        "a linear layer or an SVM on frozen features is enough",
        ("02",),
        "at most 2 points below Dense(128)",
        claims_frozen.simple_heads_suffice,
        "the distance of the target",
        ("materials", "digits"),
    ),
    Claim(
        "augmentation-prevents-overfit",
        "augmentation prevents overfitting",
        ("02", "05"),
        "test accuracy rises over that without",
        claims_frozen.augmentation_prevents_overfit,
        "whether the altered picture still deserves its label",
        ("materials", "digits"),
    ),
    Claim(
        "scratch-weeks",
        "training ResNet50 from scratch takes weeks; adapting it takes minutes",
        ("02",),
        "pretraining took a week; adapting took under ten minutes",
        claims_frozen.scratch_weeks,
        "image size and machine: this ResNet50 saw small pictures",
        ("materials",),
    ),
    Claim(
        "finetune-beats-frozen",
        "fine-tuning is more powerful than frozen features",
        ("03",),
        "everything unfrozen after a probe beats the probe alone, on clean and on corrupted images",
        claims_fine_tuning.finetune_beats_frozen,
        "the kind of shift: it gains where all pictures are noisy, loses on far phantoms at a "
        "rate that others bear, and else does what a well-fitted probe does",
        FINE_TUNED_ON,
    ),
    Claim(
        "small-lr",
        "use a learning rate 10–100 times smaller",
        ("03",),
        "at a tenth and at a hundredth of scratch's best rate fine-tuning does better than at it",
        claims_fine_tuning.small_rate,
        "what is trained: scratch needs a rate at which a pretrained network is destroyed",
        FINE_TUNED_ON,
    ),
    Claim(
        "big-lr-destroys",
        "a large learning rate destroys pretrained features",
        ("03",),
        "at ten and at a hundred times the best rate more than half of the source answers are "
        "lost, and the target is told worse than by the probe alone",
        claims_fine_tuning.big_rate_destroys,
        "what is asked: source answers are lost at rates that the target does not mind",
        FINE_TUNED_ON,
    ),
    Claim(
        "depth-follows-data",
        "unfreeze more layers as data grows",
        ("03",),
        "unfreezing everything gains more over the probe at 50 labels per class than at 5",
        claims_fine_tuning.depth_follows_data,
        "the rate: at one for all, phantoms lose more with depth the more labels there are",
        FINE_TUNED_ON,
    ),
    Claim(
        "gradual-unfreezing",
        "unfreeze stage by stage",
        ("03",),
        "gradual unfreezing beats probe-first and all-at-once at equal steps",
        claims_fine_tuning.gradual_unfreezing,
        "what it is compared with: a random head, or a probe",
        FINE_TUNED_ON,
    ),
    Claim(
        "early-stopping",
        "early stopping is essential",
        ("03",),
        "test accuracy where it stops is above that of the last epoch",
        claims_fine_tuning.early_stopping,
        "the start: after a probe things get worse first, and an impatient judge stops in the dip",
        FINE_TUNED_ON,
    ),
    Claim(
        "regulariser",
        "the pretrained weights act as a regulariser; stay close to them",
        ("03",),
        "L2-SP beats L2, and beats no penalty",
        claims_fine_tuning.regulariser,
        "how long and how fast: a short or gentle training stays near its start anyway",
        FINE_TUNED_ON,
    ),
    Claim(
        "robust-to-shift",
        "a pretrained model is more robust to distribution shift",
        ("03",),
        "corruption leaves a larger share of its accuracy above guessing than of scratch's",
        claims_fine_tuning.robust_to_shift,
        "the corruption, and the rival: a small network from scratch minds blur no more",
        FINE_TUNED_ON,
    ),
    Claim(
        "light-models",
        "light architectures suit real-time use",
        ("04",),
    ),
    Claim(
        "augmentation-bridges",
        "augmentation alone narrows a domain gap",
        ("05",),
        "copies altered to look like the target raise accuracy on it",
        claims_adaptation.augmentation_bridges,
        "whether you know what the target looks like, and how to get there from the source",
        ADAPTED_ON,
    ),
    Claim(
        "adversarial-bridges",
        "adversarial training learns domain-invariant features that transfer",
        ("05",),
        "DANN, selected without target labels, beats source only",
        claims_adaptation.adversarial_bridges,
        "the proportions of the target's classes, and who chooses",
        ADAPTED_ON,
    ),
    Claim(
        "gap-size",
        "the further the domains, the smaller the gain",
        ("05",),
        "methods gain more without a shift than in the middle of the dial, and more there than at "
        "its end",
        claims_adaptation.gap_size,
        "where on the dial you begin: without a gap there is nothing to gain",
        ("objects",),
    ),
    Claim(
        "negative-transfer-distance",
        "a source too different from the target hurts",
        ("06",),
        "far sources, on average, end below scratch",
        claims_negative_transfer.negative_transfer_distance,
        "what is done with the source: frozen, a far one can end below scratch; fine-tuned at a "
        "rate of its own, none did",
        ("digits", "objects", "materials", "phantoms"),
    ),
    Claim(
        "negative-transfer-aggressive",
        "fine-tuning too hard on tiny data hurts",
        ("06",),
        "fine-tuning everything at the highest rate ends below the frozen probe",
        claims_negative_transfer.negative_transfer_aggressive,
        "how much there is to lose: five labels a class and a good source; elsewhere a brutal "
        "rate is mostly luck",
        ("objects", "materials"),
    ),
    Claim(
        "broad-source",
        "a broader, more diverse source transfers better",
        ("06",),
        "at as many pictures, more classes beat few, and several sets the matched one",
        claims_negative_transfer.broad_source,
        "who pays for the pictures: at a fixed number, breadth takes from what matches",
        ("objects", "digits"),
    ),
    Claim(
        "matched-source",
        "a source close to the target beats a broad one",
        ("06",),
        "at as many pictures, the matched set beats several",
        claims_negative_transfer.matched_source,
        "how much is left to gain: a probe on handwritten digits does as well on the mixture",
        ("objects", "digits"),
    ),
    Claim(
        "predictable",
        "transferability scores predict which source is best",
        ("04", "06"),
        "a score's weighted Kendall tau with the gaps, averaged over targets, is above zero",
        claims_negative_transfer.predictable,
        "whether the score looks at labels of the target; and how much the gaps differ at all",
        ("digits", "objects", "materials", "phantoms"),
        measured_in="06",
    ),
    Claim(
        "multi-source",
        "several sources beat any single one",
        ("06",),
        "at as many pictures, several beat the best single one",
        claims_negative_transfer.multi_source,
        "how they are mixed: by resemblance to the target nothing is lost, and nothing gained",
        ("objects", "digits"),
    ),
)


def of_lesson(lesson):
    """The claims that one lesson measures, such as `"02"` (tuple of Claim)."""
    return tuple(claim for claim in CLAIMS if claim.lesson == lesson)


def by_id(claim_id):
    """The claim of this name.

    Raises
    ------
    CourseError
        If there is none.
    """
    known = {claim.id: claim for claim in CLAIMS}
    if claim_id in known:
        return known[claim_id]
    near = difflib.get_close_matches(str(claim_id), known, n=1, cutoff=0)
    raise CourseError(f"There is no claim {claim_id!r}: did you mean {near[0]!r}?")
