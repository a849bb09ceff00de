"""How often the course's intervals and words err: simulated studies with a known truth.

    python -m making.simulation                 everything; about twenty minutes on one core
    python -m making.simulation coverage        one part alone: coverage, alarms, power, words

Each simulated study has draws of labelled pictures, crossed with test pictures. An answer of a
paired difference is -1, 0 or 1. Three things make it: a picture's own leaning, the same in every
draw; the draw's own effect, the same on every picture; and chance. What is set is the noise that
the course's sweeps have: the draws' standard deviation ("scatter"), the share of answers in which
the two arms differ, and how much of that share is a picture's own leaning.

The tables are written to `making/records/simulation-PART.md`.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from course_utils.claims.verdicts import Word, verdict_of, what_is_short, word_of
from course_utils.files import atomic_path
from course_utils.measuring.intervals import Estimate, confidence_of, crossed_estimate
from course_utils.measuring.planning import power

RECORDS = Path(__file__).parent / "records"

SCATTERS = (0.014, 0.035, 0.049)
DIFFERING = (0.1, 0.3)
PICTURES = (250, 1000, 3000)
DRAWS = (10, 20)
#: Of the answers that differ, the share that does so by the picture and not by chance.
LEANING = (0.0, 0.5, 0.9)


@dataclass(frozen=True)
class Noise:
    """What a simulated study is like.

    Attributes
    ----------
    draws, pictures : int
    scatter : float
        Standard deviation of the draws' own effects.
    differing : float
        Share of answers in which the arms differ.
    leaning : float
        Share of `differing` that is the same in every draw.
    """

    draws: int
    pictures: int
    scatter: float
    differing: float
    leaning: float = 0.5


def paired_cells(noise: Noise, effect: float, random: np.random.Generator) -> np.ndarray:
    """A table of paired differences whose true mean is `effect`: (draws, pictures) of -1, 0, 1.

    A share of the pictures leans: the arms differ on them in every draw, in one direction or the
    other with equal chance. On the rest they differ by chance; the draws' effects and the true
    effect show there alone, and are so much the larger.
    """
    leaning = noise.differing * noise.leaning
    by_chance = (noise.differing - leaning) / (1 - leaning)
    effects = (effect + random.normal(0, noise.scatter, noise.draws)) / (1 - leaning)
    # The draws' effects make answers differ too: chance makes so many fewer.
    both = max(by_chance - np.abs(effects).mean(), 0) / 2
    up, down = both + np.maximum(effects, 0), both + np.maximum(-effects, 0)
    chance = random.random((noise.draws, noise.pictures), dtype=np.float32)
    cells = (chance < up[:, None]).astype(np.int8) - (chance > 1 - down[:, None])
    leans = random.random(noise.pictures) < leaning
    sides = random.choice(np.array([-1, 1], dtype=np.int8), noise.pictures)
    return np.where(leans, sides, cells)


def arm_cells(
    noise: Noise, accuracy: float, random: np.random.Generator, spread: float = 0.8
) -> np.ndarray:
    """Right and wrong answers of one arm whose true accuracy is `accuracy`: (draws, pictures).

    Pictures differ in difficulty: each has its own chance of a right answer, beta-distributed; with
    `spread` near 1 it is nearly always, or nearly never, named correctly.
    """
    size = (1 - spread) / spread
    easy = random.beta(accuracy * size, (1 - accuracy) * size, noise.pictures)
    effects = random.normal(0, noise.scatter, noise.draws)
    # Toward the end that an effect points to, so that its mean over pictures stays what it is.
    room = np.where(effects[:, None] > 0, (1 - easy) / (1 - accuracy), easy / accuracy)
    chances = np.clip(easy + effects[:, None] * room, 0, 1)
    return random.random((noise.draws, noise.pictures)) < chances


def difference_of_differences(
    noise: Noise, effect: float, random: np.random.Generator
) -> np.ndarray:
    """Two paired differences on the same pictures, one with the effect, taken off each other."""
    first = paired_cells(noise, effect, random).astype(float)
    return first - paired_cells(noise, 0.0, random)


def noises(leanings: Sequence[float] = (0.5,), draws: Sequence[int] = DRAWS) -> Iterator[Noise]:
    """Every kind of noise that the course's sweeps have."""
    for each in product(draws, PICTURES, SCATTERS, DIFFERING, leanings):
        yield Noise(*each)


def coverage(noise: Noise, kind: str, repeats: int, seed: int = 0) -> tuple[float, float]:
    """How often the 95 % interval holds the truth, and half its mean width.

    Parameters
    ----------
    noise : Noise
    kind : {"arm", "paired", "twice"}
    repeats, seed : int

    Returns
    -------
    share, half_width : float
    """
    random = np.random.default_rng([seed, *str(noise).encode()])
    truth = {"arm": 0.7, "paired": 0.03, "twice": 0.03}[kind]
    draw = {"arm": arm_cells, "paired": paired_cells, "twice": difference_of_differences}[kind]
    held, widths = 0, []
    for _ in range(repeats):
        estimate = crossed_estimate(draw(noise, truth, random))
        widths.append(estimate.half_width())
        held += abs(estimate.mean - truth) <= widths[-1]
    return held / repeats, float(np.mean(widths))


def simulated_words(
    noise: Noise, effects: Sequence[float], difference: float, random: np.random.Generator
) -> tuple[list[Word], list[Estimate]]:
    """The words of one claim whose conditions have these true differences."""
    estimates = [crossed_estimate(paired_cells(noise, each, random)) for each in effects]
    confidence = confidence_of(len(effects))
    words: list[Word] = [word_of(e.mean, *e.interval(confidence), difference) for e in estimates]
    return words, estimates


def false_alarms(noise: Noise, n_conditions: int, claims: int, seed: int = 0) -> float:
    """Share of claims without any effect of which at least one condition is called supported."""
    random = np.random.default_rng([seed, n_conditions, *str(noise).encode()])
    # The smallest difference that could matter: every other makes the rule stricter.
    alarmed = [
        "supported" in simulated_words(noise, [0.0] * n_conditions, 1e-9, random)[0]
        for _ in range(claims)
    ]
    return float(np.mean(alarmed))


def found(
    noise: Noise, effect: float, difference: float, n_conditions: int, repeats: int, seed: int = 0
) -> float:
    """Share of conditions with this true effect that are supported."""
    random = np.random.default_rng([seed, n_conditions, *str(noise).encode()])
    confidence = confidence_of(n_conditions)
    words = []
    for _ in range(repeats):
        estimate = crossed_estimate(paired_cells(noise, effect, random))
        words.append(word_of(estimate.mean, *estimate.interval(confidence), difference))
    return float(np.mean([word == "supported" for word in words]))


#: Ten claims whose truth is known: their true differences in points, and the noise.
MADE_CLAIMS: dict[str, tuple[tuple[float, ...], Noise]] = {
    "large gain everywhere": ((12, 10, 14), Noise(10, 1000, 0.035, 0.3)),
    "gain of four points, measured well": ((4, 4), Noise(20, 3000, 0.03, 0.1)),
    "no effect, measured well": ((0, 0), Noise(20, 3000, 0.014, 0.1)),
    "no effect, measured badly": ((0, 0), Noise(5, 250, 0.049, 0.3)),
    "harm everywhere": ((-9, -12), Noise(10, 1000, 0.035, 0.3)),
    "gain here, harm there": ((10, -10), Noise(10, 1000, 0.035, 0.3)),
    "gain here, nothing there": ((8, 0), Noise(20, 3000, 0.014, 0.1)),
    "gain of half of what matters": ((1, 1), Noise(20, 3000, 0.014, 0.1)),
    "gain of three points, few pictures": ((3, 3), Noise(10, 250, 0.035, 0.3)),
    "gain here, the rest unclear": ((12, 3, 3), Noise(10, 250, 0.035, 0.3)),
}


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def conditions(*numbers: int) -> list[str]:
    """Titles of columns."""
    return ["1 condition" if n == 1 else f"{n} conditions" for n in numbers]


def coverage_tables(repeats: int) -> str:
    """Coverage and half width of each kind of interval."""
    titles = {
        "paired": "A paired difference of 3 points",
        "arm": "One arm, 70 % right",
        "twice": "A difference of differences of 3 points",
    }
    parts = []
    for kind, title in titles.items():
        rows = []
        for noise in noises((0.5,) if kind != "paired" else LEANING):
            held, half_width = coverage(noise, kind, repeats)
            rows.append([
                noise.draws, noise.pictures, f"{100 * noise.scatter:.1f}",
                f"{100 * noise.differing:.0f} %" if kind != "arm" else "–",
                f"{100 * noise.leaning:.0f} %" if kind != "arm" else "–",
                f"{100 * held:.1f} %", f"± {100 * half_width:.1f}",
            ])  # fmt: skip
            print(kind, noise, held, flush=True)
        header = [
            "draws",
            "pictures",
            "scatter, points",
            "differing",
            "leaning",
            "covered",
            "points",
        ]
        parts.append(f"### {title}\n\n{table(header, rows)}")
    return f"## Coverage of the 95 % interval, {repeats:,} studies each\n\n" + "\n\n".join(parts)


def alarm_table(claims: int) -> str:
    """False alarms of claims with one to four conditions."""
    rows = []
    for noise in noises():
        shares = [false_alarms(noise, k, claims) for k in (1, 2, 3, 4)]
        rows.append([
            noise.draws, noise.pictures, f"{100 * noise.scatter:.1f}",
            f"{100 * noise.differing:.0f} %", *(f"{100 * share:.1f} %" for share in shares),
        ])  # fmt: skip
        print("alarms", noise, shares, flush=True)
    header = [
        "draws",
        "pictures",
        "scatter, points",
        "differing",
        *conditions(1, 2, 3, 4),
    ]
    title = "False alarms: claims without any effect that have a supported condition"
    note = "Whatever difference matters: the smallest was taken."
    return f"## {title}, {claims:,} claims each\n\n{note}\n\n{table(header, rows)}"


def power_table(repeats: int) -> str:
    """How often a true effect is supported, simulated, and as `planning.power` says."""
    cases = [(Noise(d, 3000, 0.03, 0.1), 0.04, 0.02) for d in DRAWS]
    cases += [(noise, 0.1, 0.05) for noise in noises()]
    rows = []
    for noise, effect, difference in cases:
        shares = [found(noise, effect, difference, k, repeats) for k in (1, 2, 4)]
        cells = paired_cells(noise, effect, np.random.default_rng(0))
        components = crossed_estimate(cells).components
        assert components is not None
        planned = power(components, effect, difference, noise.draws, noise.pictures)
        rows.append([
            f"{100 * effect:.0f}", f"{100 * difference:.0f}", noise.draws, noise.pictures,
            f"{100 * noise.scatter:.1f}", f"{100 * noise.differing:.0f} %",
            *(f"{100 * share:.0f} %" for share in shares), f"{100 * planned:.0f} %",
        ])  # fmt: skip
        print("power", noise, shares, planned, flush=True)
    noise_names = ["draws", "pictures", "scatter, points", "differing"]
    header = ["true points", "points that matter", *noise_names]
    header += [*conditions(1, 2, 4), "planned from one study"]
    return f"## Power: conditions supported, {repeats:,} studies each\n\n{table(header, rows)}"


def words_table(seed: int = 1) -> str:
    """The words on ten claims whose truth is known, one study each."""
    rows = []
    for number, (name, (points, noise)) in enumerate(MADE_CLAIMS.items()):
        random = np.random.default_rng([seed, number])
        difference = 0.02 if noise.pictures >= 3000 else 0.05
        words, estimates = simulated_words(noise, [p / 100 for p in points], difference, random)
        confidence = confidence_of(len(points))
        told = []
        for word, estimate in zip(words, estimates, strict=True):
            text = (
                f"{100 * estimate.mean:.1f} ± {100 * estimate.half_width(confidence):.1f}: {word}"
            )
            if word == "undecided":
                text += f" ({what_is_short(estimate, difference, confidence)})"
            told.append(text)
        truth = ", ".join(f"{p:g}" for p in points)
        size = f"{noise.draws} draws, {noise.pictures} pictures"
        rows.append(
            [name, truth, f"{100 * difference:g}", size, "<br>".join(told), verdict_of(words)]
        )
    header = [
        "claim",
        "true points",
        "points that matter",
        "measured with",
        "conditions",
        "verdict",
    ]
    return f"## The words on ten made claims\n\n{table(header, rows)}"


PARTS = {
    "coverage": lambda: coverage_tables(2000),
    "alarms": lambda: alarm_table(1000),
    "power": lambda: power_table(1000),
    "words": words_table,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, and write each part's tables."""
    names = list(arguments if arguments is not None else sys.argv[1:]) or list(PARTS)
    for name in names:
        text = PARTS[name]()
        with atomic_path(RECORDS / f"simulation-{name}.md") as temporary:
            temporary.write_text(f"{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
