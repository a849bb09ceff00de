# %% [markdown] slideshow={"slide_type": "slide"}
# # 01 What networks see
#
# | | |
# |---|---|
# | **Objectives** | open a trained network: look at its filters, its activations, the pictures that excite it and the pictures made to excite it; ask which part of a photograph an answer rests on, and whether to believe the reply; measure where in the network its knowledge is general and where it is specific |
# | **Prerequisites** | Python and NumPy; you know what a convolution and a gradient are |
# | **Time to teach** | 75 minutes |
# | **Time for exercises** | 45 minutes |
# | **Run time on two cores** | about a minute, no graphics card, no network |
#
# A network that learnt to name photographs is going to help you with *your* pictures. Before you
# trust it with that, open it. You will see edges become textures and textures become parts of
# things; you will see the same pictures for a network that learnt nothing; and at the end you will
# measure whether the staircase that everybody draws is really there.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The network
#
# A ResNet50 is a **stem** (one convolution of 7 by 7 pixels and a pooling) and four **stages** of
# residual blocks, which add what they compute to what went in. Each stage makes the maps smaller
# and gives them more **channels**. Ours was trained on Tiny-ImageNet: 100,000 small photographs of 200 kinds of thing.
#
# Beside it we keep a **control**: the same architecture with random weights. Whatever you see in
# both networks, training did not put there.

# %%
import torch
from transformers import ResNetForImageClassification, ResNetModel
from transformers.utils import logging

from course_utils import course_weights

logging.disable_progress_bar()
path = course_weights("resnet50", framework="torch")
network = ResNetForImageClassification.from_pretrained(path).eval()
base = network.resnet  # all but the last layer
torch.manual_seed(0)
control = ResNetModel(base.config).eval()
print(f"{sum(weights.numel() for weights in base.parameters()):,} weights in the base")

# %% [markdown]
# Two things to look at: one large photograph, and a set of many small pictures: everyday things that
# a program rendered as snapshots, since a set of real photographs would be too large to ship.
#
# **Your own photographs?** Put the path of one of your pictures in `skimage.io.imread(...)`, and the
# path of a folder that has a folder of images for each class in place of `"objects"`.

# %%
import numpy as np
from skimage import data

from course_utils import load_dataset, show

photo = data.coffee()
train = load_dataset("objects", size=64).train
class_names = train.class_names
show(train)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. The first filters
#
# The first convolution is the only one whose weights are pictures themselves: 64 filters of 7 by 7
# pixels in three colours. A filter answers loudly where the image looks like it. What do you expect
# to see: noise, edges, little eyes?

# %%
filters = {
    name: each.embedder.embedder.convolution.weight.detach().numpy()
    for name, each in {"pretrained": base, "random": control}.items()
}
print(*(f"{name}: {each.shape}" for name, each in filters.items()))

# %% slideshow={"slide_type": "slide"}
from course_utils import show_figure
from course_utils.teaching import use_course_style
from course_utils.lessons.lesson_01 import plots as network_plots

use_course_style()
sheets = [network_plots.filter_sheet(each) for each in filters.values()]
show_figure(
    network_plots.side_by_side(sheets, list(filters), height=2.3),
    alt="64 filters of the pretrained network, stripes and blobs of colour, beside 64 "
    "of a random network, which are noise.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Stripes at every angle and patches of opposed colours on the left; snow on the right. Put a number
# on it: in a smooth picture, a pixel resembles its neighbour.

# %%
for name, each in filters.items():
    centred = each - each.mean(axis=(2, 3), keepdims=True)
    likeness = (centred[..., 1:] * centred[..., :-1]).sum() / (centred**2).sum()
    print(f"{name:10s} correlation of neighbouring weights ≈ {100 * likeness:.0f} %")
    assert (likeness > 0.3) == (name == "pretrained")

# %% [markdown]
# ## 2. What goes on inside
#
# Deeper weights are no pictures: they combine channels. So look at the **activations** instead: what
# a layer gives out for one photograph. PyTorch hands them to you through a *hook*, a function of
# yours that it calls whenever a module has run.

# %%
seen = []


def remember(module, inputs, output):
    """Keep what a module gives out."""
    seen.append(output)


handle = base.encoder.stages[0].register_forward_hook(remember)
pixels = photo.astype(np.float32) - np.array([123.68, 116.779, 103.939], np.float32)
with torch.no_grad():
    base(torch.from_numpy(pixels).permute(2, 0, 1)[None])
handle.remove()  # or it stays, and keeps every output it sees
print(f"a photograph of {photo.shape[:2]} pixels became {tuple(seen[0].shape[1:])}")

# %% [markdown]
# The three numbers subtracted are the mean colour with which the network was trained. And note that
# the photograph went in at its full size: a base without its last layer is made of convolutions,
# which do not mind.
#
# `record` does the same for several modules, and takes its hooks away even after an error:

# %%
from course_utils import show_source
from course_utils.visualisation import as_inputs, record, stage_names

show_source(record)

# %%
names = stage_names(base)
with torch.no_grad(), record(base, names) as maps:
    base(as_inputs(photo[None]))
for name in names:
    print(f"{name:18s} {tuple(maps[name].shape[1:])}")

# %% [markdown] slideshow={"slide_type": "slide"}
# Which channels to show, out of hundreds? Those whose map varies most over this photograph. Before
# you look: in which row will you still recognise the cup?

# %% slideshow={"slide_type": "-"}
titles = ["stem", "stage 1", "stage 2", "stage 3", "stage 4"]
rows = []
for name in names:
    channels = maps[name][0].numpy()
    busiest = np.argsort(-channels.std(axis=(1, 2)))[:5]
    rows.append([photo, *channels[busiest]])
show_figure(
    network_plots.picture_rows(rows, titles, scale=1.25),
    alt="A cup of coffee and five activation maps for each depth: outlines of the cup "
    "at first, then coarser patches, at last a few bright squares.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# In the stem you could draw the cup from its outlines. Further on the maps grow coarse: the
# network trades *where* for *what*.

# %% [markdown]
# ### How much does one unit see?
#
# A unit of a map sees a square of the photograph, its **receptive field**. Behind a layer with a
# window of $k$ units and steps of $s$, a square of size $r$, whose neighbours lie $j$ pixels apart,
# becomes
#
# $$r' = r + (k - 1)\,j, \qquad j' = s\,j.$$
#
# So it grows slowly at first, and faster after each step larger than one. As code, with the padding
# that says where the square begins:

# %%
from course_utils.visualisation.receptive_fields import widen

show_source(widen)

# %% [markdown]
# Fifty layers widen it one after the other. How far? Keep a guess, then compute it.

# %%
from course_utils.teaching import predict

predict("01-receptive-field")

# %% slideshow={"slide_type": "slide"}
from course_utils.visualisation import box, receptive_field

fields = [receptive_field(base, name) for name in names]
for title, field in zip(titles, fields):
    print(f"{title:8s} sees {field.size:3d} pixels, in steps of {field.jump}")
middle = [box(field, 200 // field.jump, 300 // field.jump) for field in fields[:4]]
show_figure(
    network_plots.boxes_on(photo, middle, titles[:4]),
    alt="Squares on the photograph of a cup, one for each depth but the last: 11,"
    " 35, 99 and 291 pixels wide, all about the same point.",
)

# %% [markdown]
# Is the arithmetic right? A pixel that a unit does not see cannot change it: its gradient is zero.

# %%
image = torch.from_numpy(pixels).permute(2, 0, 1)[None].requires_grad_()
with record(base, names[1]) as recorded:
    base(image)
recorded[names[1]][0, :, 50, 75].sum().backward()
touched = image.grad[0].abs().sum(dim=0).nonzero()
height, width = (touched.max(dim=0).values - touched.min(dim=0).values + 1).tolist()
print(f"gradients reach {height} by {width} pixels, computed {fields[1].size}")
assert max(height, width) <= fields[1].size

# %%
from course_utils.teaching import outcome

LEARNT_FROM = 64  # pixels along a side of the pictures in pretraining
widest = fields[-1].size
view = "larger" if widest > min(photo.shape[:2]) else "photograph"
outcome("01-receptive-field", view if widest > LEARNT_FROM else "training")

# %% [markdown] slideshow={"slide_type": "-"}
# Behind stage 4 one unit sees more than this photograph is high. And the pictures on which the
# network was trained had 64 pixels: from stage 2 on, a unit in the middle saw all of them.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3. What excites a channel: patches
#
# Take many pictures, and keep those patches that a channel answers to most. One row is one
# channel; nothing here is made up, these are cuts from the set.

# %% slideshow={"slide_type": "-"}
from course_utils.visualisation import top_patches

rows, row_titles = [], []
for title, name in zip(titles[:4], names):
    found = top_patches(base, name, train.images, [3, 11, 19], count=8)
    rows += list(found.patches)
    row_titles += [f"{title}, {channel}" for channel in [3, 11, 19]]
show_figure(
    network_plots.picture_rows(rows, row_titles, scale=0.8),
    alt="Twelve channels, three at each of four depths, with the eight patches that "
    "excite each most: alike in edge and colour first, then in texture.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# In the first rows the patches of a channel are alike pixel by pixel: an edge at one angle, a colour.
# Further down they are alike in texture, and then in a way that is harder to name. Do not trust the
# name you give a channel after eight pictures: it is a guess that you have not tested.

# %% [markdown]
# (From stage 2 on a unit's view is wider than these pictures, so that its patch is the whole picture.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. What excites a channel: pictures made for it
#
# Turn the question round. Start from noise and climb: change the *picture*, by its gradient, until
# the channel shouts. Done naively this gives glitter. Three habits help, all visible below: the
# picture is painted from waves (its Fourier coefficients) so that coarse and fine move
# together, its colours are correlated as in photographs, and it is turned, scaled and moved a little
# at each step, so that what survives is no accident of a pixel.

# %%
from course_utils.visualisation import maximise

show_source(maximise)

# %% [markdown]
# One row for each depth, six channels each.

# %% slideshow={"slide_type": "slide"}
CHANNELS = [3, 11, 19, 27, 35, 43]
made = [maximise(base, name, CHANNELS) for name in names]
show_figure(
    network_plots.picture_rows(made, titles),
    alt="Pictures made to excite six channels at each depth: stripes in the stem,"
    " coloured gratings and weaves in stage 1, textures in stage 2, tangles "
    "that suggest fur, bark or blossoms in stage 3, and collages in stage 4.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Edges, weaves, textures, hints of things. Be honest about the last rows: in stage 3 about half
# of the pictures suggest something, and in stage 4 most are collages that you can read as you like.
# These weights are small; with `course_weights("imagenet")` the last rows say more.

# %% [markdown]
# Now the control. Will a random network give noise?

# %% slideshow={"slide_type": "slide"}
made_for_control = [maximise(control, name, CHANNELS) for name in names]
show_figure(
    network_plots.picture_rows(made_for_control, titles),
    alt="The same for a random network: gratings in the stem and stage 1, then "
    "the same blotches at every depth.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Not noise at all: convolutions like stripes and blotches before they have learnt anything. What
# training adds is that depth makes a difference.

# %% [markdown]
# Does the method do what it says? A picture made for a channel should excite it more than any
# picture of the set does.


# %%
def excitement(images, name):
    """Mean activation of the chosen channels, shape (images, channels)."""
    with torch.no_grad(), record(base, name) as recorded:
        base(as_inputs(images))
    return recorded[name][:, CHANNELS].mean(dim=(2, 3)).numpy()


photographs = np.asarray(train.images[:200])
for title, name, pictures in zip(titles, names, made):
    best_photograph = excitement(photographs, name).max(axis=0)
    wins = np.diag(excitement(pictures, name)) > best_photograph
    print(f"{title:8s} the made picture wins for {'all' if wins.all() else 'most'}")
    assert wins.mean() > 0.5

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. What an answer rests on
#
# The whole network names things. Which part of a photograph made it say so? **Grad-CAM** takes the
# maps of the last stage and weighs each by how much the score would rise with it. **Occlusion**
# covers a square at a time and sees how far the score falls.

# %%
from course_utils.visualisation import grad_cam, occlusion

show_source(grad_cam)

# %% [markdown]
# Ask about the cup: what does the network take it for?

# %%
from PIL import Image

small = np.asarray(Image.fromarray(photo[:, 100:500]).resize((128, 128)))
with torch.no_grad():
    answer = int(network(as_inputs(small[None])).logits.argmax())
print(f"the network says: {network.config.id2label[answer]}")


def score(output):
    """The score of the class that the network named, one for each image."""
    return output.logits[:, answer]


# %% [markdown]
# Both maps, laid over the photograph: yellow is where most depends on, dark violet where nothing.

# %% slideshow={"slide_type": "slide"}
last = "resnet.encoder.stages.3"
heat = grad_cam(network, last, small[None], score)[0]
with torch.no_grad():
    fall = occlusion(lambda x: score(network(as_inputs(x))), small[None], 32, 16)[0]
pictures = [small, network_plots.over(small, heat), network_plots.over(small, fall)]
kinds = ["photograph", "Grad-CAM", "occlusion"]
show_figure(
    network_plots.side_by_side(pictures, kinds, height=2.6),
    alt="A cup of coffee. Grad-CAM is brightest on the coffee and the rim; occlusion "
    "on the coffee and the wall of the cup, and the saucer hardly counts.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Two methods, and both point at the coffee. Convincing? A map that picks out the object looks so
# whether or not it has anything to do with the network. So check its sanity: make the network random,
# one stage after the other from the top. If the map explains the network, it has to change.

# %%
predict("01-grad-cam-sanity")

# %% slideshow={"slide_type": "slide"}
from scipy.stats import spearmanr

from course_utils.visualisation import randomised_copies

random_maps, likenesses = [], []
for name, copy in randomised_copies(network, seed=1):
    random_maps += list(grad_cam(copy, "resnet.encoder.stages.3", small[None], score))
    likeness = spearmanr(heat.ravel(), random_maps[-1].ravel())[0]
    likenesses.append(likeness)
    verdict = f"{likeness:+.1f}" if random_maps[-1].any() else "empty map"
    print(f"random from {name:24s} up: {verdict}")
    assert not likeness > 0.5  # no number for an empty map

# %% slideshow={"slide_type": "-"}
pictures = [network_plots.over(small, each) for each in [heat, *random_maps]]
show_figure(
    network_plots.picture_rows([pictures], ["Grad-CAM"], ["trained"], scale=1.2),
    alt="Grad-CAM of the trained network, and of copies with more and more random "
    "stages: the bright place leaves the cup, or the map becomes empty.",
)

# %% [markdown]
# The numbers are rank correlations with the first map: 1 would mean that the map did not care, and
# these are about 0. (With another photograph you may meet an *empty map*: no place spoke *for* the
# class, and Grad-CAM shows only what is positive.)

# %%
kept = [likeness > 0.5 for likeness in likenesses]  # the first: a random classifier
when = "stays" if all(kept) else "late" if kept[0] else "at-once"
outcome("01-grad-cam-sanity", when)

# %% [markdown]
# ## 6. Look around
#
# Slide through depth and channel: the map over a photograph, the patches that excite the channel, the
# picture made for it. The pictures are stored, so it answers at once. Tick *random network* to see
# the control. Can you find a channel of stage 3 that you would call "fur", and a patch that makes you
# take the name back?

# %% tags=["nbval-ignore-output"]
from course_utils.lessons.lesson_01 import explore_channels

explore_channels()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. General to specific, measured
#
# The usual claim: *early layers are universal, late layers belong to the task they were trained on*.
# You have seen pictures that suit it. Two things can be measured.
#
# **Probes.** Cut the network off behind a stage, average each channel over the picture, and fit a
# linear classifier to twenty labelled images of each class: a **linear probe**. Do it on targets near
# the source (`objects`, rendered snapshots; `clothing`, real photographs) and on far ones
# (radiograph-like phantoms, handwritten digits), and for random networks too.
#
# The points are stored: five draws of the labelled images, five random networks, bars of 95 %
# intervals of the mean; each probe's regularisation was chosen on validation images. Where will
# the pretrained network's lead over a random one be greatest, and where will it stop growing?

# %%
predict("01-lead-by-depth")

# %%
from course_utils.measuring import records, result_of

runs = records("hierarchy").query("draw < 100")  # draw 100 chose the settings
probes = runs.groupby(["dataset", "base", "stage"])
panels = {}
for target in ["objects/photo", "clothing/photo", "phantoms/xray", "digits/digits"]:
    panels[target.split("/")[0]] = {
        kind: [result_of(probes.get_group((target, kind, stage))) for stage in titles]
        for kind in ["pretrained", "random"]
    }

# %% slideshow={"slide_type": "slide"}
show_figure(
    network_plots.by_depth(panels, titles),
    alt="Probe accuracy by depth. On objects and clothing the pretrained network "
    "climbs with every stage and the random one does not; on the others it flattens.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# On the two near targets the lines part further with every stage; on phantoms and digits they stop
# parting half-way. How far apart they are, draw by draw:

# %%
from course_utils import paired_difference

for target, arms in panels.items():
    pairs = zip(arms["pretrained"], arms["random"])
    gains = [paired_difference(*pair).percent() for pair in pairs]
    print(f"{target:9s} pretrained over random, points: {', '.join(gains)}")

# %%
lead = {
    target: [a.mean - b.mean for a, b in zip(arms["pretrained"], arms["random"])]
    for target, arms in panels.items()
}
for near in ["objects", "clothing"]:
    assert lead[near] == sorted(lead[near])  # the lead grows with every stage
    assert lead[near][-1] > max(lead["phantoms"][-1], lead["digits"][-1])
for far in ["phantoms", "digits"]:
    assert lead[far][-1] < lead[far][-2]  # it no longer does

# %% [markdown]
# The cell above holds the lesson to it: near, the lead grows with every stage; far, it is smaller at the
# end and no longer grows. And the stem of a trained network is hardly better than a random stem on most
# of these targets: what pretraining adds, it adds with depth.

# %%
at_the_end = [target for target in lead if lead[target][-1] == max(lead[target])]
words = {(): "none", ("objects", "clothing"): "near", tuple(lead): "all"}
outcome("01-lead-by-depth", words.get(tuple(at_the_end), "other"))

# %% [markdown]
# One of these numbers again, live: the probes of one draw on the phantoms. They have to agree with the
# stored ones, to a few images.

# %%
from course_utils.lessons.lesson_01.hierarchy import probe_stages

live = probe_stages(base, "phantoms/xray", seed=0)
for (title, accuracy), result in zip(live.items(), panels["phantoms"]["pretrained"]):
    stored = result.values[0]
    print(f"{title:8s} live ≈ {100 * accuracy:.1f} %, stored {100 * stored:.1f} %")
    assert abs(accuracy - stored) < 0.03

# %% [markdown]
# **Likeness.** The other measurement needs no labels. **CKA** (centred kernel alignment) compares
# two networks by asking whether the same pairs of images are alike in both: 1 if the two stages
# differ by a rotation and a scale, about 0 if they have nothing in common. If late layers belong to
# the task, then fine-tuning the network for another task should change them most.

# %%
predict("01-most-alike")

# %%
from course_utils.transferability.kernel_alignment import linear_cka

show_source(linear_cka)

# %%
pairs = ["pretrained, fine-tuned", "pretrained, random", "random, another random"]
alignments = {pair: np.stack(runs[runs.pair == pair].alignment) for pair in pairs}
alike = {pair: values.mean(axis=0) for pair, values in alignments.items()}
same = {pair: np.diag(values) for pair, values in alike.items()}
for pair, values in same.items():
    print(f"{pair:23s}", *(f"{value:.2f}" for value in values))
assert min(same[pairs[0]][:2]) > 0.95 and same[pairs[0]][-1] < 0.8
assert (same[pairs[2]] > same[pairs[1]]).all()

# %% slideshow={"slide_type": "slide"}
show_figure(
    network_plots.matrices(alike, titles),
    alt="CKA between stages. Pretrained and fine-tuned: near one at the stem, lower "
    "towards stage 4. Pretrained and random: low. Two random ones: high.",
)

# %% [markdown] slideshow={"slide_type": "-"}
# Fine-tuning left the first stages as they were and rewrote the last: so far the folklore. And a
# curiosity: two random networks resemble each other more than either resembles the trained one. A
# random network is a blurred copy of its input, whatever its dice.

# %%
from course_utils.measuring import Result, compare

words = dict(zip(pairs, ["fine-tuned", "random", "two-random"]))
at_end = {pair: Result(alignments[pair][:, -1, -1]) for pair in pairs}
second, first = sorted(pairs, key=lambda pair: at_end[pair].mean)[-2:]
ahead = compare(paired_difference(at_end[first], at_end[second])) == "above"
outcome("01-most-alike", words[first] if ahead else "no-difference")

# %% [markdown]
# One part of the claim is left. If late layers are too specific, then on the far targets a stage *before*
# the last does better than the last. Of the earlier stages, stage 3 did best on the validation images
# of both. Its probe against that of stage 4, draw by draw:

# %%
for far in ["phantoms", "digits"]:
    *_, stage_3, stage_4 = panels[far]["pretrained"]
    gain = paired_difference(stage_3, stage_4)
    print(f"{far:9s} stage 3 over stage 4: {gain.percent()} points, {compare(gain)}")

# %% [markdown]
# ## What we measured
#
# This lesson's claims are measured anew for the second edition. The figures above show the first
# edition's runs: five draws, with intervals over draws alone, which leave out that other test pictures
# would have given other numbers.

# %% slideshow={"slide_type": "slide"}
from IPython.display import Markdown
from course_utils.claims import ledger

Markdown(ledger.table("01"))

# %% [markdown] slideshow={"slide_type": "slide"}
# Fine-tuning changes the last stage most. Pretraining adds more to it on the near targets than on the
# far ones, by the means; for clothing and phantoms five draws do not tell the two gains apart. But
# "specific" suggests that the last stage is *bad* for other things. These runs do not say so: on the far
# targets, whether stage 3 or stage 4 is better is undecided. Do not cut a network short because its last
# layers are "too specific". Measure.
#
# What to hold against it: one source, one architecture, small pictures, two far targets, of which one
# has few test images.

# %% [markdown]
# Before the exercises, five situations in which you may find yourself. Every choice, wrong or
# right, says what speaks for or against it, and where to look again.

# %%
from course_utils.teaching import quiz

quiz("01")

# %% [markdown]
# All claims of the course, each condition of each, are on [the claims ledger](claims.ipynb).
#
# ## Exercises
#
# Each has a check that tries your function on inputs of its own, and says what it lacks. `hint(...)`
# helps in steps; `solution(...)` shows one way.

# %% exercise="01-hook"

# %% exercise="01-receptive-field"

# %% exercise="01-grad-cam"

# %% [markdown]
# ### 4. A channel for a texture
#
# Which channel of stage 2 (`encoder.stages.1`) answers to brick more than to anything else? Here is
# what to look for it in: the mean activation of every channel for twenty pictures of each texture.

# %%
textures = load_dataset("materials", size=64).train.per_class(20, seed=0)
with torch.no_grad(), record(base, "encoder.stages.1") as recorded:
    base(as_inputs(np.asarray(textures.images)))
means = recorded["encoder.stages.1"].mean(dim=(2, 3)).numpy()
groups = [means[textures.labels == k] for k in range(len(textures.class_names))]
loudest = [int(group.mean(axis=0).argmax()) for group in groups]
print(f"{len(means)} pictures, {means.shape[1]} channels")
print(f"the loudest channel of each texture: {loudest}")

# %% exercise="01-texture-channel"

# %% [markdown]
# ## Further reading
#
# * Zeiler and Fergus, *Visualizing and Understanding Convolutional Networks* (2014): patches and
#   occlusion.
# * Olah, Mordvintsev and Schubert, *Feature Visualization* (2017): pictures made for channels, and
#   how to make them well.
# * Adebayo and others, *Sanity Checks for Saliency Maps* (2018): maps that explain nothing.
# * Yosinski and others, *How transferable are features in deep neural networks?* (2014): general
#   and specific, measured by transplanting layers.
# * Kornblith and others, *Similarity of Neural Network Representations Revisited* (2019): CKA.
