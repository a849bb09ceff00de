# %% [markdown] slideshow={"slide_type": "slide"}
# # 06 Negative transfer
#
# | | |
# |---|---|
# | **Objectives** | make transfer hurt on purpose, and measure it; rank sources by scores, and the scores by what they promised; find where fine-tuning falls below a frozen base; know the remedies |
# | **Prerequisites** | lessons 02 and 05; a little PyTorch |
# | **Time to teach** | 90 minutes |
# | **Time for exercises** | 50 minutes |
# | **Run time on two cores** | about a minute and a half, no graphics card, no network |
#
# So far, what a network had learnt before was a gift. It need not be: knowledge of one thing can stand in the way of
# another. Where a pretrained network ends up *worse* than the same network from random weights, that is
# **negative transfer**. In this lesson you cause it, look for the signs that announced it, and find out what helps
# against it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A zoo of sources
#
# One architecture, a small ResNet with about a million weights, pretrained on one **source** after another: as many
# pictures of each, as many steps, one recipe. So the networks differ in what they have seen, and in nothing else.

# %%
from course_utils.bases.zoo import zoo_card, zoo_sources

for name in zoo_sources()[:-1]:
    card = zoo_card(name)
    held_out = f"{100 * card['source_accuracy']:.0f} % right on held-out pictures"
    print(f"{name:26s} {len(card['class_names']):3d} classes, {held_out}")

# %%
import numpy as np
from course_utils import load_dataset, show_figure
from course_utils.teaching import plots, use_course_style

use_course_style()
pictures, titles = [], []
for name in ["objects", "digits-rendered", "surfaces", "phantoms", "fractals"]:
    some = load_dataset(name, size=64).test
    chosen = np.random.default_rng(0).permutation(len(some))[:7]
    pictures += list(np.asarray(some.images)[chosen])
    titles += [name] + [""] * (len(chosen) - 1)

# %% slideshow={"slide_type": "-"}
show_figure(
    plots.image_grid(pictures, titles, columns=7),
    alt="Seven pictures of each drawn source: rendered things, digits in many fonts, "
    "damaged surfaces, made X-rays of chests, and fractals.",
)

# %% [markdown]
# Not in the picture: `clothing`, real photographs of clothes; `distilled`, which saw the same photographs and no
# labels: it learnt to answer as the shipped ResNet50 does, in the 200 classes that one knows, and its figure above is
# how often they agree; two networks that were taught **shuffled labels**, so that there was nothing to learn but by
# heart; and `random`, which has learnt nothing.
#
# ## The target, and yours
#
# Ten labelled pictures of each class: that is when a pretrained network is wanted most.
#
# **Your own pictures?** Write the path of a folder with a folder of images for each class (and `None` for the domain).
# The live cells run on it, the ranking of the zoo for your target included.

# %%
DATASET, DOMAIN = "objects", "sketch"  # or "path/to/folder", None
N = 10  # labelled pictures of each class

target = load_dataset(DATASET, size=64, domain=DOMAIN)
class_names = target.train.class_names
labelled = target.train.per_class(N, seed=0)
print(f"{len(labelled)} labelled pictures of {len(class_names)} classes")

# %% [markdown]
# A network of the zoo gets a new head, and then everything learns, at a rate that falls to almost nothing. This
# function is all there is to it; parts that stay frozen run once, as in lesson 03:

# %%
from course_utils import show_source
from course_utils.finetuning.torch_fine_tuning import fine_tune_network

show_source(fine_tune_network)

# %% [markdown]
# Three starts: snapshots of the same ten kinds of thing, digits, and scratch. Before you run the next
# cells, sketch three curves of test accuracy: where do they begin, and where do they end?

# %%
from course_utils.bases.zoo import build_zoo_network, zoo_inputs, zoo_network
from course_utils.bases.zoo import zoo_parts
from course_utils.finetuning.torch_fine_tuning import run_network, with_new_head

inputs, test_inputs = zoo_inputs(labelled.images), zoo_inputs(target.test.images)


def start(name):
    """A network of the zoo, or a random one, with a new head for the target."""
    scratch = name == "scratch"
    parts = zoo_parts(build_zoo_network(2) if scratch else zoo_network(name))
    n_features = parts.pop("head")[1].in_features
    return with_new_head(parts, n_features, len(class_names), seed=0)


# %%
curves = {}


def look(step, network):
    """Note the accuracy on the target's test pictures."""
    answers = run_network(network, test_inputs).argmax(axis=1)
    curves[name].append((step, np.mean(answers == target.test.labels)))


for name in ["objects", "digits-rendered", "scratch"]:
    curves[name] = []
    options = {"steps": 120, "batch_size": 16, "every": 12, "look": look}
    fine_tune_network(start(name), inputs, labelled.labels, 1e-3, **options)

# %% slideshow={"slide_type": "slide"}
from course_utils.lessons.lesson_06 import plots as transfer_plots

lines = {name: np.transpose(points) for name, points in curves.items()}
show_figure(
    transfer_plots.curves_chart(
        {name: (steps, right[np.newaxis]) for name, (steps, right) in lines.items()},
        ylabel="test accuracy (%)",
    ),
    alt="Test accuracy on sketches along fine-tuning: from objects it is highest, from "
    "digits it is in the middle, and from scratch it is lowest.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Even digits are a better start for sketches than none, in this one run, at a rate that suits the first two better than
# scratch. One run may be luck, and one rate is unfair.

# %%
if DATASET == "objects":  # on pictures of your own, see for yourself
    ends = [curves[name][-1][1] for name in ["objects", "digits-rendered", "scratch"]]
    assert ends == sorted(ends, reverse=True)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Every source to every target
#
# So: every source to four targets, ten labels a class, five paired draws; every pair of source and target, and
# scratch as well, at the rate that did best on the validation pictures of a sixth draw. The **transfer gap** is the accuracy from a
# source minus that from scratch, draw by draw. Below zero, transfer is negative.
#
# `objects` and `sketch`, `digits-rendered` and `digits`, `phantoms` and `phantoms` belong together, though no picture is
# in both. `random` is scratch once more, from other random numbers: its gaps show what noise looks like. Which rows
# will hold a field below zero?

# %%
from course_utils.teaching import predict

predict("06-far-sources")

# %% slideshow={"slide_type": "slide"}
from course_utils.lessons.lesson_06 import negative_transfer as sweep
from course_utils.lessons.lesson_06 import stored_gaps
from course_utils.measuring import compare, paired_difference, records, result_of

tuned = stored_gaps.gap_matrix("fine-tuned")
show_figure(
    transfer_plots.gap_matrix(tuned),
    alt="A row for each source, a column for each target. Objects and digits gain on "
    "all four, distilled on two, phantoms by far the most on phantoms. Most others "
    "are undecided; one is harm: objects with shuffled labels, to sketches.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Look for the dark fields before you look for the bright ones: there is one. With every source at its own best rate,
# fine-tuned as a whole, *no source with true labels was seen to do harm*, however far it was. Digits even
# help chests. What harmed was the right pictures with the wrong labels.

# %% [markdown]
# Two fields of the shuffled rows are called gains, by a hair. Among forty 95 % intervals, about two should miss
# the truth; this is what that looks like. Might the dark field be of that kind? Under "Remedies" you will see the same
# transfer at other rates and depths.

# %%
kinds = {name: [compare(gap) for gap in row.values()] for name, row in tuned.items()}
honest = [name for name in kinds if "shuffled" not in name]
assert not any("below" in kinds[name] for name in honest)
assert kinds["objects, shuffled labels"].count("below") == 1
assert set(kinds["objects"]) == set(kinds["digits-rendered"]) == {"above"}

# %%
from course_utils.teaching import outcome

unshuffled = [name for name in honest if name != "random"]
harmful = [name for name in unshuffled if "below" in kinds[name]]
most = len(harmful) > len(unshuffled) / 2
outcome("06-far-sources", "most" if most else "some" if harmful else "none")

# %% [markdown]
# Now leave the base **frozen**, and train a probe alone. What changes?

# %%
predict("06-frozen-base")

# %% slideshow={"slide_type": "slide"}
frozen = stored_gaps.gap_matrix("frozen")
show_figure(
    transfer_plots.gap_matrix(frozen),
    alt="The same for a probe on frozen features: much harm now, on digits from all "
    "sources but digits, on sketches from surfaces and phantoms, on phantoms from "
    "surfaces; shuffled labels harm on three targets of four, random features on all.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Here it is. A frozen base can't forget what doesn't fit: on digits, every source but digits ends below scratch, and
# surfaces and phantoms below even random features. Compare with the bottom row: a source that does no better than *random* frozen
# features has given nothing. And see what a close source is worth, in the one field of phantoms to phantoms.

# %%
kinds = {name: [compare(gap) for gap in row.values()] for name, row in frozen.items()}
harmed = [
    name for name in kinds if kinds[name][0] == "below"
]  # the first target: digits
assert len(harmed) == len(kinds) - 1 and "digits-rendered" not in harmed
assert kinds["phantoms"][-1] == "above"
for name in ["surfaces", "phantoms"]:
    over_random = paired_difference(frozen[name]["digits"], frozen["random"]["digits"])
    assert compare(over_random) == "below"

# %%
harms = [
    sum(compare(gap) == "below" for name in unshuffled for gap in matrix[name].values())
    for matrix in (tuned, frozen)
]
more = harms[1] - harms[0]  # a difference of one or two may be luck
outcome("06-frozen-base", "more" if more > 2 else "fewer" if more < -2 else "as-many")

# %% [markdown]
# Was scratch given a fair chance? It, too, chose its rate. And if it trains four times as long:

# %%
trials = records("negative-transfer").query("draw < 100")  # 100: there rates are chosen
scratch = trials.query("source == 'scratch'")
for name, rows in scratch.groupby("dataset", sort=False):
    longer, usual = (
        result_of(rows[rows["study"] == study], "accuracy")
        for study in ["longer", "gaps"]
    )
    gain = paired_difference(longer, usual)
    print(f"{name:10s} four times the steps: {gain.percent()}: {compare(gain)}")
    assert compare(gain) == "undecided"

# %% [markdown]
# No gain from longer training was found, and the intervals say how large one could have been. Whether *a source too
# different from the target hurts* depends on what you do with the source: frozen, it can; fine-tuned at a rate of its
# own, no source with true labels was seen to.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Signs: can a score tell beforehand?
#
# To fine-tune from every source and see costs what you wanted to save. A **transferability score** looks at a
# source's network and at your labelled pictures, and trains nothing. **LEEP** asks: how well can your labels be
# guessed from what the source's *own* classifier says of your pictures?

# %%
from course_utils.transferability import leep

show_source(leep)

# %% [markdown] slideshow={"slide_type": "slide"}
# Others of its kind:
#
# * **NCE** (negative conditional entropy) does the same with the classifier's first choices alone.
# * **LogME** asks how well the features explain the labels, averaged over all linear models.
# * **H-score** sets the spread between the classes against the spread of the features.
# * **CKA with labels** asks whether pictures with one label are alike in their features.
# * **probe** is plain: the accuracy of a linear classifier on the frozen features, by cross-validation.
# * **proxy A-distance** (lesson 05; negative here) asks how far apart the *pictures* of source and target are.
# * **source accuracy** is the null: it knows nothing of your target.
#
# On your labelled pictures, all that need nothing else:

# %%
from course_utils.lessons.lesson_06.source_scores import label_scores

ranking = {
    name: label_scores(zoo_network(name), inputs, labelled.labels)
    for name in zoo_sources()
}
for score in ranking["random"]:
    order = sorted(ranking, key=lambda name: -ranking[name][score])
    print(f"{score:16s} puts first: {order[0]}")

# %% [markdown]
# Do they put the sources into the order of their gaps? **Weighted Kendall's tau** says how far two orders agree: one
# if fully, near zero if they have nothing to do with each other; confusing the best counts most. To see it, one score
# against what the sources gained:

# %%
means = stored_gaps.scores("probe").mean()
probes, gains = {}, {}
for name in sweep.TARGETS:
    probes[name] = {source: means[name, source] for source in zoo_sources()}
    gains[name] = {source: tuned[source][name] for source in zoo_sources()}

# %%
show_figure(
    transfer_plots.score_scatter(probes, gains, "probe accuracy"),
    alt="Probe accuracy against the transfer gap, a panel for each target: on sketches "
    "and materials the gap rises with the score; on digits and phantoms one source "
    "stands out, and the others lie in a cloud.",
)

# %% [markdown]
# Where gaps differ, on sketches and materials, they rise with the score. On digits and phantoms one source stands out, the
# score knows it, and the rest is a cloud: where all gaps are alike there is no order to predict. All scores, with
# intervals from drawing sources and seeds anew two thousand times:

# %% slideshow={"slide_type": "slide"}
taus = stored_gaps.rank_correlations()
shown = {
    score: {name: (own.tau, own.low, own.high) for name, own in by_target.items()}
    for score, by_target in taus.items()
}
show_figure(
    transfer_plots.tau_chart(shown),
    alt="Tau with its interval, a row for each score and a panel for each target. On "
    "sketches five scores rank well; elsewhere nearly all intervals hold zero, though "
    "nearly all dots lie above it.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# The intervals are wide, and honestly so: nine sources are few. On one target alone you can seldom tell these scores
# from luck. Over all four together, nearly all dots lie to the right. And what matters in the end is what a choice
# costs: the gap of the best source less that of the one that the score puts first, in points.

# %%
costs = {}
for score in stored_gaps.SCORES:
    lost = [100 * stored_gaps.regret(score, name).mean for name in sweep.TARGETS]
    costs[score] = lost
    shown = "  ".join(f"{round(cost, 1) + 0.0:4.1f}" for cost in lost)
    print(f"{score:16s} {shown}   mean {round(np.mean(lost), 1) + 0.0:4.1f}")

# %%
for score in ["CKA with labels", "probe", "LogME", "NCE"]:
    assert np.mean(costs[score]) < 1
assert np.mean(costs["source accuracy"]) > 10
assert max(costs["proxy A-distance"]) == costs["proxy A-distance"][2] > 15

# %% [markdown]
# (Below zero: in those draws, a source that is not the best on average was.) CKA with labels and the plain probe pick the best
# source every time or nearly so, LogME and NCE lose less than a point on the mean. Source accuracy, the null, loses
# many: the source that learnt its own task best is the digits, whatever the target. And look at the proxy A-distance on materials, the third column: it measures how far apart the *pictures* are, and
# misses `distilled`, whose pictures are clothes but whose knowledge is not.
#
# No score here needs training, save the probe, and that costs seconds. We would take the probe.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Too hard: the region of harm
#
# A good source can be spoilt. `objects`, moved to two targets, with few labels and many, at rates from gentle to brutal,
# with the last stage learning or everything; against a probe on the frozen features, which trains nothing but a
# classifier. Where do you expect fine-tuning to fall *below* it? Draw a map on a sheet of paper, labels upwards and
# rate to the right, mark the places, and then say here what your map looks like:

# %%
predict("06-harm-corners")

# %% slideshow={"slide_type": "slide"}
depths = {1: "last stage learns", 5: "everything learns"}


def named(differences):
    """The same with the depths in words."""
    return {(n, depths[d], rate): gap for (n, d, rate), gap in differences.items()}


sketches = stored_gaps.harm("sketch")
axes = (sweep.HARM_N, sweep.HARM_RATES, list(depths.values()))
show_figure(
    transfer_plots.harm_region(named(sketches), *axes),
    alt="Two panels of labels against rate, on sketches. With everything learning, the "
    "lower right corner is harm: five labels a class at the two highest rates. In both "
    "panels the upper left corner is harm too: many labels at the lowest rate.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Two corners, not one. The one that everybody warns of is at the lower right: few labels, everything learning, a high
# rate. The one at the upper left is larger and deeper: at a rate this *gentle*, 120 steps don't take a new head
# anywhere, and the probe, which is fitted to the end, is far ahead. A low rate is no insurance, unless
# there is time. Between the corners lies a broad field in which fine-tuning wins.

# %%
middle = sorted(sweep.HARM_RATES)[len(sweep.HARM_RATES) // 2]
worse = [rate for (_, _, rate), gap in sketches.items() if compare(gap) == "below"]
low, high = (any(rate < middle for rate in worse), any(rate > middle for rate in worse))
sides = {(True, True): "both", (True, False): "gentle", (False, True): "brutal"}
outcome("06-harm-corners", sides.get((low, high), "neither"))

# %% [markdown]
# If only the last stage learns, no harm is seen in the brutal corner. On materials, another target:

# %%
materials = stored_gaps.harm("materials")
show_figure(
    transfer_plots.harm_region(named(materials), *axes),
    alt="The same on materials: harm in the upper left corner of both panels alone; at "
    "the highest rate with everything learning, undecided.",
)

# %% [markdown]
# Here, with everything learning, the right edge is undecided: fine-tuning gains more on materials, whose textures are
# far from the source's, so that there is more to lose before it hurts. At the right edge, look at the widths as well:
# at a brutal rate the outcome is mostly luck.

# %%
brutal = {n: compare(sketches[n, 5, 3e-2]) for n in sweep.HARM_N}
assert brutal[5] == "below" == compare(sketches[5, 5, 1e-2])
for found in [sketches, materials]:
    assert compare(found[60, 1, 1e-4]) == compare(found[60, 5, 1e-4]) == "below"
    assert compare(found[20, 5, 3e-3]) == "above"
assert all(compare(materials[n, 5, 3e-2]) == "undecided" for n in sweep.HARM_N)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Broad or matched, one or several
#
# A larger and more varied source is usually praised. But pictures cost, so hold their number fixed: eleven
# hundred, all from one set, or from four. Each network is pretrained anew for each seed, at a quarter of the zoo's
# budget. `weighted` takes more from the sets that the target's pictures resemble, by a classifier that
# tells the sets apart; it sees no label of the target. `poisoned` gives a fifth of its pictures to objects with wrong
# labels. Which arm would you pay for?

# %%
from course_utils.lessons.lesson_06 import source_mixtures as mixtures

mixed = trials.query("study == 'mixtures'").set_index("arm")
names = [*mixtures.MIXED, "pooled", "pooled, poisoned", "weighted"]
arms = {name: {} for name in mixtures.MATCHED}
for name, rows in arms.items():
    for arm in names:
        own = f"weighted for {name}" if arm == "weighted" else arm
        rows[arm] = result_of(mixed.loc[own], f"{name}_fine-tuned")

# %% slideshow={"slide_type": "slide"}
show_figure(
    transfer_plots.mixture_chart(arms, reference="pooled"),
    alt="Test accuracy of each arm beside that of pooled. On sketches all single sets "
    "but surfaces are above, poisoned is below; on digits, digits and weighted above.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# At a fixed number of pictures, the matched set alone beats the mixture on both targets, and the poison shows on the
# target that the poisoned set was meant for. Whether mixing by resemblance is better or worse than the best single set
# is undecided. On sketches the *digits* have the highest mean, and whether they beat the objects is undecided: no
# resemblance would have told you.

# %%
for name, matched in {"sketch": "objects", "digits": "digits-rendered"}.items():
    rows = arms[name]
    assert compare(paired_difference(rows[matched], rows["pooled"])) == "above"
    best = max([rows[source] for source in mixtures.MIXED], key=lambda row: row.mean)
    assert compare(paired_difference(rows["weighted"], best)) == "undecided"
poison = paired_difference(arms["sketch"]["pooled, poisoned"], arms["sketch"]["pooled"])
assert compare(poison) == "below"

# %% [markdown]
# Broad can mean something else: many classes rather than many sets. Of objects, three classes or all ten; of
# fractals, six or all 24; as many pictures either way:

# %%
for source in mixtures.NARROW:
    for name in mixtures.MATCHED:
        many, few = (
            result_of(mixed.loc[arm(source)], f"{name}_fine-tuned")
            for arm in [mixtures.broad, mixtures.narrow]
        )
        gain = paired_difference(many, few)
        print(f"{source:9s} to {name:7s} {gain.percent()} points: {compare(gain)}")

# %% [markdown]
# Neither kind of breadth was seen to gain anything here, when pictures were what it cost. That is not what breadth is
# praised for: usually, the broad source is also the larger one. `distilled`, in the matrix above, shows what *that*
# is worth on materials; its teacher had seen a hundred thousand pictures.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Classes that the target lacks
#
# Lesson 05 matched a source to a target without labels. What if the source knows ten classes, and the target has only
# some of them? Nobody tells the method which. Matching *all* of the source's pictures with the target's then
# means to pull pictures of a cup towards those of an umbrella. **Partial DANN** (PADA) weighs each source class by how
# often the network finds it in the target, so that what is not there fades. And how much would it be worth to
# *know* which classes are there?

# %%
from course_utils.lessons.lesson_06 import partial_overlap as overlap

shift = "photo to sketch"
methods = [*overlap.METHODS, *overlap.ORACLES]
accuracies = {method: {} for method in methods}
for method in methods:
    # With all classes there, there is nothing to know.
    for share in overlap.SHARES if method in overlap.METHODS else overlap.SHARES[1:]:
        accuracies[method][share] = overlap.accuracy(shift, method, share)

# %% slideshow={"slide_type": "slide"}
show_figure(
    transfer_plots.overlap_chart(accuracies),
    alt="Accuracy on sketches against the share of classes that the target has: "
    "source only stays level, DANN falls from far above it down to it, partial DANN "
    "stays close to DANN, and with the classes known both rise steeply.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Fewer classes make an easier task, and those who *know* which classes are there make use of that: the two rising
# lines. DANN, which does not know, falls. Since each share is tested on other classes, compare methods within a
# share, draw by draw. DANN over source only, in points:

# %%
for shift in overlap.OVERLAP_SHIFTS:
    gains = {share: overlap.gain(shift, "DANN", share) for share in overlap.SHARES}
    print(shift)
    for share, gain in gains.items():
        print(
            f"  {100 * share:3.0f} % of the classes: {gain.percent()}: {compare(gain)}"
        )
    assert compare(gains[1.0]) == "above"
    assert compare(gains[0.3]) == "undecided"

# %%
for shift in overlap.OVERLAP_SHIFTS:
    for share in overlap.SHARES[1:]:
        wanted = {"method": "partial DANN", "share": share, "over": "DANN"}
        assert compare(overlap.gain(shift, **wanted)) == "undecided"
        wanted = {"method": "DANN, classes known", "share": share}
        assert compare(overlap.gain(shift, **wanted)) == "above"

# %% [markdown]
# DANN gains when all classes are shared. When a third of them are, whether it gains or loses is undecided.
# And the remedy made for this case, partial DANN, is not told from DANN here: to weigh classes by what the network finds
# in the target, the network must find something, and source only is right on about one picture in three. Its authors show gains
# with far stronger networks. What does help, beyond noise at every share, is to *know* which classes are there. If you can
# find that out, ask someone.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Remedies
#
# Three transfers at a rate that is too high, with everything learning and ten labels a class: from a source that is good
# for the target, from one that had learnt wrong labels, and from one that gave nothing. What brings them above scratch?
#
# * **probe first**: begin with the head of a probe instead of a random one;
# * **freeze more**: the last stage alone learns; or **freeze all**, and keep the probe;
# * **lower rate**: a thirtieth; and together with probe first;
# * **L2-SP** (lesson 03): pull the weights back to where they started, at a strength chosen on validation pictures;
# * **stop early**: keep the look that does best on validation pictures;
# * **better source**: as brutal, but from the source that the probe's score chose.
#
# Place a bet on each, for the first transfer; and then one for the second:

# %%
predict("06-wrong-source")

# %% slideshow={"slide_type": "slide"}
cases = {case: stored_gaps.remedies(case) for case in sweep.REMEDY_CASES}
show_figure(
    transfer_plots.remedies_chart(
        {f"{source}\nto {name}": gaps for (source, name), gaps in cases.items()}
    ),
    alt="A panel for each transfer, a row for each remedy. From objects, five of seven "
    "bring the gain back. From objects with shuffled labels none gains: freezing, "
    "low rates and stopping early stay below scratch. From surfaces one gains: a "
    "probed head at a low rate.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# From the good source, brutality left no gain to be seen, and everything that *holds on to the source* brings it back: less
# freedom, lower rates, a leash. L2-SP, of which lesson 03 saw no gain at sane rates, is among the best here.

# %% [markdown]
# From the wrong source most of them hold on to what is wrong, and stay below scratch, so the dark field of the matrix was no
# whim of one rate. With another source, or with a probed head at a rate that wipes out the rest, no harm is seen any
# more. So before you treat a transfer, ask whether the source is any good. Stopping early was seen to lift neither.

# %%
sides = {
    case[0]: {name: compare(gap) for name, gap in row.items()}
    for case, row in cases.items()
}
good, wrong = sides["objects"], sides["objects, shuffled labels"]
assert good["untreated"] == good["stop early"] == "undecided"
for name in ["freeze more", "lower rate", "probe first, lower rate"]:
    assert good[name] == "above" and wrong[name] == "below"
assert good["L2-SP"] == "above" and "above" not in wrong.values()

# %%
from statistics import mode

lifting = [name for name in good if good[name] == "above"]
usual = mode(wrong[name] for name in lifting)  # the commonest
words = {"above": "above", "undecided": "level", "below": "below"}
outcome("06-wrong-source", words[usual])

# %% [markdown]
# The last remedy is not in the figure, since it is its zero: **don't transfer**.
#
# ## What to do at work

# %%
questions = {
    "features": "Does a probe on its frozen features beat one on random features, by "
    "more than the noise over five draws?",
    "several": "Is more than one source left?",
    "tuned": "Fine-tuned whole, at a rate chosen on validation pictures: is it better "
    "than its probe, by more than the noise?",
    "scratch": "Is it better than scratch, by more than the noise?",
}

# %%
actions = {
    "leave": "Leave this source: try another one, or none.",
    "rank": "Rank them by the probe; keep the best two or three.",
    "probe": "Keep the base frozen.",
    "none": "Don't transfer.",
    "report": "Transfer. Measure the gap once more on test pictures, and report that.",
}

# %%
yes = [("features", "several"), ("several", "rank"), ("tuned", "scratch")]
no = [("features", "leave"), ("several", "tuned"), ("tuned", "probe")]
on = [("rank", "tuned"), ("probe", "scratch")]
arrows = [(*pair, "yes") for pair in [*yes, ("scratch", "report")]]
arrows += [(*pair, "no") for pair in [*no, ("scratch", "none")]]
arrows += [(*pair, "") for pair in on]

# %% slideshow={"slide_type": "slide"}
boxes = [(key, text, "question") for key, text in questions.items()]
boxes += [(key, text, "action") for key, text in actions.items()]
show_figure(
    transfer_plots.decision_chart(boxes, arrows),
    alt="A chart of four questions: are the features better than random ones, is there "
    "more than one source, does fine-tuning beat the probe, does the result beat "
    "scratch; and what to do after each answer.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Every question of it is answered with your labelled pictures, split into a part to learn from and a part to judge by.
# None is answered by how impressive the source is.

# %% [markdown]
# ## A slice of each, live

# %%
slices = {
    "gaps": {"source": "objects", "target": "digits"},
    "frozen": {"source": "fractals", "target": "materials", "n": sweep.N},
    "harm": {"target": "sketch", "n": 20, "learning_rate": 1e-3, "depth": 1},
    "remedies": {"source": "objects", "probe_first": True, "learning_rate": 1e-3},
}
for study, wanted in slices.items():
    live, stored = sweep.run_again(study, **wanted)
    gap = abs(live["accuracy"] - stored["accuracy"])
    print(f"{study:10s} live and stored agree within five points: {gap < 0.05}")
    assert gap < 0.05

# %% [markdown]
# Mixtures are not among them: each pretrains a network first, on pictures that have to be drawn.
# `python -m course_utils run negative-transfer --jobs 2` does all of it again.
#
# ## What we measured
#
# This lesson's claims are measured anew for the second edition. The figures above show the first edition's runs: five
# draws, with intervals over draws alone, which leave out that other test pictures would have given other numbers.
#
# What to hold against the figures: small networks, 64-pixel pictures, pretraining on eleven hundred images; a source of a
# million photographs is another thing. Ten labels a class, a few hundred pictures to test on. Each source of the zoo
# was pretrained once, so that its row holds the luck of that one pretraining; in the study of mixtures, every seed
# pretrains anew.

# %% slideshow={"slide_type": "slide"}
from course_utils.claims import ledger
from IPython.display import Markdown, display

display(Markdown(ledger.table("06")))

# %% [markdown] slideshow={"slide_type": "slide"}
# Three things to take with you:
#
# * Distance alone was not seen to hurt: fine-tuned at a rate of its own, no source with true labels fell below scratch
#   for certain. A frozen base did, and so did wrong knowledge that was held on to.
# * Ask your labelled pictures, not the source's fame: a probe on frozen features took seconds and chose nearly as well as
#   trying everything. The source's own accuracy was a poor guide.
# * A remedy that holds on to the source helps if the source is good. Look before you leash.

# %% [markdown]
# All claims of the course, each condition of each, are on [the claims ledger](claims.ipynb).
#
# Five questions to check yourself: each puts you in front of a decision. Whichever choice you take, you are told what
# speaks for it or against it.

# %%
from course_utils.teaching import quiz

quiz("06")

# %% [markdown]
# ## Exercises
#
# Each has a check that tries your function on inputs of its own, and says what it lacks. `hint(...)`
# helps in steps; `solution(...)` shows one way.

# %% exercise="06-transfer-gap"

# %% exercise="06-leep"

# %% [markdown]
# Nothing was trained, so what can this score not know? Think of a source with twice as many classes,
# and of one whose features are better than its classifier.

# %% [markdown]
#

# %% exercise="06-choose-source"

# %% [markdown]
# One caution to take along: the largest of many noisy means is too large, on average, and of forty
# useless sources one may well look helpful. Measure the gap of the source you chose once more, on the
# test images, before you tell anyone.

# %% [markdown]
#

# %% exercise="06-mixture"

# %% exercise="06-class-weights"

# %% [markdown]
# ## Further reading
#
# * Wang, Dai, Póczos and Carbonell (2019), *Characterizing and avoiding negative transfer*, arXiv:1811.09751: what the
#   word should mean, and the gap.
# * Yosinski, Clune, Bengio and Lipson (2014), *How transferable are features in deep neural networks?*,
#   arXiv:1411.1792: even distant features beat random ones, once they are fine-tuned.
# * Maennel and others (2020), *What do neural networks learn when trained with random labels?*, arXiv:2006.10455: when
#   shuffled labels help, and when they hurt.
# * Nguyen, Hassner, Seeger and Archambeau (2020), *LEEP*, arXiv:2002.12462, and You, Liu, Wang and Long (2021),
#   *LogME*, arXiv:2102.11005: two of the scores, with their authors' own rankings.
# * Li, Grandvalet and Davoine (2018), *Explicit inductive bias for transfer learning*, arXiv:1802.01483: L2-SP.
# * Cao, Ma, Long and Wang (2018), *Partial adversarial domain adaptation*, arXiv:1808.04205.
