# %% [markdown]
# # The claims, measured
#
# Popular articles on transfer learning repeat the same promises. Here they all are, with what this course
# measured for each. This page is no lesson: it collects what the lessons wrote down, and every number on it comes from a
# stored run that you can repeat.
#
# ## How to read it
#
# A claim is turned into **conditions** that have to be met if it is true, each on one set of images, with one rival
# or with one number of labels. For each condition there is a **margin**: by how much it is met, in points. Above zero
# speaks for the claim, below zero against it. Nearly all margins are means over five seeds and have a 95 % interval;
# a few are counts, such as operations, and need none.

# %%
from course_utils.claims import ledger

recorded = ledger.recorded()
example = recorded["less-data"]
for margin in example.conditions:
    low, high = (100 * end for end in margin.interval)
    span = f"from {low:5.1f} to {high:5.1f}"
    print(f"{margin.name:33s} {margin.percent():>11s}, {span}: {margin.side}")
print(f"{example.met} of {len(example.conditions)} are met, hence: {example.verdict}")

# %% [markdown]
# The first line says: over five draws of the labelled images, the frozen pretrained network was ahead by so many points
# on average; and if the experiment were repeated many times, intervals made like this one would hold the true mean in 95
# of a hundred cases. Where the interval holds zero, we say **within noise**: five seeds can't tell the difference from
# luck, which does not mean that there is none.
#
# The verdict follows by a rule, the same for every claim:
#
# * **holds**: the interval of *every* condition lies above zero;
# * **partly**: of some conditions;
# * **does not hold here**: of none.
#
# "Here" is meant: small pictures, a small budget, and the sets that each claim names. A claim that does not hold
# here may hold elsewhere, and one that holds may fail on your data. That is why the last column of the table matters most:
# what the verdict *turns on*.
#
# ## The table
#
# A name leads to the cell in which the claim was measured. The table gives the weakest condition of each and the strongest; figures
# further below show all of them.

# %%
from IPython.display import Markdown, display

display(Markdown(ledger.table(link="")))

# %%
from collections import Counter

from course_utils.claims.registry import claims

verdicts = Counter(evidence.verdict for evidence in recorded.values())
verdicts["not measured yet"] = len(claims()) - len(recorded)
for verdict, number in verdicts.most_common():
    print(f"{number:2d} of {len(claims())}: {verdict}")
assert sum(verdicts.values()) == len(claims())
assert verdicts["partly"] > len(recorded) / 2

# %% [markdown]
# Look at how seldom a popular promise simply holds, and how seldom it is simply wrong. Most are true under a
# condition that the article left out.
#
# ## Every condition
#
# Each row below is one condition: a mark for the mean, a line for the interval. Filled circles lie above zero, filled
# triangles below, open squares within noise. Few numbers are off the scale; they stand at the edge.
#
# First what a **frozen** network can do, lessons 01 and 02. Before you look: which claim would you have bet on?

# %%
from course_utils import show_figure
from course_utils.teaching import use_course_style
from course_utils.teaching.claims_plot import forest

use_course_style()


def of(*lessons):
    """The evidence that some lessons recorded."""
    return [e for e in recorded.values() if e.lesson in lessons]


holding = [e.id for e in of("01", "02") if e.verdict == "holds"]
assert holding == ["simple-heads-suffice"]


# %%
show_figure(
    forest(of("01", "02")),
    alt="Margins of all conditions of the claims of lessons 01 and 02. Most claims "
    "have conditions met and others not; only simple-heads-suffice has all met.",
)

# %% [markdown]
# Within one claim, marks often lie on both sides of zero. What separates them is nearly always the *rival*, or the set: a
# large network from scratch is beaten by far, a small one hardly.
#
# Then **fine-tuning**, lesson 03:

# %%
show_figure(
    forest(of("03")),
    alt="Margins of all conditions of the claims on fine-tuning. Most lie within "
    "noise, near zero; small-lr and big-lr-destroys have margins far above it.",
)

# %% [markdown]
# Two claims stand out, and both are about the rate. Of the rest, most marks are open squares near zero: with few labels
# and short trainings, the finer points of the recipes make differences that five seeds can't tell from luck.
#
# Then what happens **between domains**, lesson 05:

# %%
show_figure(
    forest(of("05")),
    alt="Margins of all conditions of the claims on domain adaptation. Each claim has "
    "conditions above zero and others within noise or below it.",
)

# %% [markdown]
# One claim comes out above zero for one pair of domains and within noise for the next: which shift you have decides
# more than which method you use.
#
# And **negative transfer**, lesson 06. Margins of `predictable` are rank correlations times a hundred, so that they share
# the scale with points; each is a mean over four targets, and its interval says how they differ from target to target:

# %%
show_figure(
    forest(of("06")),
    alt="Margins of all conditions of the claims on negative transfer. Most rank "
    "correlations lie far above zero; several sources over one lie at zero or below.",
)

# %% [markdown]
# Here two claims contradict each other, *broad* and *matched*, and the marks say which of them our pictures side with.
# And harm, which gave the lesson its name, is mostly open squares: it takes some skill to be hurt.
#
# ## Can you trust this page?
#
# It could be out of date, or a verdict could have been typed by hand. So judge each verdict again from its
# numbers, and compute all numbers again from the stored runs.

# %%
computed = ledger.computed()
assert computed.keys() == recorded.keys()
for name, evidence in recorded.items():
    assert ledger.follows(evidence), name
    assert ledger.agree(evidence, computed[name]), name
conditions = sum(len(evidence.conditions) for evidence in recorded.values())
print(f"{len(recorded)} verdicts follow from {conditions} margins, all as measured.")

# %% [markdown]
# ## Do it again
#
# The stored runs can be repeated too, each by one command. It takes minutes to hours, and a stopped run goes on
# where it was:

# %%
from course_utils.measuring import studies

for name in studies():
    print(f"python -m course_utils run {name}")

# %% [markdown]
# With `--store`, the lessons show your run in place of ours, and `python -m course_utils.claims.ledger` judges the claims
# by it. Your numbers will differ a little, since processors round differently.
#
# While you work through the lessons, the cells with `record(...)` keep a ledger of your own; `ledger.learners()` gives
# it. Found a condition under which a verdict flips? That is the most useful thing you can send us.
