"""The card's figures are those that were measured, and within what was promised."""

import json

import numpy as np

from course_utils.bases.weights import shipped_manifest
from course_utils.measuring.results import Result, paired_difference
from making.authoring.regions import with_regions
from making.quantisation import quantisation_loss as loss


def measured():
    return json.loads(loss.MEASURED.read_text(encoding="utf-8"))


def test_expected_loss_is_what_the_original_gives_up():
    original = np.array([[0.6, 0.4, 0.0], [0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    other = np.array([[0.4, 0.6, 0.0], [0.9, 0.1, 0.0], [0.8, 0.1, 0.1]])
    assert np.isclose(loss.expected_top1_loss(original, other), (0.2 + 0.0 + 0.7) / 3)
    assert loss.expected_top1_loss(original, original) == 0


def test_the_card_shows_the_measured_figures():
    card = loss.CARD.read_text(encoding="utf-8")
    assert with_regions(card, {"measured": loss.card_region(measured())}) == card


def test_the_figures_belong_to_the_file_that_ships():
    assert measured()["bytes"] == shipped_manifest()["bytes"] <= 32e6


def test_eight_bits_cost_at_most_a_third_of_a_point():
    figures = measured()
    probe = paired_difference(Result(figures["probe_source"]), Result(figures["probe_shipped"]))
    assert figures["expected_top1_loss"] <= 0.003
    assert probe.mean <= 0.003
