# %% [markdown] slideshow={"slide_type": "slide"}
# # 02 A frozen ResNet50
#
# | | |
# |---|---|
# | **Objectives** | build a classifier on a frozen, pretrained network; run the frozen part only once; read a learning curve and say how many labels transfer saves; keep a ledger of what it costs |
# | **Prerequisites** | Python and NumPy; you know what a layer, a loss and an epoch are |
# | **Time to teach** | 60 minutes |
# | **Time for exercises** | 40 minutes |
# | **Run time on two cores** | about two minutes, no graphics card, no network |
#
# *Transfer learning* takes a network trained on one task, the **source**, and uses it for another,
# the **target**. Here the source is Tiny-ImageNet, 100,000 small photographs of 200 kinds of
# thing, on which a ResNet50 was trained to name animals and objects. You will put a
# classifier of your own on top of it, without changing the network itself. That is the cheapest
# kind of transfer, and articles promise much of it. You will measure what is true.

# %% [markdown]
# ## The data
#
# The shipped set `materials` has small grey patches of twelve real photographs: brick, fur,
# gravel, print and others. Training, validation and test patches come from separate regions of
# each photograph; each was turned or mirrored at random, as you will see in the letters.
#
# **Your own photographs?** Write the path of a folder that holds a folder of images for each
# class, at least 25 in each, then run the notebook again from the top. `"clothing"` names a public
# set of real photographs; if it is not on your computer, the cell says where to get it. Larger
# images are slower and may be better: that is what `IMAGE_SIZE` is for.

# %%
from course_utils import load_dataset

DATASET = "materials"  # or "clothing", or "path/to/folder" of your own
IMAGE_SIZE = 48  # pixels; the network halves it five times

train, validation, test = load_dataset(DATASET, size=IMAGE_SIZE)
class_names = train.class_names
for name, part in zip(["train", "validation", "test"], [train, validation, test]):
    print(f"{name:10s} {len(part):5d} images, {len(class_names)} classes")

# %% [markdown] slideshow={"slide_type": "slide"}
# Look before you compute. Could *you* tell the classes apart? Grey level will not help: the
# contrast and brightness of each patch were drawn at random.

# %% slideshow={"slide_type": "-"}
import numpy as np
from course_utils import show_figure
from course_utils.teaching import plots, use_course_style

use_course_style()
firsts = [np.flatnonzero(train.labels == k)[0] for k in range(len(class_names))]
figure = plots.image_grid(np.asarray(train.images[firsts]), class_names)
show_figure(figure, alt="One training image of each class, with the name of its class.")

# %% [markdown]
# Some pairs are hard even for you: at this size one heap of grey things resembles another.
#
# From here on we label twenty images of each class and pretend that the rest of the training set
# does not exist: few enough for one patient person.

# %%
smallest = np.bincount(train.labels).min()
few = train.per_class(min(20, smallest), seed=0)
images, labels = np.asarray(few.images), few.labels
print(f"{len(images)} labelled images of shape {images.shape[1:]}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The recipe
#
# Nearly every tutorial has the same five lines, and they are good ones:
#
# 1. the pretrained network without its last layer: the **base**;
# 2. **freeze** it, so that training leaves its weights alone;
# 3. **global average pooling**: the base gives a small map of 2048 numbers at each position;
#    averaging over the positions leaves 2048 numbers for an image;
# 4. and 5. two dense layers that learn the new classes: the **head**.
#
# `course_weights("resnet50")` is the path of the weights that ship with the course;
# `course_weights("imagenet")` would name the public ones.

# %% slideshow={"slide_type": "slide", "code": true}
import keras
from course_utils import course_weights

input_shape = (IMAGE_SIZE, IMAGE_SIZE, 3)
base = keras.applications.ResNet50(
    weights=course_weights("resnet50"), include_top=False, input_shape=input_shape
)
base.trainable = False
print(f"{base.count_params():,} weights; {input_shape} becomes {base.output.shape[1:]}")

# %% [markdown]
# The images have to be prepared as they were when the base was trained: `preprocess_input` swaps
# red and blue and subtracts the mean colour. Forget it and nothing breaks, except the accuracy.

# %%
from keras import layers
from keras.applications.resnet50 import preprocess_input

keras.utils.set_random_seed(0)
pool = layers.GlobalAveragePooling2D()
hidden = layers.Dense(128, activation="relu")
output = layers.Dense(len(class_names), activation="softmax")
head = keras.Sequential([keras.Input(base.output.shape[1:]), pool, hidden, output])
inputs = keras.Input(input_shape)
model = keras.Model(inputs, head(base(preprocess_input(inputs), training=False)))
first_head_weights = head.get_weights()

# %% [markdown]
# Before you train it: how many of the model's arrays of weights will training change? Count, then
# look.

# %%
print(f"{len(model.trainable_weights)} of {len(model.weights)} arrays are trainable")
assert len(model.trainable_weights) == 4  # kernel and bias of two dense layers

# %% [markdown]
# Now train the head the way the articles do, by `fit` through the whole model, and look at the
# clock. We keep a copy of the base's weights to see whether *frozen* means frozen.

# %% tags=["nbval-ignore-output", "timing"]
import time

EPOCHS = 5
before = [weight.copy() for weight in base.get_weights()]
model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
start = time.perf_counter()
history = model.fit(images, labels, epochs=EPOCHS, shuffle=False, verbose=0)
seconds_through_base = time.perf_counter() - start
print(f"{EPOCHS} epochs through the base: {seconds_through_base:.1f} s")

# %% [markdown]
# In each epoch every image went through all of the base's fifty layers, and came out of them as it
# had in the epoch before. Did anything in the base move? Its **BatchNorm** layers count in: they
# scale each channel by a running mean and variance, which training updates without any gradient.

# %%
moved = sum(not np.array_equal(a, b) for a, b in zip(before, base.get_weights()))
print(f"{moved} of {len(before)} arrays of the base changed")
assert moved == 0

# %% [markdown]
# Nothing moved. It is `base.trainable = False` that keeps BatchNorm's statistics still; in Keras 3,
# `training=False` in the call alone does not do it once the base is part of a larger model.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Run the frozen part once
#
# If the base never changes, what it makes of an image never changes either. So run it once, keep
# what comes out, the **features**, and train the head on those. `extract_features` does that and
# stores them on disk; it also uses the fastest arithmetic that your processor has.

# %% tags=["nbval-ignore-output", "timing"]
from course_utils import extract_features

start = time.perf_counter()
features = extract_features(base, images)
seconds_extracting = time.perf_counter() - start
print(f"features of shape {features.array.shape} in {seconds_extracting:.1f} s")

# %% [markdown]
# The same head from the same first weights, on the same images in the same order. How much faster
# will it be? And what will it cost?

# %%
from course_utils.teaching import predict

predict("02-cached-features")

# %% tags=["nbval-ignore-output", "timing"] slideshow={"slide_type": "-"}
through_base = head.get_weights()
head.set_weights(first_head_weights)
head.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
start = time.perf_counter()
head.fit(np.asarray(features), labels, epochs=EPOCHS, shuffle=False, verbose=0)
seconds_on_features = time.perf_counter() - start
print(
    f"{EPOCHS} epochs on features: {seconds_on_features:.1f} s, "
    f"with extraction {seconds_on_features + seconds_extracting:.1f} s, "
    f"through the base {seconds_through_base:.1f} s"
)

# %% [markdown]
# Part of each time is Keras getting ready, which does not grow with the images or the epochs; the
# rest does. `make bench` measures ten epochs on a larger set. Is the result the same?

# %%
test_features = np.asarray(extract_features(base, test.images))
on_features = head.predict(test_features, verbose=0)
head.set_weights(through_base)
as_articles = head.predict(test_features, verbose=0)
same = np.mean(on_features.argmax(1) == as_articles.argmax(1))
print(f"both heads give the same answer for ≈ {100 * same:.1f} % of the test images")
assert same > 0.9
print(f"test accuracy ≈ {100 * np.mean(on_features.argmax(1) == test.labels):.1f} %")

# %%
from course_utils.teaching import outcome

cached, usual = on_features.argmax(1), as_articles.argmax(1)
worse = np.mean(cached == test.labels) < np.mean(usual == test.labels)
changed = "worse" if worse else "better"
outcome("02-cached-features", "same" if same > 0.9 else changed)

# %% [markdown] slideshow={"slide_type": "-"}
# If a few answers differ, it is because features may be stored after arithmetic in 16 bits: where an
# image lies close to the border between two classes, that decides. Caching is not an approximation of
# the recipe. It is the recipe, without the repetition.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## How many labels does transfer save?
#
# Here is the promise most often made. To test it we need rivals. Each way to train is an **arm**
# of the experiment, as in a trial of medicines, with a learning rate chosen on validation images.
#
# * **frozen**: what you just built;
# * **frozen, random**: the same with a base that was never trained;
# * **small network, from scratch**: four convolutions, all weights learnt from the labelled images;
# * **ResNet50, from scratch**: the usual rival in articles;
# * **ResNet50, fine-tuned**: starts pretrained, and everything but BatchNorm may move.
#
# Training whole ResNet50s takes longer than you want to wait, so this figure shows a stored run,
# with those two at few points only: five draws, each of other labelled images and of
# other first weights, the same draws for every arm. Bars are 95 % intervals of the mean. First draw your
# own guess on paper, above all its right end.

# %%
predict("02-many-labels")

# %% slideshow={"slide_type": "slide"}
from course_utils.lessons.lesson_02.learning_curves import curves_of

show_figure(
    plots.curves(curves_of("materials")),
    alt="Test accuracy on materials against labels per class, for five arms: the "
    "frozen base leads while labels are few; at the most labels two curves touch.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Notice which rival you look at. Against a ResNet50 from scratch the frozen one wins by a wide
# margin. Against a small network the lead melts as labels grow, until the curves touch. An article
# that shows only the first comparison is not lying, but it is not helping you either.

# %% [markdown]
# Is the lead gone there, or only hard to see? `paired_difference` subtracts draw by draw, and
# `compare` says whether the 95 % interval of the differences lies above zero or below it. If the
# interval holds zero, the answer is "undecided": these draws do not tell the two apart.

# %%
from course_utils import paired_difference
from course_utils.measuring import compare
from course_utils.lessons.lesson_02.learning_curves import curve_of

most = max(curve_of("materials", "frozen"))
pair = [curve_of("materials", arm)[most] for arm in ["frozen", "small"]]
words = {"above": "frozen", "below": "small", "undecided": "no-difference"}
outcome("02-many-labels", words[compare(paired_difference(*pair))])

# %% [markdown]
# The vertical gap between curves says how much more is right. The **horizontal** gap says what you
# save: how many times more labels does the rival need for the same accuracy? The third exercise
# has you write this function; here it is from the package.

# %%
from course_utils.measuring.label_multiplier import label_multiplier

curve = curves_of("materials")
numbers = list(curve["frozen"])
ours = [curve["frozen"][n].mean for n in numbers]
rivals = [curve["small network, scratch"][n].mean for n in numbers]
for n, times in zip(numbers, label_multiplier(numbers, ours, rivals)):
    needs = f"{times:.1f} x as many" if np.isfinite(times) else "more than measured"
    print(f"frozen with {n:3d} labels per class: the small network needs {needs}")

# %% [markdown]
# Patches of one photograph resemble each other a lot, which is kind to training from scratch. Real
# life is less kind. The next figure is the same experiment on `clothing`: 3,781 photographs of
# clothes in ten classes, taken by many people on many floors, hangers and beds.

# %% slideshow={"slide_type": "slide"}
show_figure(
    plots.curves(curves_of("clothing")),
    alt="Test accuracy on clothing photographs against labels per class, for five "
    "arms: the frozen base leads at first; at the most labels two curves touch.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Here the pretrained features lead while labels are few, and at the most labels these draws do not
# decide which is ahead. The whole ResNet50s were trained at 20 labels per class; here are all arms at that
# point, and what separates them draw by draw.

# %%
from course_utils.lessons.lesson_02.learning_curves import TITLES

frozen = curve_of("clothing", "frozen")[20]
print(f"{'frozen':24s} {frozen.percent()} %")
for arm in ["pretrained", "small", "random", "random-frozen"]:
    rival = curve_of("clothing", arm)[20]
    lead = paired_difference(frozen, rival)
    gap = f"frozen leads by {lead.percent()}"
    print(f"{TITLES[arm]:24s} {rival.percent()} %, {gap}: {compare(lead)}")

# %% [markdown]
# Fine-tuning, the subject of lesson 03, looks better than the frozen base, but five draws do not
# decide it. And fifty layers learnt from two hundred photographs are worth less than four.
#
# Stored numbers are only as good as your trust in them. So run a slice of the sweep yourself: the
# small network and the frozen base on `materials`, 20 labels per class, the first seed.

# %%
from functools import partial

from course_utils.lessons.lesson_02 import learning_curves as sweep
from course_utils.measuring import live_and_stored

run = partial(sweep.arm_trial, "materials")  # where the pictures are
for arm in ["small", "frozen"]:
    settings = {"dataset": "materials", "arm": arm, "n": 20, "seed": 0}
    live, stored = live_and_stored("learning-curves", run, **settings)
    agrees = abs(live["test_accuracy"] - stored["test_accuracy"]) < 0.05
    print(f"{arm}: live and stored accuracy within five points: {agrees}")
    assert agrees

# %% [markdown]
# Here is the trial you just ran, as it stands in the package. `show_source` shows the tested
# function itself, so text and code can't drift apart.

# %%
from course_utils import show_source

show_source(sweep.frozen_trial)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Does freezing prevent overfitting?
#
# A network **overfits** when it does well on its training images and badly on new ones. The claim
# says that a frozen base prevents it, having so few weights left to fit with. Predict the height
# of the curves below: training accuracy minus test accuracy.

# %%
predict("02-overfitting-gap")

# %% slideshow={"slide_type": "slide"}
gaps = {}
for arm in ["frozen", "pretrained", "small"]:
    learnt = curve_of("materials", arm, "train_accuracy")
    tested = curve_of("materials", arm)
    gaps[TITLES[arm]] = {n: paired_difference(learnt[n], tested[n]) for n in tested}
show_figure(
    plots.curves(gaps, ylabel="training minus test accuracy (points)"),
    alt="The gap between training and test accuracy on materials, for three arms: it "
    "falls as labels are added.",
)

# %% [markdown]
# The lower a line, the less is lost on new images. Notice the frozen one (solid): where labels are fewest, does it lie
# below the fine-tuned one (dashed), and do five draws decide it?

# %%
fewest = min(gaps[TITLES["pretrained"]])
tuned, still = (gaps[TITLES[arm]][fewest] for arm in ["pretrained", "frozen"])
words = {"above": "larger", "below": "smaller", "undecided": "no-difference"}
outcome("02-overfitting-gap", words[compare(paired_difference(still, tuned))])

# %% [markdown] slideshow={"slide_type": "-"}
# Every arm knows its training images by heart, the frozen one too: a head on 2048 features has
# weights enough to memorise a few hundred images. So the gap is nothing but the missing test
# accuracy. With the fewest labels these draws do not decide whether freezing makes it smaller than
# fine-tuning does; at twenty labels per class the frozen base has the larger gap of the two. The small
# network from scratch, in the same figure, has the largest gap where labels are fewest.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Which head?
#
# The recipe's two dense layers are a habit. A linear classifier, a support vector machine (SVM) and
# the nearest neighbours (k-NN) are older and simpler. And does averaging over positions throw
# something away? Instead of pooling, the map can be **flattened**: every position keeps its own
# numbers. Each bar chose its settings on validation images; `digits`, handwritten ones, is a target
# far from photographs.

# %% slideshow={"slide_type": "slide"}
from course_utils.lessons.lesson_02.frozen_variants import HEADS, variant

series = {}
for dataset in ["materials", "digits"]:
    for kind in ["pooled", "flattened"]:
        results = [variant(dataset, head=head, map=kind) for head in HEADS]
        series[f"{dataset}, {kind}"] = results
show_figure(
    plots.bars(series, "test accuracy (%)", ["linear", "SVM", "k-NN", "Dense(128)"]),
    alt="Test accuracy of four heads on pooled and on flattened features, for "
    "materials and digits, at 20 labels per class.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Compare heads within one colour, and colours within one head. You may expect that flattening helps
# the digits: *where* a stroke is says what it is, and pooling forgets where. Ask the draws before
# you believe it, and ask them whether Dense(128) earns its extra layer.

# %%
for dataset in ["materials", "digits"]:
    pooled = variant(dataset, head="linear")
    flattened = variant(dataset, head="linear", map="flattened")
    lead = paired_difference(flattened, pooled)
    print(f"{dataset}: flattened leads pooled by {lead.percent()}: {compare(lead)}")
    lead = paired_difference(pooled, variant(dataset, head="dense"))
    print(f"{dataset}: linear leads Dense(128) by {lead.percent()}: {compare(lead)}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Are dozens of examples enough?
#
# Enough for what? Fix a goal before you look: three in four test images right.

# %% slideshow={"slide_type": "-"}
from course_utils.lessons.lesson_02.frozen_variants import DOZENS

for dataset in ["materials", "digits"]:
    for n in DOZENS:
        result = variant(dataset, n=n)
        goal = compare(result, 0.75)
        print(f"{dataset:10s} n = {n:2d}: {result.percent()} %, goal {goal}")

# %% [markdown] slideshow={"slide_type": "-"}
# "Above" means that the whole 95 % interval lies above the goal. Digits, the *far* target, get there
# first: they ask for less, and being near is not the only thing that counts. On `clothing`, look
# back at the figure: a hundred labels per class are not enough. Whether dozens suffice is a fact
# about your task and your goal, not about transfer learning.

# %% [markdown]
# ## Is it faster?
#
# Fine-tuning starts from pretrained weights. But those differ from random ones in two ways: they
# *know* something, and they are well *scaled*. To tell the two apart, one arm starts from the
# pretrained weights shuffled within each layer: same scale, no knowledge.

# %% slideshow={"slide_type": "slide"}
from course_utils.measuring import records

trained = records("learning-curves").query("dataset == 'materials' and draw < 100")
at_20 = trained[trained.labels_per_class == 20]
starts = ["pretrained", "permuted", "random"]
runs = {TITLES[start]: at_20[at_20.arm == start].curve.tolist() for start in starts}
show_figure(
    plots.training_curves(runs),
    alt="Validation accuracy against training steps for three starts: the pretrained "
    "one is far ahead from the first point on.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# The line is the mean of five draws, the band reaches from the worst draw to the best; the pretrained
# start was given fewer steps, since it needs fewer to learn its training images. Notice where
# the shuffled start lies: if transfer's speed came from scale, it would run with the pretrained one.
# The other two hardly learn from so few labels, so "as good as they get" is a low and noisy goal:
# look at the intervals.

# %%
from course_utils.lessons.lesson_02.learning_curves import steps_saved

for rival in ["random", "permuted"]:
    saved = steps_saved(rival)
    print(f"steps saved to the best of {TITLES[rival]}: {saved.percent()} %")
    assert saved.mean > 0

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What does it cost?
#
# "Ninety per cent cheaper" needs a ledger. We count **multiply-adds**, the one operation that
# dominates: they are the same on every machine. A backward pass costs about twice a forward pass,
# so that training an image costs three forward passes, and extracting its features one. A task is
# the one above: twenty labelled images of each of twelve classes.

# %% slideshow={"slide_type": "-"}
from course_utils.lessons.lesson_02 import costs as counted

costs = counted.task_operations()
pretraining = counted.pretraining_operations()
for name, operations in costs.items():
    saving = 100 * (1 - costs["frozen"] / operations)
    print(f"{TITLES[name]:24s} {operations:.2e}, frozen saves {saving:.0f} %")
print(f"{'pretraining':24s} {pretraining:.2e}")

# %% [markdown]
# Somebody paid for the pretraining. If it was you, or if you count the planet's bill rather than
# your own, it has to be earned back: over how many tasks?

# %% slideshow={"slide_type": "slide"}
from course_utils.measuring.costs import break_even_tasks

ways = {"pretraining, then frozen": (pretraining, costs["frozen"])}
for name in ["random", "small"]:
    ways[TITLES[name]] = (0, costs[name])
    task = break_even_tasks(pretraining, costs[name], costs["frozen"])
    print(f"against {TITLES[name]}: pretraining has paid for itself at task {task}")
show_figure(
    plots.total_costs(ways),
    alt="Total cost against number of tasks: with pretraining, transfer costs most at "
    "first and least after the break-even.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Notice where the dashed lines cross the solid one: both axes are logarithmic, so that a finger's
# breadth to the right is many tasks. Weights that are downloaded a million times have earned their
# cost back long ago; weights that you pretrain for yourself may never.

# %% [markdown]
# These are counts, without any luck in them, so that the claim can be judged now. `record` works out
# each of its **primary conditions** from the stored records, writes them into your **ledger** of claims
# with the verdict that follows by rule, and shows them.

# %%
from course_utils.claims.ledger import record

record("cheaper-90")

# %% [markdown]
# And seconds, on this machine? The base's one forward pass and the head's training are the whole
# cost of a new task:

# %% tags=["nbval-ignore-output", "timing"]
from course_utils.measuring.costs import PRETRAINING_MINUTES

adapting = seconds_extracting + seconds_on_features
print(
    f"adapting to {len(images)} labelled images took {adapting:.0f} s here; "
    f"pretraining took {PRETRAINING_MINUTES} minutes on two cores (the weights' card)"
)

# %% [markdown]
# You may have read that training a ResNet50 from scratch takes weeks. It depends on the pictures: these
# weights saw small ones.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Augmentation with a frozen base
#
# **Augmentation** trains on altered copies of the images. With a frozen base each copy is one more
# forward pass, and it is cached like the rest. It has to be *matched*: altered so that the label
# stays true. Flip a digit, and it may become another, or none.

# %% slideshow={"slide_type": "-"}
from course_utils.lessons.lesson_02.frozen_variants import augmented

digits = load_dataset("digits", size=IMAGE_SIZE).train.per_class(1, seed=1)
six = np.flatnonzero(digits.labels == 6)
views, titles = [], []
for kind in ["matched", "label-breaking"]:
    views += list(augmented(digits.images[six], [6], kind, seed=2)[0][:4])
    titles += ["original", kind, kind, kind]
show_figure(
    plots.image_grid(views, titles, columns=4, scale=1.5),
    alt="A handwritten six, three copies turned and moved a little, and three flipped "
    "copies that are no longer sixes.",
)

# %% [markdown]
# In the second row the label says six and the picture does not. Which of the two sets, `digits` or
# `materials`, will mind the flips?

# %%
predict("02-flipped-images")

# %% slideshow={"slide_type": "-"}
sides = {}
for dataset in ["materials", "digits"]:
    plain = variant(dataset)
    for kind in ["matched", "label-breaking"]:
        gain = paired_difference(variant(dataset, augmentation=kind), plain)
        print(f"{dataset}, {kind}: gain {gain.percent()} points, {compare(gain)}")
        sides[dataset, kind] = compare(gain)
suffer = [d for d in ["materials", "digits"] if sides[d, "label-breaking"] == "below"]
outcome("02-flipped-images", {0: "neither", 2: "both"}.get(len(suffer)) or suffer[0])

# %% [markdown] slideshow={"slide_type": "-"}
# Gravel upside down is gravel; and the patches of `materials` were turned and mirrored from the
# start, test patches too, so that flips show the head more of what it will meet. The same alteration
# that helps one data set harms another: there is no augmentation that is good in itself.

# %% [markdown]
# ## What we measured
#
# This lesson's claims are measured anew for the second edition. The figures above show the first
# edition's runs: five draws, with intervals over draws alone, which leave out that other test pictures
# would have given other numbers.
#
# What to hold against it: whole ResNet50s were trained at few points, for few steps, and those that
# start from no knowledge use a learning rate chosen on `clothing` alone; the small network had not
# learnt all of its training images at the most labels of `clothing`, so that longer training might
# lift it further. Each of these favours transfer. The base does the opposite: it knows little, since it
# saw few and small pictures.

# %% slideshow={"slide_type": "slide"}
from IPython.display import Markdown, display

from course_utils.claims import ledger

display(Markdown(ledger.table("02")))

# %% [markdown] slideshow={"slide_type": "slide"}
# Three things to take with you:
#
# * A frozen base is the first thing to try: it takes seconds, and gives you a number that any
#   dearer method has to beat.
# * The saving depends on the rival. Ask which one before you believe a percentage.
# * Transfer saves most where labels are few and the target looks like the source.

# %% [markdown]
# Before the exercises, five situations in which you may find yourself. Every choice, wrong or
# right, says what speaks for or against it, and where to look again.

# %%
from course_utils.teaching import quiz

quiz("02")

# %% [markdown]
# All claims of the course, each condition of each, are on [the claims ledger](claims.ipynb).
#
# ## Exercises
#
# Each has a check that tries your function on inputs of its own, and says what it lacks. `hint(...)`
# helps in steps; `solution(...)` shows one way.

# %% exercise="02-freeze"

# %% exercise="02-flatten-weights"

# %% exercise="02-label-multiplier"

# %% exercise="02-break-even"

# %% [markdown]
# ### 5. Your turn
#
# Name a folder of your own photographs at the top and run the lesson again. The live cells follow
# your data; the stored figures stay. Is your target near or far? What would you need to know to
# say so before training?
#
# ## Further reading
#
# * Kornblith, Shlens and Le (2019), *Do better ImageNet models transfer better?*, arXiv:1805.08974:
#   linear classifiers on frozen features, over many data sets.
# * Raghu, Zhang, Kleinberg and Bengio (2019), *Transfusion*, arXiv:1902.07208: small networks and
#   shuffled weights as rivals, on medical images.
# * He, Girshick and Dollár (2018), *Rethinking ImageNet pre-training*, arXiv:1811.08883: what
#   training from scratch can do with enough data and time.
# * Yosinski, Clune, Bengio and Lipson (2014), *How transferable are features in deep neural
#   networks?*, arXiv:1411.1792.
