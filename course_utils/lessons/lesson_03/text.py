# %% [markdown] slideshow={"slide_type": "slide"}
# # 03 Staged fine-tuning
#
# | | |
# |---|---|
# | **Objectives** | fine-tune a pretrained network in stages; choose what to unfreeze, how fast, and when to stop; keep BatchNorm from spoiling it; say when fine-tuning is not worth it |
# | **Prerequisites** | lesson 02; you know what a gradient and an optimizer are |
# | **Time to teach** | 75 minutes |
# | **Time for exercises** | 50 minutes |
# | **Run time on two cores** | about four minutes, no graphics card, no network |
#
# In lesson 02 the pretrained network stood still, and only a new head learnt. **Fine-tuning** lets
# the network itself learn too, or part of it. It has more to offer than a frozen base and more ways
# to go wrong. You will take each wrong turn once, on purpose, and measure what it costs.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The data
#
# Three targets, at growing distance from the photographs of things that the base was trained on:
#
# * `objects`: rendered snapshots of ten everyday things. **Near.**
# * `surfaces`: six states of a material's surface. **Far**: no things, only texture.
# * `phantoms`: made radiographs in three classes. **Far**: no photographs at all.

# %% [markdown]
# **Your own photographs?** Write the path of a folder that has a folder of images for each class.

# %%
from course_utils import load_dataset

DATASET = "objects"  # or "surfaces", "phantoms", "clothing", "path/to/folder"
IMAGE_SIZE = 48

splits = load_dataset(DATASET, size=IMAGE_SIZE)
few = splits._replace(train=splits.train.per_class(20, seed=0))
class_names = splits.train.class_names
print(f"{len(few.train)} labelled images, {len(class_names)} classes")

# %%
import numpy as np
from course_utils import show_figure
from course_utils.teaching import plots, use_course_style

use_course_style()
pictures, titles = [], []
for target in ["objects", "surfaces", "phantoms"]:
    part = load_dataset(target, size=IMAGE_SIZE).train
    firsts = [np.flatnonzero(part.labels == k)[0] for k in range(3)]
    pictures += list(part.images[firsts])
    titles += part.class_names[:3]

# %% slideshow={"slide_type": "-"}
show_figure(
    plots.image_grid(pictures, titles, columns=9),
    alt="Three classes each of objects, surfaces and phantoms: snapshots of things, "
    "close-ups of one material whole, scratched and cracked, and pictures like X-rays.",
)

# %% [markdown]
# ## The standard recipe
#
# Most tutorials fine-tune in two stages, and so do we. **Stage one**: freeze the base and train the
# new head, as in lesson 02.

# %%
import keras
from course_utils import course_weights
from keras.applications.resnet50 import preprocess_input

shape = (IMAGE_SIZE, IMAGE_SIZE, 3)
base = keras.applications.ResNet50(
    weights=course_weights("resnet50"),
    include_top=False,
    pooling="avg",
    input_shape=shape,
)
pretrained_weights = base.get_weights()
base.trainable = False

# %%
keras.utils.set_random_seed(0)
head = keras.layers.Dense(len(class_names), activation="softmax")
model = keras.Sequential([keras.Input(shape), base, head])
images = preprocess_input(np.array(few.train.images, dtype="float32"))
labels = few.train.labels

# %%
settings = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
settings["jit_compile"] = False  # Keras' compiler is slow on processors
model.compile(keras.optimizers.Adam(3e-3), **settings)
history = model.fit(images, labels, epochs=4, verbose=0)
print(f"head alone: training accuracy ≈ {100 * history.history['accuracy'][-1]:.0f} %")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Stage two**: unfreeze the last stage of the ResNet, the layers named `conv5_…`, and go on with a
# learning rate thirty times lower. Two things are easily forgotten here. Keras notices a change of
# `trainable` only when you **compile again**. And the layers of **BatchNorm** stay frozen: they
# normalise by means and variances that were gathered in pretraining from far more images than you
# have. Before you run it: `conv5` holds ten BatchNorm layers; how many does the loop leave trainable?

# %% slideshow={"slide_type": "-", "code": true}
base.trainable = True
for layer in base.layers:
    is_batch_norm = isinstance(layer, keras.layers.BatchNormalization)
    layer.trainable = layer.name.startswith("conv5") and not is_batch_norm
model.compile(keras.optimizers.Adam(1e-4), **settings)
learning = [layer.name for layer in base.layers if layer.trainable and layer.weights]
print(f"{len(learning)} layers of the base learn: {', '.join(learning[:3])}, …")
assert not any("bn" in name for name in learning)

# %% tags=["nbval-ignore-output", "timing"]
import time

start = time.perf_counter()
history = model.fit(images, labels, epochs=4, verbose=0)
seconds_by_fit = time.perf_counter() - start
print(f"four epochs of stage two: {seconds_by_fit:.1f} s")

# %%
test_images = preprocess_input(np.array(few.test.images, dtype="float32"))
answers = model.predict(test_images, verbose=0).argmax(axis=1)
print(f"test accuracy ≈ {100 * np.mean(answers == few.test.labels):.1f} %")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The same, as data
#
# Two stages are two times the same dozen lines. With three stages and five targets you would rather
# write down *what* is to be done, and leave the loop to a function. A `Schedule` is made of stages; a
# `Stage` names what learns, each with its own learning rate. What it does not name is frozen, and
# BatchNorm always is. With `warm_up`, the rate climbs to its peak over that share of the steps; `patience`
# ends a stage after so many epochs in a row without a better validation result.

# %% slideshow={"slide_type": "-", "code": true}
from course_utils.finetuning import Schedule, Stage

schedule = Schedule(
    stages=(
        Stage({"head": 3e-3}, epochs=4),
        Stage({"head": 1e-4, "conv5": 1e-4}, epochs=4, warm_up=0.1, patience=3),
    )
)
for stage in schedule.stages:
    print(stage)

# %% [markdown]
# `fine_tune` runs it. It also does what lesson 02 did with a frozen base: whatever lies below the
# lowest layer that learns gives the same numbers in every epoch, so it is run **once**, and training
# reads the stored activations. The place of the cut is the **freeze boundary**: here it lies between
# `conv4` and `conv5`, four fifths of the way up. Which stage gains more from it, the first or the
# second?

# %% tags=["nbval-ignore-output", "timing"]
from course_utils.finetuning import fine_tune

base.set_weights(pretrained_weights)
keras.utils.set_random_seed(0)
head = keras.layers.Dense(len(class_names), activation="softmax")
history = fine_tune(base, head, few, schedule, seed=0, progress=False)
for stage in schedule.stages:
    seconds = [e["seconds"] for e in history.epochs if e["stage"] == stage.name]
    print(f"{stage.name:14s} {', '.join(f'{s:.1f}' for s in seconds)} seconds an epoch")

# %% [markdown]
# The first epoch of a stage has Keras getting ready, and the frozen part's one run, in it. After that
# the head's epochs cost next to nothing, and those of the last stage what the last stage costs.
# `make bench` measures by how much that beats `fit`.

# %% slideshow={"slide_type": "slide"}
assert [e["stage"] for e in history.epochs].count("head") == 4
show_figure(
    history.plot(),
    alt="Three panels. Accuracy and loss on training and validation images along both "
    "stages, and how far the weights of each depth moved: only those of conv5.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Left and middle: the dotted line is where the second stage begins. Right: how far the weights of each
# depth have moved, compared with their own length. Only `conv5` moved, and by little: fine-tuning
# is a small step in a large space. The run ends with the weights of its best epoch on validation
# images, and says which that was.

# %%
drift = history.epochs[history.best]["drift"]
print(f"kept: epoch {history.best}; conv5 moved by ≈ {100 * drift['conv5']:.1f} %")
assert [name for name, moved in drift.items() if moved] == ["conv5"]

# %% [markdown]
# A long run can be killed: by the battery, by a closed lid. With `folder="some/folder"`, `fine_tune`
# writes its state after every epoch, and goes on from there when you call it again.
#
# How does it find the boundary? It goes through the network from the input on, and remembers the last
# place where a single tensor passes: never the middle of a residual block, where the shortcut would be cut.

# %%
from course_utils import show_source
from course_utils.finetuning.boundaries import freeze_boundary

show_source(freeze_boundary)

# %% [markdown]
# ## How fast?
#
# The rate is the choice that matters most, and articles say: *ten to a hundred times smaller than for
# training from scratch*. A quick way to find its order of magnitude is the **range test**: raise the
# rate from step to step, and watch where the loss falls, and where it blows up.

# %% tags=["nbval-ignore-output"]
from course_utils.finetuning import learning_rate_range_test

base.set_weights(pretrained_weights)
keras.utils.set_random_seed(0)
head = keras.layers.Dense(len(class_names), activation="softmax")
found = learning_rate_range_test(base, head, few.train, ("head", "conv5"), steps=40)
show_figure(
    found.plot(),
    alt="Training loss against a learning rate that grows from step to step: flat, "
    "then falling, then shooting up.",
)

# %% [markdown]
# Flat on the left, where steps are too small to matter; down; and up again, where they overshoot.

# %%
print(f"the loss fell fastest at a rate of order 1e{np.log10(found.suggestion):.0f}")
assert 1e-5 < found.suggestion < 1e-1

# %% [markdown] slideshow={"slide_type": "slide"}
# The test costs a few dozen steps and leaves the weights as they were. It knows nothing of test
# accuracy, though. The full experiment does: whole trainings over four decades of rates, five seeds
# (draws of 20 labelled images per class), about thirty steps each, no epoch picked. Each begins with a
# **probe**: a linear classifier fitted to the frozen features, as in lesson 02, which takes no step of
# the network. So at the far left, where the base hardly moves, a curve has to begin in the grey band,
# which is the probe alone. Where do you expect the best rate, and what should happen at the far right?

# %%
from course_utils.teaching import predict

predict("03-best-rate")

# %%
from course_utils.lessons.lesson_03 import fine_tuning as sweep
from course_utils.lessons.lesson_03 import plots as fine_tuning_plots
from course_utils.lessons.lesson_03 import stored_runs as measured

# %%
frozen = {target: measured.at_best_rate(target, "head") for target in sweep.TARGETS}
bands = {measured.title(target): frozen[target] for target in sweep.TARGETS}
panels = {
    measured.title(target): {
        "last stage": measured.over_rates(target, "conv5"),
        "all": measured.over_rates(target, "all"),
        "all, from scratch": measured.over_rates(target, "all", "random"),
    }
    for target in sweep.TARGETS
}

# %% slideshow={"slide_type": "slide"}
show_figure(
    fine_tuning_plots.by_rate(panels, bands),
    alt="Test accuracy against the learning rate for three targets: flat in the band "
    "of the frozen base over one to two decades, then a fall to guessing.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# From left to right: nothing moves; weights move and test accuracy hardly does; the network is destroyed. On
# phantoms, the target least like photographs, the fall begins a decade earlier. From scratch, every rate
# stays near guessing: thirty steps are too few. No hill above the grey band stands out in the middle.
# At its best rate, chosen on validation images, fine-tuning differs from the probe by:

# %%
from course_utils import paired_difference
from course_utils.measuring import compare

for target in sweep.TARGETS:
    for name, depth in {"last stage": "conv5", "all": "all"}.items():
        rate = sweep.best_rate(target, depth)
        gain = paired_difference(measured.at_best_rate(target, depth), frozen[target])
        text = f"{gain.percent()} points, {compare(gain)}"
        print(f"{target:15s} {name:10s} at its best rate {rate:.0e}: {text}")

# %%
from course_utils.teaching import outcome

near = "objects/photo"
gain = paired_difference(measured.at_best_rate(near, "all"), frozen[near])
words = {"above": "better", "below": "worse", "undecided": "no-difference"}
outcome("03-best-rate", words[compare(gain)])

# %% [markdown] slideshow={"slide_type": "slide"}
# ### What "destroying features" means
#
# The rate at the far right is said to *destroy* what was learnt in pretraining. That can be measured.
# Put the classifier of the **source task** back on the fine-tuned base, the one that told 200 classes
# apart, and ask for how many of 240 snapshots it still gives the class that it gave before. And measure how
# far the weights have gone.

# %% slideshow={"slide_type": "slide"}
agreement, moved = {}, {}
for target in sweep.TARGETS:
    name = measured.title(target)
    agreement[name] = measured.over_rates(target, measure="agreement")
    moved[name] = measured.over_rates(target, measure="drift_conv5")
show_figure(
    fine_tuning_plots.forgetting(agreement, moved),
    alt="Left: the share of source answers kept falls from nearly all to nearly none "
    "as the rate grows. Right: the distance moved by the last stage grows with it.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Notice how early the left curve falls: on objects and surfaces, a rate that the *target* does not mind has
# already overwritten most of the *source*. The network forgets first, and fails later. On phantoms it forgets
# and fails together. Everything unfrozen, one rate, both in numbers:

# %%
RATE = 3e-4
for target in sweep.TARGETS:
    kept = measured.at_rate(target, RATE, "agreement")
    gain = paired_difference(measured.at_rate(target, RATE), frozen[target])
    print(f"{target:15s} {kept.percent()} % of source answers kept")
    print(f"{'':15s} over the probe {gain.percent()} points: {compare(gain)}")
    assert compare(kept, 0.5) == "below"
    destroyed = measured.at_rate(target, max(sweep.RATES[target]))
    assert destroyed.mean < measured.CHANCE[target] + 0.05  # guessing

# %% [markdown]
# Replay it. Pick a target, a depth and a rate; the sliders follow the arrow keys. What does a loss look
# like that is learning too slowly, and one that blows up?

# %% tags=["nbval-ignore-output"]
from course_utils.lessons.lesson_03 import explore_fine_tuning

explore_fine_tuning()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## How deep?
#
# "Unfreeze more layers the more data you have": more weights can learn more, and need more images to
# learn it from. Here is how deep against how many labelled images, near and far, at one rate, 0.0001, at
# which everything moves. The fourth panel shows `objects` once more, as near as ever, but every picture under
# heavy noise: there the *pictures* are new to the base, and not the things. Draw the lines that the rule
# predicts before you look.

# %%
predict("03-depth")

# %% slideshow={"slide_type": "slide"}
panels = {measured.title(t): measured.by_depth(t) for t in sweep.DEPTH_TARGETS}
show_figure(
    fine_tuning_plots.by_depth(panels, sweep.NUMBERS),
    alt="Test accuracy against how deep is unfrozen, for 5, 20 and 50 labels per "
    "class, on four targets: lines almost flat, one above the other by n, save on "
    "phantoms, where they fall with depth.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# The lines lie above one another by the number of labels: labels are worth much. On objects and surfaces each is
# nearly flat. On phantoms the lines *fall*, most where labels are many: more
# images mean more steps, at a rate that is too high for them. Under noise they climb a little, as the rule
# predicts wherever labels are many. In points:

# %%
for target in sweep.DEPTH_TARGETS:
    for n in sweep.NUMBERS:
        deep = measured.at_common_rate(target, "all", n)
        gain = paired_difference(deep, measured.at_common_rate(target, "head", n))
        text = f"all over the probe {gain.percent()}"
        print(f"{measured.short(target):14s} n = {n:2d}: {text}: {compare(gain)}")
    at_5, at_50 = (measured.at_common_rate(target, "head", n) for n in [5, 50])
    assert compare(paired_difference(at_50, at_5)) == "above"

for target, side in {"phantoms/xray": "below", sweep.NOISY[0]: "above"}.items():
    pair = [measured.at_common_rate(target, depth, 50) for depth in ["all", "head"]]
    assert compare(paired_difference(*pair)) == side

# %%
most, gains = max(sweep.NUMBERS), {}
for target, kind in zip(sweep.DEPTH_TARGETS, ["near", "far", "far", "noisy"]):
    pair = [measured.at_common_rate(target, depth, most) for depth in ["all", "head"]]
    gain = paired_difference(*pair)
    if compare(gain) == "above":
        gains[gain.mean] = kind
outcome("03-depth", gains[max(gains)] if gains else "nowhere")

# %% [markdown]
# Does it have to be the *upper* layers? Lee and others found that where the pictures themselves have
# changed, rather than what is to be told about them, training the *first* stages and leaving the rest
# frozen can do better. Here are `conv1` to `conv3` and the head against `conv5` and the head, each at its best
# rate. By what they found, which of the four should come out above zero?

# %%
for target in sweep.DEPTH_TARGETS:
    first, last = (measured.at_best_rate(target, d) for d in [sweep.FIRST, "conv5"])
    gain = paired_difference(first, last)
    text = f"first stages over last {gain.percent()}"
    print(f"{measured.title(target):18s} {text}: {compare(gain)}")

# %% [markdown]
# Which end is the better one to train is undecided on all four; the mean is highest for the first stages where the
# pictures are noisy, as Lee and others would have it. Where the pictures themselves are new to the base, let it learn;
# where the task is far and the rate not tuned for it, letting all of it learn may lose what the probe had.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## In which order?
#
# All these trainings began with a probe. The usual way is **all at once**: the new head starts from random
# numbers and learns together with the base, and sends it large and meaningless gradients at first.
# **Probe first** avoids them. **Gradual unfreezing** goes further: after the probe the last stage, then the
# last two, then all. Each takes the same number of steps here, with a rate of its own.

# %% slideshow={"slide_type": "slide"}
WAYS = ["frozen", "probe first", "all at once", "gradual"]
names = [measured.title(target) for target in sweep.TARGETS]
series = {w: [measured.by_way(target, w) for target in sweep.TARGETS] for w in WAYS}
show_figure(
    plots.bars(series, "test accuracy (%)", names),
    alt="Test accuracy of a frozen base and of three orders of unfreezing, on objects, "
    "surfaces and phantoms: all at once is lowest, the others are alike.",
)

# %% [markdown]
# Which bar of each group stands out? Seed by seed:

# %%
for target in sweep.TARGETS:
    at_once = measured.by_way(target, "all at once")
    for way in ["probe first", "gradual"]:
        gain = paired_difference(measured.by_way(target, way), at_once)
        text = f"over all at once {gain.percent()}"
        print(f"{target:15s} {way:11s} {text}: {compare(gain)}")
    assert measured.by_way(target, "probe first").mean > at_once.mean

# %% [markdown] slideshow={"slide_type": "-"}
# Look at the third bar of each group. Depth and steps are the same as those of the second; only the head's
# start differs, and that costs several points; on two of three targets the whole interval lies above zero. While a
# random head finds its way, the gradients it sends down spoil features that were good. **Probe first** is the part of the recipes to keep.
# Whether gradual unfreezing adds anything to it, five seeds can't tell.

# %% [markdown]
# ## And when the pictures get worse?
#
# Test images come from where the training images came from. Life's do not. Kumar and others found that
# fine-tuning gains on the former and *loses* on the latter, because it bends features that were good
# for both. The test images again, with noise, blur and lost contrast, weak and strong: the mean over six
# corruptions.

# %% slideshow={"slide_type": "slide"}
series = {w: [measured.corrupted(target, w) for target in sweep.TARGETS] for w in WAYS}
show_figure(
    plots.bars(series, "accuracy on corrupted test images (%)", names),
    alt="Accuracy on corrupted test images of a frozen base and of three orders of "
    "unfreezing, on objects, surfaces and phantoms: far lower, and much alike.",
)

# %% [markdown]
# Compare the heights with those of the figure before, and the first bar with the second:

# %%
for target in sweep.TARGETS:
    for name in ["clean", "corrupted"]:
        accuracy = measured.by_way if name == "clean" else measured.corrupted
        gain = paired_difference(*[accuracy(target, w) for w in WAYS[1::-1]])
        text = f"fine-tuned over frozen {gain.percent()}"
        print(f"{target:15s} {name:9s}: {text}: {compare(gain)}")

# %% [markdown] slideshow={"slide_type": "-"}
# Corruption costs far more than any choice of this lesson gains. Whether fine-tuning after a probe
# loses or gains by it is undecided here: its best rates are gentle, and move the features little. The loss that Kumar
# and others found came with rates at which the target gained; whether these three targets gain at all is undecided.

# %% [markdown]
# And is the pretrained network tougher than one trained from scratch, the **small** one of lesson 02? Count what
# corruption leaves of the accuracy *above guessing*, or else a network that guesses would be the toughest.

# %%
for target in sweep.TARGETS:
    for way in ["probe first", "frozen", "small"]:
        clean, left = measured.by_way(target, way), measured.retained(target, way)
        text = f"{way:11s} {clean.percent()} %, of which"
        print(f"{target:15s} {text} corruption leaves {left.percent()} %")

near = [measured.retained("objects/photo", way) for way in ["probe first", "small"]]
assert compare(paired_difference(*near)) == "above"

# %% [markdown]
# On objects it is. On the far targets, little is above guessing, and the intervals of its share are wide.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## On a leash: L2 and L2-SP
#
# Weight decay (L2) draws weights to zero. But zero is not where these weights were any good: it is the
# start that was. **L2-SP** draws them there instead, and is said to act as a regulariser, above all where
# the source is near. In the step, it is one line:

# %%
from course_utils.finetuning.penalties import pull

show_source(pull)

# %% slideshow={"slide_type": "-"}
for target in sweep.TARGETS:
    for other in ["l2", None]:
        gain = paired_difference(
            measured.penalised(target, "l2-sp"), measured.penalised(target, other)
        )
        name = other or "no penalty"
        print(f"{target:15s} L2-SP over {name:10s}: {gain.percent()}: {compare(gain)}")

# %% [markdown] slideshow={"slide_type": "-"}
# Five seeds can't tell which is better, near or far. In thirty steps the weights have no time to wander off, with or
# without a leash. At what rate would you expect one to matter?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## When to stop?
#
# **Early stopping** ends a training when the validation loss has not fallen for some epochs, and goes
# back to the best ones' weights. Everybody does it; few ask how good the judge is. We kept every epoch of
# long trainings at a constant rate, and the loss of every validation image, and so can stop each of them by
# validation sets of any size, two hundred random ones of each.

# %%
predict("03-early-stopping")

# %%
from course_utils.lessons.lesson_03 import stopping

SIZES = [5, 10, 20, 50, 100]
gains, spreads = {}, {}
for target in sweep.TARGETS:
    runs = measured.stored_curves(target)
    name = measured.title(target)
    gains[name] = {size: stopping.gain_of_stopping(runs, size) for size in SIZES}
    spreads[name] = {size: stopping.spread_of_stopping(runs, size) for size in SIZES}
assert all(gain.mean < 0 for by_size in gains.values() for gain in by_size.values())

# %% slideshow={"slide_type": "slide"}
show_figure(
    fine_tuning_plots.stopping(gains, spreads),
    alt="Left: gain of early stopping over the last epoch against the size of the "
    "validation set. Right: how much the result depends on which images it has.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Every mean on the left lies below zero: here, stopping tends to *cost*. On the right, how much of your result is the
# luck of the draw: with five validation images it depends on which five they are.

# %%
gain = gains[measured.title("objects/photo")][max(SIZES)]
words = {"above": "gains", "below": "costs", "undecided": "no-difference"}
outcome("03-early-stopping", words[compare(gain)])

# %% [markdown]
# Why does stopping cost? Look at the test accuracy along these trainings, the mean over the seeds:

# %%
for target in sweep.TARGETS:
    every = [run["test_accuracy"] for run in measured.stored_curves(target)]
    means = 100 * np.mean(every, axis=0)
    probe_alone = 100 * frozen[target].mean
    text = f"probe {probe_alone:.1f}, lowest {means.min():.1f}, last {means[-1]:.1f} %"
    print(f"{target:15s} test accuracy: {text}")
    assert means.min() < probe_alone and means.min() < means[-1]

# %% [markdown]
# They get worse before they get better: the base moves away from the head that was fitted to it, the head has
# to catch up, and an impatient judge stops in the dip. Would a judge by accuracy in place of loss do better?

# %%
for judge in ["loss", "accuracy"]:
    for target in sweep.TARGETS:
        gain = stopping.gain_of_stopping(measured.stored_curves(target), 100, judge)
        print(f"{target:15s} stopped by {judge:8s}: {gain.percent()}: {compare(gain)}")
        assert gain.mean < 0

# %% [markdown]
# By accuracy, too, every mean lies below zero. Whether more patience, or trainings that are long beyond need, would
# turn this round, we did not measure: patience was five epochs, and the rate was constant.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## BatchNorm done wrong
#
# Every recipe says to keep BatchNorm frozen. Why? Unfrozen, or merely called in training mode, it normalises
# every batch by that batch's own mean and variance, so that the answer for one picture depends on the others
# beside it. Here is a probe on the base that you know; we show it the same test images in ten batches,
# shuffled and then sorted by class. What does sorting do to a network with frozen BatchNorm? And to one
# whose BatchNorm is in training mode?

# %%
predict("03-sorted-batches")

# %%
from course_utils import extract_features
from sklearn.linear_model import LogisticRegression

base.set_weights(pretrained_weights)
features = np.asarray(extract_features(base, few.train.images))
probe = LogisticRegression(C=0.01, max_iter=500).fit(features, labels)


def accuracy(order, training):
    """Test accuracy of the probe, in ten batches in this order."""
    batches = [
        base(test_images[b], training=training) for b in np.array_split(order, 10)
    ]
    base.set_weights(pretrained_weights)  # training mode moves the running averages
    return np.mean(probe.predict(np.concatenate(batches)) == few.test.labels[order])


# %% slideshow={"slide_type": "-"}
for layer in base.layers:
    layer.trainable = True  # BatchNorm too: this is the mistake
orders = {"shuffled": np.random.default_rng(0).permutation(len(few.test))}
orders["by class"] = np.argsort(few.test.labels, kind="stable")
found = {}
for name, order in orders.items():
    found[name] = accuracy(order, training=False), accuracy(order, training=True)
    shares = [f"{100 * share:.1f} %" for share in found[name]]
    print(f"{name}: running averages ≈ {shares[0]}, the batch's own ≈ {shares[1]}")
assert found["shuffled"][0] == found["by class"][0]
assert found["by class"][1] < found["by class"][0]

# %%
change = found["by class"][1] - found["shuffled"][1]
effect = "lowers" if change < 0 else "raises"
outcome("03-sorted-batches", "nothing" if abs(change) < 0.05 else effect)

# %% [markdown] slideshow={"slide_type": "-"}
# With its running averages frozen, the network gives each picture the same answer in any company. In training
# mode a batch of one class loses what its pictures have in common, which is what makes them that class.

# %% [markdown]
# And if BatchNorm *learns* along, batches well shuffled, and is tested with the averages that it gathered?

# %%
for target in sweep.TARGETS:
    wrong, right = (measured.batch_norm(target, kind) for kind in ["trained", "frozen"])
    cost = paired_difference(right, wrong)
    print(f"{target:15s} frozen {right.percent()} %, unfrozen {wrong.percent()} %")
    print(f"{'':15s} lost {cost.percent()} points: {compare(cost)}")
    assert compare(cost) == ("above" if target == "phantoms/xray" else "undecided")

# %% [markdown]
# After thirty gentle steps the averages have crept only part of the way. On objects and surfaces five seeds
# can't tell whether there is damage; on phantoms, which photographs' averages fit least, there is. What hurts for
# certain is normalising by the batch at test time, most of all in sorted data. Small batches and long trainings are
# said to hurt as well; we did not measure those.

# %% [markdown]
# ## A slice of each, live
#
# The figures above show stored trainings. Here is one of each kind again, on your machine, the first seed of
# `objects`: each has to end where the stored one ended, to a few images.

# %%
slices = {
    "rates": {"depth": "conv5", "learning_rate": 1e-4},
    "depths": {"depth": "conv5", "n": 5},
    "strategies": {"way": "gradual", "instead": {"corrupted": False}},
    "penalties": {"penalty": "l2-sp", "strength": 0.1},
    "batch-norm": {},
}
for study, wanted in slices.items():
    live, stored = sweep.run_again(study, target="objects/photo", **wanted)
    gap = abs(live["test_accuracy"] - stored["test_accuracy"])
    print(f"{study:11s} live and stored agree within five points: {gap < 0.05}")
    assert gap < 0.05

# %% [markdown]
# Of the long trainings that early stopping was judged by, the first two epochs:

# %%
live, stored = sweep.run_again("curves", target="objects/photo", instead={"epochs": 2})
gaps = np.abs(np.subtract(live["test_accuracy"], stored["test_accuracy"][:2]))
print(f"curves      live and stored agree within five points: {gaps.max() < 0.05}")
assert gaps.max() < 0.05

# %% [markdown]
# ## What the well-known tutorials do
#
# Many of them take a **MobileNetV2**, let Keras layers **augment** the images, **flatten** the output map
# in place of averaging it, and add **dropout**. The schedule does not mind: layer names are what it knows.
# No MobileNetV2 ships with the course, so that this section runs on random weights and shows the code and
# its cost, and no accuracy. With a network, write `"imagenet"`.

# %%
from keras import layers

MOBILENET_WEIGHTS = None  # "imagenet" downloads 9 MB
mobile = keras.applications.MobileNetV2(
    weights=MOBILENET_WEIGHTS, include_top=False, input_shape=shape
)
augment = keras.Sequential(
    [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)]
)
dense = layers.Dense(len(class_names), activation="softmax")
flattened = keras.Sequential([layers.Flatten(), layers.Dropout(0.2), dense])

# %%
from keras.applications import mobilenet_v2

slow = {"head": 1e-5, "block_16": 1e-5}
tutorial = Schedule((Stage({"head": 1e-3}, epochs=2), Stage(slow, epochs=2)))
options = {"augment": augment, "views": 2, "progress": False}
prepare = mobilenet_v2.preprocess_input
history = fine_tune(mobile, flattened, few, tutorial, preprocess=prepare, **options)

# %%
moved_now = [name for name, share in history.epochs[-1]["drift"].items() if share]
print(f"{len(history.epochs)} epochs; of the base, {', '.join(moved_now)} moved")

# %% [markdown]
# The freeze boundary works here as well, augmentation included: each image gets `views` altered
# versions, each version passes through the frozen part once, and the epochs take them in turn. Hence
# augmentation is an argument: a random layer inside the base would be frozen with it, and do nothing.
#
# What differs, and what does it cost?

# %%
from course_utils.measuring.costs import multiply_adds

for name, network in {"ResNet50": base, "MobileNetV2": mobile}.items():
    weights, operations = network.count_params(), multiply_adds(network)
    print(
        f"{name:12s} {weights:>11,} weights, {operations:>12,} multiply-adds an image"
    )
channels, positions = mobile.output.shape[-1], np.prod(mobile.output.shape[1:3])
for name, inputs in {"pooled": channels, "flattened": channels * positions}.items():
    print(f"head on the {name} map: {(inputs + 1) * len(class_names):,} weights")

# %% [markdown]
# The small network does the same picture with a tenth of the arithmetic, and lesson 04 asks what it
# gives away for that. A flattened head has as many times more weights as the map has positions, all to be
# learnt from your few images; it pays where *where* something is matters. Dropout and augmentation make
# training harder on purpose. And a rate of one in a hundred thousand, as in many tutorials, is safe rather
# than good: look back at the first figure.
#
# ## What we measured
#
# This lesson's claims are measured anew for the second edition. The figures above show the first edition's runs: five
# draws, with intervals over draws alone, which leave out that other test pictures would have given other numbers.
#
# What to hold against the figures: pictures of 48 pixels, thirty steps, one kind of network, and small test
# sets, so that differences of a few points stay undecided; depths were compared at one rate; from
# scratch, thirty steps leave a ResNet50 near guessing, and its best rate is hardly known; L2 and early stopping
# were judged at a rate above the best, where they have something to do.

# %% slideshow={"slide_type": "slide"}
from IPython.display import Markdown, display
from course_utils.claims import ledger

display(Markdown(ledger.table("03")))

# %% [markdown] slideshow={"slide_type": "slide"}
# Three things to take with you:
#
# * Fit the head before you unfreeze anything. It was worth several points on each target, with the interval above
#   zero on two of three, and of the other choices only the rate mattered as much.
# * A probe on a frozen base is the number to beat. Where five seeds showed that it was beaten, every picture was
#   noisy. If fine-tuning does not beat it on *your* validation images, ship the
#   probe: it is cheaper and forgets nothing.
# * Raise the rate until the target suffers, and you have long destroyed the source. If the network is to keep
#   what it knew, watch that, and not the target alone.

# %% [markdown]
# Before the exercises, five situations in which you may find yourself. Every choice, wrong or
# right, says what speaks for or against it, and where to look again.

# %%
from course_utils.teaching import quiz

quiz("03")

# %% [markdown]
# All claims of the course, each condition of each, are on [the claims ledger](claims.ipynb).
#
# ## Exercises
#
# Each has a check that tries your function on inputs of its own, and says what it lacks. `hint(...)`
# helps in steps; `solution(...)` shows one way.

# %% exercise="03-unfreeze"

# %% exercise="03-learning-rate"

# %% exercise="03-discriminative"

# %% exercise="03-l2-sp"

# %% exercise="03-early-stopping"

# %% exercise="03-freeze-boundary"

# %% [markdown]
# ### 7. Your turn
#
# Name a folder of your own photographs at the top and run the lesson again: the live cells follow your
# data. Then write a schedule of your own, in three stages, and see whether it beats the two of the recipe
# on *validation* images. How many schedules may you try before that number stops being honest?
#
# ## Further reading
#
# * Howard and Ruder (2018), *Universal language model fine-tuning for text classification*,
#   arXiv:1801.06146: gradual unfreezing and discriminative rates.
# * Kumar, Raghunathan, Jones, Ma and Liang (2022), *Fine-tuning can distort pretrained features and
#   underperform out-of-distribution*, arXiv:2202.10054: probe first.
# * Lee and others (2022), *Surgical fine-tuning improves adaptation to distribution shifts*,
#   arXiv:2210.11466: which stages to train for which kind of shift.
# * Li, Grandvalet and Davoine (2018), *Explicit inductive bias for transfer learning with convolutional
#   networks*, arXiv:1802.01483: L2-SP.
# * Smith (2017), *Cyclical learning rates for training neural networks*, arXiv:1506.01186: the range test.
