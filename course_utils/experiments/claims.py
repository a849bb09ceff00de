"""The claims that the lessons put to the test, each with its evidence and a verdict by rule.

A claim is turned into one or more conditions, each a difference that has to lie above a
threshold: `verdict` in `results` says what follows. All evidence comes from the stored sweeps.
"""

import numpy as np

from course_utils.experiments import claims_adaptation, claims_fine_tuning
from course_utils.experiments.claim import Claim, Exact
from course_utils.experiments.claims_hierarchy import general_to_specific
from course_utils.experiments.costs import (
    HIDDEN_UNITS,
    PRETRAINING_IMAGES,
    PRETRAINING_MINUTES,
    TRAINING_FACTOR,
    head_weights,
)
from course_utils.experiments.frozen_variants import stored_variant
from course_utils.experiments.learning_curves import (
    HEAD_EPOCHS,
    LABELS_PER_CLASS,
    STEPS,
    WATCHED_N,
    stored_measurements,
    stored_result,
)
from course_utils.experiments.results import Result, paired_difference

#: Multiply-adds of one forward pass for one image, as `costs.multiply_adds` counts them (a test
#: compares): the counts need Keras, and the table has to be made without it.
FORWARD = {"ResNet50 at 48": 203_206_656, "ResNet50 at 64": 314_769_408, "small at 48": 33_844_224}
#: Features that global average pooling makes of a ResNet50's last map.
CHANNELS = 2048


def _margin(result, threshold):
    """How far a result lies above a threshold."""
    return Result(result.values - threshold)


def _gain(arm, other, n_of):
    """Margins of one arm over another for each data set and n in `n_of`."""
    return {
        f"{dataset}, n = {n}, over {other}": paired_difference(
            stored_result(dataset, arm, n), stored_result(dataset, other, n)
        )
        for dataset, numbers in n_of.items()
        for n in numbers
    }


def less_data():
    return _gain("frozen", "small", {"materials": (5, 20, 100), "clothing": (5, 20, 100)}) | _gain(
        "frozen", "random", {"materials": (20,), "clothing": (20,)}
    )


def dozens_suffice():
    return {
        f"{dataset}, n = {n}": _margin(stored_variant(dataset, n=n), 0.75)
        for dataset in ("materials", "digits")
        for n in (12, 24, 48)
    } | {"clothing, n = 50": _margin(stored_result("clothing", "frozen", 50), 0.75)}


def steps_saved(other, dataset="materials", n=WATCHED_N):
    """Share of another start's steps that the pretrained start does without.

    The goal is the accuracy that the *other* start reaches at its best, seed by seed.

    Returns
    -------
    Result
    """
    shares = []
    pairs = zip(
        stored_measurements(dataset, "pretrained", n),
        stored_measurements(dataset, other, n),
        strict=True,
    )
    for pretrained, rival in pairs:
        goal = max(accuracy for _, accuracy in rival["curve"])
        needed = [
            next((step for step, accuracy in run["curve"] if accuracy >= goal), np.inf)
            for run in (pretrained, rival)
        ]
        shares.append(1 - min(needed[0] / needed[1], 2))
    return Result(shares)


def faster():
    return {
        f"at least half of the steps saved, against {name}": _margin(steps_saved(other), 0.5)
        for name, other in {"random": "random", "permuted weights": "permuted"}.items()
    }


def head_multiply_adds(n_classes):
    """Multiply-adds of the recipe's head for the pooled features of one image (int).

    One for each weight of its two layers, biases left out, as `costs.multiply_adds` counts.
    """
    return head_weights(1, 1, CHANNELS, n_classes, pooled=True) - HIDDEN_UNITS - n_classes


def task_operations(dataset_classes=12, n=WATCHED_N):
    """Multiply-adds of one task by each way, pretraining left out.

    The frozen arm runs its base once for each image and then trains its head for `HEAD_EPOCHS`;
    the others train a whole network for as many steps of 32 images as they were given.

    Parameters
    ----------
    dataset_classes, n : int
        Classes of the task, and labelled images of each.

    Returns
    -------
    dict of str to int
    """
    images = dataset_classes * n
    head = HEAD_EPOCHS * TRAINING_FACTOR * head_multiply_adds(dataset_classes)
    return {
        "frozen": images * (FORWARD["ResNet50 at 48"] + head),
        "random": STEPS["random"][n] * 32 * TRAINING_FACTOR * FORWARD["ResNet50 at 48"],
        "small": STEPS["small"][n] * 32 * TRAINING_FACTOR * FORWARD["small at 48"],
    }


def pretraining_operations():
    """Multiply-adds of pretraining the shipped weights, all images counted at 64 pixels."""
    return PRETRAINING_IMAGES * TRAINING_FACTOR * FORWARD["ResNet50 at 64"]


def cheaper_90():
    cost = task_operations()
    whole = cost["frozen"] + pretraining_operations()
    return {
        "against ResNet50 from scratch": Exact(1 - cost["frozen"] / cost["random"] - 0.9),
        "against the small network": Exact(1 - cost["frozen"] / cost["small"] - 0.9),
        "pretraining counted, one task": Exact(max(1 - whole / cost["random"], -1.0) - 0.9),
    }


def higher_accuracy():
    return _gain("frozen", "small", {"materials": (200,), "clothing": (100,)})


def overfitting_gap(dataset, arm, n):
    """Training accuracy minus test accuracy, seed by seed (Result)."""
    return paired_difference(
        stored_result(dataset, arm, n, "train_accuracy"), stored_result(dataset, arm, n)
    )


def frozen_prevents_overfit():
    return {
        f"materials, n = {n}": paired_difference(
            overfitting_gap("materials", "pretrained", n), overfitting_gap("materials", "frozen", n)
        )
        for n in LABELS_PER_CLASS["materials"]["pretrained"]
    } | {
        "clothing, n = 20": paired_difference(
            overfitting_gap("clothing", "pretrained", 20), overfitting_gap("clothing", "frozen", 20)
        )
    }


def simple_heads_suffice():
    return {
        f"{dataset}, {head} against Dense(128)": _margin(
            paired_difference(
                stored_variant(dataset, head=head), stored_variant(dataset, head="dense")
            ),
            -0.02,
        )
        for dataset in ("materials", "digits")
        for head in ("linear", "svm")
    }


def augmentation_prevents_overfit():
    return {
        f"{dataset}, {kind}": paired_difference(
            stored_variant(dataset, augmentation=kind), stored_variant(dataset)
        )
        for dataset in ("materials", "digits")
        for kind in ("matched", "label-breaking")
    }


def scratch_weeks():
    minutes = stored_result("materials", "pretrained", WATCHED_N, "seconds").values / 60
    return {
        "pretraining took a week (weeks of margin)": Exact(PRETRAINING_MINUTES / 60 / 24 / 7 - 1),
        "adapting took under ten minutes (share left)": Result(1 - minutes / 10),
    }


CLAIMS = (
    Claim(
        "general-to-specific",
        "early layers are universal, late layers task-specific",
        "fine-tuning changes the first stages less than the last; pretraining adds more to the "
        "last stage on near targets than on far ones; on far targets an earlier stage beats it",
        general_to_specific,
        "what 'specific' means: the last stage changes most and favours photographs, yet is not "
        "seen to fall behind on far targets",
        lesson="01",
    ),
    Claim(
        "less-data",
        "a pretrained model needs far fewer labels",
        "frozen beats training from scratch at the same number of labels",
        less_data,
        "how good the rival is: a small network asks for far fewer labels than a ResNet50",
    ),
    Claim(
        "dozens-suffice",
        "good results with dozens of examples per class",
        "at least three in four test images are right",
        dozens_suffice,
        "the task: scenes that differ in texture, or clothes on a hanger",
    ),
    Claim(
        "faster",
        "reaches a given accuracy in far less training time",
        "at least half of the steps to the rival's best accuracy are saved",
        faster,
        "the accuracy asked for",
    ),
    Claim(
        "cheaper-90",
        "cost falls by 90 % or more",
        "the saving in operations is above nine tenths",
        cheaper_90,
        "what it is compared with, and whether pretraining is on the bill",
    ),
    Claim(
        "higher-accuracy",
        "beats scratch even with plenty of data",
        "frozen beats scratch at the most labels measured",
        higher_accuracy,
        "the distance of the target, and the number of labels",
    ),
    Claim(
        "frozen-prevents-overfit",
        "freezing prevents overfitting on tiny data",
        "the gap between training and test accuracy is smaller than with full fine-tuning",
        frozen_prevents_overfit,
        "what the frozen features lack, the head cannot learn",
    ),
    Claim(
        "simple-heads-suffice",
        "a linear layer or an SVM on frozen features is enough",
        "at most 2 points below Dense(128)",
        simple_heads_suffice,
        "the distance of the target",
    ),
    Claim(
        "augmentation-prevents-overfit",
        "augmentation prevents overfitting",
        "test accuracy rises over that without",
        augmentation_prevents_overfit,
        "whether the altered picture still deserves its label",
    ),
    Claim(
        "scratch-weeks",
        "training ResNet50 from scratch takes weeks; adapting it takes minutes",
        "pretraining took a week; adapting took under ten minutes",
        scratch_weeks,
        "image size and machine: this ResNet50 saw small pictures",
    ),
    Claim(
        "finetune-beats-frozen",
        "fine-tuning is more powerful than frozen features",
        "everything unfrozen after a probe beats the probe alone, on clean and on corrupted images",
        claims_fine_tuning.finetune_beats_frozen,
        "the kind of shift: it gains where all pictures are noisy, loses on far phantoms at a rate "
        "that others bear, and else does what a well-fitted probe does",
        lesson="03",
    ),
    Claim(
        "small-lr",
        "use a learning rate 10 to 100 times smaller",
        "at a tenth and at a hundredth of scratch's best rate fine-tuning does better than at it",
        claims_fine_tuning.small_rate,
        "what is trained: scratch needs a rate at which a pretrained network is destroyed",
        lesson="03",
    ),
    Claim(
        "big-lr-destroys",
        "a large learning rate destroys pretrained features",
        "at ten and at a hundred times the best rate more than half of the source answers are "
        "lost, and the target is told worse than by the probe alone",
        claims_fine_tuning.big_rate_destroys,
        "what is asked: source answers are lost at rates that the target does not mind",
        lesson="03",
    ),
    Claim(
        "depth-follows-data",
        "unfreeze more layers as data grows",
        "unfreezing everything gains more over the probe at 50 labels per class than at 5",
        claims_fine_tuning.depth_follows_data,
        "the rate: at one for all, phantoms lose more with depth the more labels there are",
        lesson="03",
    ),
    Claim(
        "gradual-unfreezing",
        "unfreeze stage by stage",
        "gradual unfreezing beats probe-first and all-at-once at equal steps",
        claims_fine_tuning.gradual_unfreezing,
        "what it is compared with: a random head, or a probe",
        lesson="03",
    ),
    Claim(
        "early-stopping",
        "early stopping is essential",
        "test accuracy where it stops is above that of the last epoch",
        claims_fine_tuning.early_stopping,
        "the start: after a probe things get worse first, and an impatient judge stops in the dip",
        lesson="03",
    ),
    Claim(
        "regulariser",
        "the pretrained weights act as a regulariser; stay close to them",
        "L2-SP beats L2, and beats no penalty",
        claims_fine_tuning.regulariser,
        "how long and how fast: a short or gentle training stays near its start anyway",
        lesson="03",
    ),
    Claim(
        "robust-to-shift",
        "a pretrained model is more robust to distribution shift",
        "corruption leaves a larger share of its accuracy above guessing than of scratch's",
        claims_fine_tuning.robust_to_shift,
        "the corruption, and the rival: a small network from scratch minds blur no more",
        lesson="03",
    ),
    Claim(
        "augmentation-bridges",
        "augmentation alone narrows a domain gap",
        "copies altered to look like the target raise accuracy on it",
        claims_adaptation.augmentation_bridges,
        "whether you know what the target looks like, and how to get there from the source",
        lesson="05",
    ),
    Claim(
        "adversarial-bridges",
        "adversarial training learns domain-invariant features that transfer",
        "DANN, selected without target labels, beats source only",
        claims_adaptation.adversarial_bridges,
        "the proportions of the target's classes, and who chooses",
        lesson="05",
    ),
    Claim(
        "gap-size",
        "the further the domains, the smaller the gain",
        "methods gain more without a shift than in the middle of the dial, and more there than at "
        "its end",
        claims_adaptation.gap_size,
        "where on the dial you begin: without a gap there is nothing to gain",
        lesson="05",
    ),
)


def of_lesson(lesson):
    """The claims that one lesson measures, such as `"02"` (tuple of Claim)."""
    return tuple(claim for claim in CLAIMS if claim.lesson == lesson)


def table(claims=CLAIMS):
    """The claims as a Markdown table: verdict, weakest and strongest margin (str)."""
    lines = [
        "| claim | as usually stated | verdict | weakest and strongest margin, points | turns on |",
        "|---|---|---|---|---|",
    ]
    for claim in claims:
        margins = sorted(claim.conditions().items(), key=lambda item: item[1].mean)
        shown = dict([margins[0], margins[-1]]).items()
        text = "; ".join(f"{margin.percent()} ({name})" for name, margin in shown)
        lines.append(
            f"| `{claim.id}` | {claim.statement} | **{claim.verdict()}** | {text} | {claim.flips} |"
        )
    return "\n".join(lines)
