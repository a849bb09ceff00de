# %% [markdown] slideshow={"slide_type": "slide"}
# # 00 Start here
#
# | | |
# |---|---|
# | **Objectives** | see transfer learning win, on thirty pictures; tell a difference from luck; know how lessons, exercises and their checks work; check your machine |
# | **Prerequisites** | Python; you have met a neural network before |
# | **Time to teach** | 25 minutes |
# | **Time for exercises** | 10 minutes |
# | **Run time on two cores** | about a minute, no graphics card, no network |
#
# Run a cell with **Shift + Enter**, and the next one is ready. Cells are run from top to bottom; to begin again,
# choose *Kernel*, *Restart Kernel and Run All Cells* in the menu.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Thirty pictures
#
# Ten kinds of everyday things, three pictures of each: few enough to label by hand. The pictures are snapshots that a
# program rendered, since a set of real photographs would be too large to ship.

# %% [markdown]
# **Your own photographs?** Make a folder for each class, all in one folder, and write that folder's path in place of
# `"objects"`. Every lesson has a cell like this one, and what follows runs on your pictures.

# %% slideshow={"slide_type": "-"}
from course_utils import load_dataset, show

DATASET = "objects"  # or "path/to/folder", with a folder of images for each class
PER_CLASS = 3

splits = load_dataset(DATASET, size=64)
few, test = splits.train.per_class(PER_CLASS, seed=0), splits.test
class_names = few.class_names
show(few)

# %% [markdown]
# The task: learn from these to name the things on other pictures, the **test** pictures, which were kept aside. First
# commit yourself: a figure says more to you once you have said what you expect of it.

# %%
from course_utils.teaching import predict

predict("00-how-many-right")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Two bars
#
# **From scratch**: a small network with random weights learns from the thirty pictures alone.
#
# **Transferred**: a ResNet50 that has seen 100,000 *other* small photographs, of 200 kinds of thing, comes with this
# course. It stays as it is, **frozen**: it turns each picture into 2,048 numbers, its **features**, and only a linear
# classifier on top of them learns from the thirty pictures.

# %%
from course_utils import course_weights
from transformers import ResNetModel
from transformers.utils import logging

logging.disable_progress_bar()
logging.set_verbosity_error()  # its old classifier is left out on purpose
path = course_weights("resnet50", framework="torch")
base = ResNetModel.from_pretrained(path).eval()

# %%
from course_utils.lessons.lesson_00.study import scratch_answers, transfer_answers

answers = {
    "from scratch": scratch_answers(few, test, learning_rate=1e-3),
    "transferred": transfer_answers(base, few, test),
}
shares = {name: (given == test.labels).mean() for name, given in answers.items()}

# %% slideshow={"slide_type": "-"}
from course_utils import show_figure
from course_utils.teaching import plots, use_course_style

use_course_style()
show_figure(
    plots.share_bars(shares, guessing=1 / len(class_names)),
    alt="Two bars of the test pictures named correctly, above a line at guessing: "
    "from scratch, and transferred.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# The same thirty pictures, the same test pictures. But one of the two brought along what it had learnt from other
# pictures: that is **transfer learning**. (Or is it its size? Keep that doubt; further down it meets a ResNet50 that
# has learnt nothing.)

# %%
from course_utils.teaching import outcome

reached = max(shares.values())
bounds = {"guessing": 1 / len(class_names) + 0.1, "some": 0.5, "most": 0.9}
came_true = next((key for key, high in bounds.items() if reached < high), "nearly-all")
outcome("00-how-many-right", came_true)

# %% [markdown]
# How the two were made is no secret: `show_source` shows the very function that ran. (You need not read
# it now; lesson 02 builds it with you, step by step.)

# %%
from course_utils import show_source

show_source(transfer_answers)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Was it luck?
#
# Two bars are a picture, not yet a measurement. Other thirty pictures would have given other bars. And was the
# loser treated fairly? Its **learning rate**, the size of its steps, was one that we happened to write down.

# %% [markdown]
# So in this course each method gets the learning rate that is best for *it*, chosen on **validation** pictures: never
# on those it is tested on.

# %%
rates = {}
for rate in [3e-4, 1e-3, 3e-3, 1e-2]:
    given = scratch_answers(few, splits.validation, rate)
    rates[rate] = (given == splits.validation.labels).mean()
best_rate = max(rates, key=rates.get)

# %%
show_figure(
    plots.share_bars(
        {f"{rate:g}": share for rate, share in rates.items()},
        guessing=1 / len(class_names),
        ylabel="validation pictures named correctly (%)",
        xlabel="learning rate",
    ),
    alt="A bar for each of four learning rates of the network from scratch, over a "
    "line at guessing.",
)

# %% [markdown]
# Whichever bar is highest, the network from scratch gets that rate from here on. (The linear classifier has no learning
# rate; it keeps the one setting that you saw in its code.)
#
# And everything is done **five times**, with five other draws of thirty pictures. Both methods see the same draws: they
# are compared *in pairs*, so that an unlucky draw is unlucky for both.

# %%
import numpy as np
from course_utils import Result, paired_difference

measured = {"from scratch": [], "transferred": []}
for seed in range(1, 6):
    few = splits.train.per_class(PER_CLASS, seed=seed)
    given = scratch_answers(few, test, best_rate, seed)
    measured["from scratch"].append(np.mean(given == test.labels))
    given = transfer_answers(base, few, test)
    measured["transferred"].append(np.mean(given == test.labels))
results = {name: Result(values) for name, values in measured.items()}
gain = paired_difference(results["transferred"], results["from scratch"])

# %% slideshow={"slide_type": "-"}
show_figure(
    plots.share_bars(results | {"the difference": gain}),
    alt="Three bars with 95 % intervals, means of five draws: from scratch, "
    "transferred, and their difference draw by draw.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# The whiskers are **95 % intervals**: how far the mean might be off, judging by how much the five draws differ. What
# counts is the interval of the *difference*, the last bar. If it holds zero, the course says **undecided**, and means: we cannot
# tell.

# %%
from course_utils.measuring import compare

side = compare(gain)
words = {"above": "ahead, beyond noise", "below": "behind, beyond noise"}
print(f"transferred, compared with from scratch: {words.get(side, side)}")
if DATASET == "objects":
    assert side == "above"

# %% [markdown] slideshow={"slide_type": "slide"}
# ## And with more labels?
#
# A transfer that wins with three pictures of a class may not win with a hundred. Move the sliders (with the mouse, or
# with the Tab and arrow keys): two other sets, made of real photographs, and many more labels, measured beforehand and
# stored. A third arm answers the doubt from above: a frozen ResNet50 with **random weights**, as large as the
# pretrained one, which knows nothing. Where does the pretrained network's lead shrink into the noise?

# %%
from course_utils.lessons.lesson_02 import explore_labels

explore_labels()

# %% [markdown]
# This is what the course does with each promise that articles make of transfer learning: it needs less data, trains
# faster, costs less, is more accurate. You measure it, and you find where it ends.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## How lessons work
#
# * **Predictions** come before a measurement, as above. There is no mark for them.
# * A number after **≈** may come out a little different on your machine. One without the sign has to come out the same.
# * **Exercises** check themselves. You write a function and hand it to `check`, which tries it on many inputs, random
#   ones among them.

# %% [markdown]
# What does `check` say to a wrong answer? Here is one to the exercise below, which wants the *share* of right answers:

# %%
from course_utils import check

check("00-accuracy", lambda answers, labels: (answers == labels).sum())

# %% [markdown]
# It names the property that is missing and the smallest input on which it tripped; and since it knows this mistake, a
# second line says what it looks like. Stuck? `hint("00-accuracy")` takes you one step further each time it is run, and
# when there are no steps left, `solution("00-accuracy")` shows one way.
#
# What you have passed, answered and predicted is kept in a small file of your own. Nothing else is in it, and it never
# leaves your machine; deleting it deletes no work. `python -m course_utils progress` prints it, and so does this (the
# wrong answer above counts as your first try):

# %%
from course_utils.teaching import show_progress

show_progress()

# %% [markdown]
# ## Your machine
#
# The doctor looks at what could spoil your day: memory, disk, packages, the weights and images that should be here. It
# takes a while, since it starts both frameworks, each in company of the other.

# %%
from course_utils import doctor

found = list(doctor.findings())
for finding in found:
    if not finding.ok:
        print(finding.line())
well = sum(finding.ok for finding in found)
print(f"{well} of {len(found)} things are as they should be")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The map
#
# | lesson | you ask | framework |
# |---|---|---|
# | [01 What networks see](01_what_networks_see.ipynb) | What is in a network that is worth keeping? | PyTorch |
# | [02 A frozen ResNet50](02_a_frozen_resnet50.ipynb) | How far do frozen features go, and what do they save? | Keras |
# | [03 Staged fine-tuning](03_staged_fine_tuning.ipynb) | When is it worth training the network itself, and how? | Keras |
# | 04 Choosing a model | Which network for my pictures? (in the making) | Keras |
# | [05 Domain adaptation](05_domain_adaptation.ipynb) | My pictures look different from those with labels: what now? | PyTorch |
# | [06 Negative transfer](06_negative_transfer.ipynb) | When does transfer hurt, and could I have known? | PyTorch |
# | 07 Your own data | From a folder of photographs to a decision (in the making) | both |
# | [The claims ledger](claims.ipynb) | What did all of it come to? | – |

# %% [markdown]
# **Little time?** 02 alone is the heart of the matter. **Your own project?** 02, then 03 and the end of 06.
# **Pictures from another camera or another place?** 02, then 05. Each lesson says at its beginning what it builds on.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What we measured
#
# With three labelled pictures a class, a linear classifier on a frozen pretrained network named more test pictures
# correctly than a small network trained from scratch at its best rate, over five paired draws, beyond noise. On these
# pictures, that is, and with three of a class: lesson 02 asks again on other sets, with more labels and more rivals.

# %% [markdown]
# Three questions to see whether it came across. Every answer is met with a reason, wrong ones too:

# %%
from course_utils.teaching import quiz

quiz("00")

# %% [markdown]
# ## Exercises

# %% exercise="00-accuracy"

# %% [markdown]
# ## Further reading
#
# * Jason Yosinski, Jeff Clune, Yoshua Bengio and Hod Lipson, *How transferable are features in deep neural networks?*,
#   2014, [arXiv:1411.1792](https://arxiv.org/abs/1411.1792): the experiment that started the questions of this course.
# * Simon Kornblith, Jonathon Shlens and Quoc V. Le, *Do better ImageNet models transfer better?*, 2019,
#   [arXiv:1805.08974](https://arxiv.org/abs/1805.08974): sixteen networks, twelve data sets, and when scratch catches up.
#
# Go on with [01 What networks see](01_what_networks_see.ipynb).
