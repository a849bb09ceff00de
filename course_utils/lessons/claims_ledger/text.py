# %% [markdown] tags=["allow-numbers"]
# # The claims, measured
#
# Popular articles on transfer learning repeat the same promises. This page lists them, with what this course
# measured for each. Every number comes from a stored run that you can repeat.
#
# The course is in its second edition, which measures every claim anew, lesson by lesson. A claim whose
# lesson is not there yet is listed as *not measured yet in the second edition*.
#
# ## How to read it
#
# Each claim is turned into one to four **primary conditions**. A condition is a difference between two ways of
# training on one data set, such as "frozen over scratch, 5 labels a class". The conditions are written down before
# anything is measured, and with them the **smallest difference that matters**: 2 points where an interval that
# narrow is within reach, else 5.
#
# The interval of a difference covers two kinds of luck. Other draws of labelled pictures, from the same pool, would
# have given another number. So would other test pictures. The first kind needs more draws, the second a larger test
# set. A few conditions are counts, such as operations: they have no luck in them, and no interval.
#
# One of four words follows from the interval by rule.
#
# | word | the interval |
# |---|---|
# | **supported** | lies above zero, and its middle is at least the smallest difference that matters |
# | **contradicted** | the same below zero |
# | **no difference that matters** | lies inside plus and minus the smallest difference that matters |
# | **undecided** | anything else: the measurement can't tell |
#
# Before you look: a difference of 4 points, with an interval from -2 to 10. Does the interval say that there is no
# difference?

# %%
from course_utils.claims.verdicts import verdict_of, word_of

matters = 5
measured = [(9, 6, 12), (-9, -14, -4), (1, -3, 4), (4, -2, 10)]
words = [word_of(*points, matters) for points in measured]
for (mean, low, high), word in zip(measured, words):
    print(f"{mean:3d} points, from {low:3d} to {high:3d}: {word}")

# %% [markdown] tags=["allow-numbers"]
# It does not. An interval that holds zero may hold 10 as well. Only an interval that lies inside plus and minus 5
# points shows that no difference of 5 points is there.
#
# Here are the four drawn as this page draws them. Two short lines in each row
# stand at plus and minus the smallest difference that matters.

# %%
from course_utils import show_figure
from course_utils.claims.evidence import Evidence, Judged
from course_utils.teaching import use_course_style
from course_utils.teaching.claims_plot import forest

use_course_style()
made = []
for points, word in zip(measured, words):
    shares = [x / 100 for x in points]
    made.append(Judged("a condition", 0.05, *shares, 0.9875, 10, 1000, word))
example = Evidence("an example", "", "", tuple(made), verdict_of(words))

# %%
show_figure(
    forest([example]),
    alt="Four made intervals around zero, one for each word, with short lines at -5 "
    "and 5 points: right of zero, left of zero, between the lines, wider than them.",
)

# %% [markdown]
# **Takeaway: "undecided" is a result. It says that more draws or more test pictures are needed, and the table says
# how many, where any number would do.**
#
# The words of a claim's conditions give its verdict:
#
# * it **holds** if all are supported;
# * it **does not hold** if all are contradicted or show no difference that matters;
# * it **depends** if at least one is supported and at least one contradicted or without a difference that matters.
#   The table then names what it turns on;
# * else it is **undecided so far**.
#
# With four conditions there are four chances to be fooled by luck. So each of a claim's conditions is judged at a
# stricter level, 1 - 0.05 / (number of conditions), and the figures draw that interval.
#
# ## How often are the words wrong?
#
# Let us make 300 measurements in which there is nothing to find: ten draws, 1,000 test pictures, no true
# difference. How many are called "supported"?

# %%
from collections import Counter

import numpy as np

from course_utils.measuring.intervals import crossed_estimate

random = np.random.default_rng(0)
words = []
for _ in range(300):
    draws = random.normal(0, 0.035, size=(10, 1))  # a draw's own luck
    pictures = random.normal(0, 0.4, size=1000)  # a test picture's own leaning
    cells = draws + pictures + random.normal(0, 0.4, size=(10, 1000))
    estimate = crossed_estimate(cells)
    words.append(word_of(estimate.mean, *estimate.interval(), 0.01))
print(Counter(words))

# %% [markdown]
# A few in a hundred, as it should be. With ten draws and 1,000 pictures most are undecided, since one point is a
# small difference for so small a measurement.
#
# ## The table
#
# A name leads to the cell in which the claim was measured. *With a stronger source* repeats the word of each condition
# for a network with more knowledge.

# %%
from IPython.display import Markdown, display

from course_utils.claims import ledger

display(Markdown(ledger.table(link="")))

# %%
from course_utils.claims.registry import claims

recorded = ledger.recorded()
kept = [claim for claim in claims() if not claim.dropped]
verdicts = Counter(evidence.verdict for evidence in recorded.values())
verdicts["not measured yet"] = len(kept) - len(recorded)
for verdict, number in verdicts.most_common():
    print(f"{number:2d} of {len(kept)}: {verdict}")

# %% [markdown]
# ## Can you trust this page?
#
# It could be out of date, or a verdict could have been typed by hand. The next cell judges each verdict again from
# its numbers, and computes all numbers again from the stored runs. Each stored run carries a mark of the conditions
# that it was made for: if somebody changes a condition afterwards, its runs no longer count.

# %%
computed = ledger.computed()
assert computed.keys() == recorded.keys()
for name, evidence in recorded.items():
    assert ledger.follows(evidence), name
    assert ledger.agree(evidence, computed[name]), name
print(f"{len(recorded)} verdicts follow from the stored runs.")

# %% [markdown]
# ## Do it again
#
# The stored runs can be repeated, each by one command. It takes minutes to hours, and a stopped run goes on
# where it was:

# %%
from course_utils.measuring import studies

for name in studies():
    print(f"python -m course_utils run {name}")

# %% [markdown]
# With `--store`, the lessons show your run in place of ours, and `python -m course_utils.claims.ledger` judges the claims
# by it. Your numbers will differ a little, since processors round differently.
#
# Do you plan a measurement of your own? `python -m course_utils plan` takes a small pilot on validation pictures and says
# how many draws and test pictures you need.
#
# While you work through the lessons, the cells with `record(...)` keep a ledger of your own; `ledger.learners()` gives
# it. Found a condition under which a verdict flips? That is the most useful thing you can send us.
