"""Conditions are read from a card, hashed, and answered by the table of records."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from course_utils.errors import CourseError
from course_utils.measuring import conditions as conditions_module
from course_utils.measuring.conditions import Condition, conditions_of, hash_of, hashes_of_study
from course_utils.measuring.intervals import crossed_estimate
from course_utils.measuring.records import table_of

ENTRY = {
    "name": "clothing, 5 labels: frozen over the best rival",
    "study": "curves",
    "where": "dataset == 'clothing' and labels_per_class == 5",
    "arm": "arm == 'frozen'",
    "rivals": ["arm == 'small'", "arm == 'large'"],
    "difference_that_matters": 0.05,
    "draws": 4,
}


def claim(*entries, claim_id="less-data"):
    return {"id": claim_id, "statement": "so it is said", "primary": [*entries]}


def answers(arm, draw, dataset="clothing", accuracy=0.6, labels=5):
    seed = [*f"{arm}{dataset}{labels}".encode(), draw]
    return np.random.default_rng(seed).random(80) < accuracy


def record(arm, draw, part="test", base=None, dataset="clothing", labels=5, **measured):
    trial = {
        "arm": arm, "draw": draw, "part": part, "dataset": dataset, "labels_per_class": labels,
    }  # fmt: skip
    measured = measured or {"correct": answers(arm, draw, dataset, labels=labels)}
    return {"trial": trial | ({"base": base} if base else {}), "measured": measured}


def study(*more, arms=("frozen", "small", "large"), draws=range(4)):
    """Records in which the large rival did best on validation data."""
    tuned = [
        record(arm, 100, "validation", validation_accuracy=share)
        for arm, share in (("frozen", 0.9), ("small", 0.5), ("large", 0.6))
        for share in (share, share - 0.1)
    ]
    return table_of([*tuned, *(record(arm, d) for arm in arms for d in draws), *more])


def table_cells(arm, **options):
    return np.stack([answers(arm, draw, **options) for draw in range(4)]).astype(float)


def test_the_rival_is_the_best_one_on_validation_data():
    (condition,) = conditions_of(claim(ENTRY))
    expected = crossed_estimate(table_cells("frozen") - table_cells("large"))
    assert condition.estimate(study()) == expected


def test_one_rival_needs_no_choice_and_none_means_a_number():
    one = Condition("x", "s", "arm == 'frozen'", 0.05, 4, rivals=("arm == 'small'",))
    assert one.estimate(study()) == crossed_estimate(table_cells("frozen") - table_cells("small"))
    alone = Condition("x", "s", "arm == 'frozen'", 0.05, 4, above=0.5)
    own = crossed_estimate(table_cells("frozen"))
    found = alone.estimate(study())
    assert found.mean == pytest.approx(own.mean - 0.5)
    assert found.variance == own.variance


def test_a_difference_of_differences_on_the_same_pictures_is_paired():
    more = [record(arm, d, labels=50) for arm in ("frozen", "small") for d in range(4)]
    many = "labels_per_class == 50 and arm == "
    condition = Condition(
        "more with more labels", "s", f"{many}'frozen'", 0.02, 4,
        rivals=(f"{many}'small'",),
        less=tuple(f"labels_per_class == 5 and arm == '{arm}'" for arm in ("frozen", "small")),
    )  # fmt: skip
    expected = (
        table_cells("frozen", labels=50)
        - table_cells("small", labels=50)
        - (table_cells("frozen") - table_cells("small"))
    )
    assert condition.estimate(study(*more)) == crossed_estimate(expected)


def test_a_difference_of_differences_on_other_pictures_is_not():
    more = [record(arm, d, dataset="digits") for arm in ("frozen", "small") for d in range(4)]
    of = "dataset == '{}' and arm == '{}'"
    condition = Condition(
        "more on clothing", "s", of.format("clothing", "frozen"), 0.02, 4,
        rivals=(of.format("clothing", "small"),),
        less=(of.format("digits", "frozen"), of.format("digits", "small")),
    )  # fmt: skip
    parts = [
        crossed_estimate(table_cells("frozen", dataset=d) - table_cells("small", dataset=d))
        for d in ("clothing", "digits")
    ]
    assert condition.estimate(study(*more)) == parts[0].minus(parts[1])


def test_a_base_is_chosen_among_pretrained_arms_alone():
    own = [record("frozen", d, base="resnet50") for d in range(4)]
    other = [record("frozen", d, base="lite0", correct=~answers("frozen", d)) for d in range(4)]
    rows = study(*own, *other, arms=("small", "large"))
    condition = Condition(
        "x", "s", "arm == 'frozen'", 0.05, 4, rivals=("arm == 'small'",), base="lite0"
    )
    assert condition.estimate(rows) == crossed_estimate(
        1 - table_cells("frozen") - table_cells("small")
    )


def test_other_measures_than_answers():
    rows = table_of([record("frozen", d, steps_saved=0.6 + d / 10) for d in range(4)])
    condition = Condition("x", "s", "arm == 'frozen'", 0.05, 4, above=0.5, measure="steps_saved")
    found = condition.estimate(rows)
    assert found.mean == pytest.approx(0.25) and found.n_pictures is None


def test_an_exact_count_has_no_interval():
    rows = table_of([{"trial": {"rival": "small"}, "measured": {"saving": 0.97}}])
    condition = Condition(
        "x", "s", "rival == 'small'", 0.01, above=0.9, measure="saving", exact=True
    )
    found = condition.estimate(rows)
    assert found.interval() == pytest.approx((0.07, 0.07))
    assert condition.is_measured(rows) and not condition.is_measured(rows.iloc[:0])
    with pytest.raises(CourseError, match="2 records meet the condition 'x', an exact count"):
        condition.estimate(table_of([*[{"trial": {"rival": "small"}, "measured": {}}] * 2]))


def test_a_condition_is_measured_when_all_its_draws_are_there():
    (condition,) = conditions_of(claim(ENTRY))
    assert condition.is_measured(study())
    assert not condition.is_measured(study(draws=range(3)))
    assert not condition.is_measured(
        study(arms=("frozen", "small")),
    )
    assert not condition.is_measured(study().iloc[:0])
    assert condition.is_measured(study(record("frozen", 7))), (
        "draws beyond those stated don't count"
    )


def test_a_sweep_that_has_not_come_to_all_rivals_is_not_measured():
    (condition,) = conditions_of(claim(ENTRY))
    rows = study()
    coming = rows[~((rows.arm == "large") & (rows.part == "validation"))]
    assert not condition.is_measured(coming)
    assert not condition.is_measured(rows[rows.part == "test"])


def test_answers_on_validation_pictures_are_no_measurement():
    one = Condition("x", "s", "arm == 'frozen'", 0.05, 4, rivals=("arm == 'small'",))
    assert one.is_measured(study())
    assert not one.is_measured(study().assign(part="validation"))
    with pytest.raises(CourseError, match="No record of 's' meets"):
        one.estimate(study().assign(part="validation"))
    assert not one.is_measured(study(draws=(0, 1, 2, 4)))


def test_the_same_pictures_corrupted_are_paired():
    more = [record(arm, d, dataset="a/photo/blur") for arm in ("frozen", "small") for d in range(4)]
    more += [record(arm, d, dataset="a/photo") for arm in ("frozen", "small") for d in range(4)]
    of = "dataset == '{}' and arm == '{}'"
    condition = Condition(
        "blur", "s", of.format("a/photo", "frozen"), 0.02, 4,
        rivals=(of.format("a/photo", "small"),),
        less=(of.format("a/photo/blur", "frozen"), of.format("a/photo/blur", "small")),
    )  # fmt: skip
    plain, blurred = (
        table_cells("frozen", dataset=d) - table_cells("small", dataset=d)
        for d in ("a/photo", "a/photo/blur")
    )
    assert condition.estimate(study(*more)) == crossed_estimate(plain - blurred)


def test_the_rival_of_a_watched_run_is_judged_by_its_best_epoch():
    rows = study()
    watched = {"small": [0.5, 0.55, 0.6], "large": [0.1, 0.8, np.nan]}
    tuned = [record(arm, 100, "validation", validation_accuracy=v) for arm, v in watched.items()]
    (condition,) = conditions_of(claim(ENTRY))
    table = table_of(tuned)
    found = condition.estimate(pd.concat([table, rows[rows.part == "test"]]))
    assert found == crossed_estimate(table_cells("frozen") - table_cells("large"))


def test_a_measure_that_never_varies_is_no_sample():
    rows = table_of([record("frozen", d, saved=0.62) for d in range(4)])
    condition = Condition("x", "s", "arm == 'frozen'", 0.05, 4, above=0.5, measure="saved")
    with pytest.raises(CourseError, match="alike in every draw of 'x': if it is an exact count"):
        condition.estimate(rows)


def test_a_column_that_no_trial_has_yet_is_not_measured():
    one = Condition("x", "s", "arm == 'frozen' and kept == 3", 0.05, 4)
    assert not one.is_measured(study())
    with pytest.raises(CourseError, match="can't be answered"):
        Condition("x", "s", "arm =", 0.05, 4).is_measured(study())


def test_a_draw_costs_what_its_arms_took():
    timed = [
        record(arm, d, correct=answers(arm, d), seconds=30.0 * k)
        for k, arm in enumerate(("frozen", "small"), start=1)
        for d in range(4)
    ]
    rows = study(*timed, arms=())
    one = Condition("x", "s", "arm == 'frozen'", 0.05, 4, rivals=("arm == 'small'",))
    assert one.minutes_per_draw(rows) == pytest.approx(1.5)
    assert np.isnan(one.minutes_per_draw(study()))


def test_rivals_without_validation_records_cannot_be_chosen():
    rows = study()
    (condition,) = conditions_of(claim(ENTRY))
    with pytest.raises(CourseError, match=r"arm == 'small', arm == 'large' of .* no records"):
        condition.estimate(rows[rows.part == "test"])


@pytest.mark.parametrize("query", ["arm = 'frozen'", "nothing == 3", "arm =="])
def test_an_unsound_query_is_told(query):
    with pytest.raises(CourseError, match="can't be answered by the records of 's'"):
        Condition("x", "s", query, 0.05).estimate(study())


# The card.


def test_every_field_can_stand_in_a_card():
    entry = ENTRY | {"less": ["a", "b"], "above": 0.1, "measure": "kept", "because": "few pictures"}
    (condition,) = conditions_of(claim(entry))
    assert condition.less == ("a", "b") and condition.above == 0.1
    assert conditions_of({"id": "x"}) == ()


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (
            [{k: v for k, v in ENTRY.items() if k != "arm"}],
            "'less-data' has a condition without arm",
        ),
        ([ENTRY | {"rival": "x"}], "'rival' is unknown: did you mean 'rivals'"),
        ([ENTRY | {"difference_that_matters": 0}], "difference_that_matters of .* above 0"),
        ([ENTRY | {"draws": 1}], "draws of .* at least 2"),
        ([ENTRY | {"less": ["a"]}], "`less` is not two queries"),
        ([ENTRY, ENTRY], "two conditions of one name"),
        ([ENTRY | {"name": f"{k}"} for k in range(5)], "has 5 primary conditions: at most 4"),
    ],
)
def test_an_unsound_entry_is_told(entries, told):
    with pytest.raises(CourseError, match=told):
        conditions_of(claim(*entries))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"}, {"where": ""}, {"rivals": ["arm == 'small'"]}, {"draws": 5},
        {"difference_that_matters": 0.02}, {"base": "resnet50"}, {"above": 0.01},
    ],
)  # fmt: skip
def test_any_change_of_a_condition_changes_the_hash(change):
    own = hash_of(conditions_of(claim(ENTRY)))
    assert hash_of(conditions_of(claim(ENTRY | change))) != own
    assert hash_of(conditions_of(claim(ENTRY, ENTRY | {"name": "another"}))) != own


def test_a_whole_number_is_the_same_number():
    zero = [hash_of(conditions_of(claim(ENTRY | {"above": above}))) for above in (0, 0.0)]
    assert zero[0] == zero[1] == hash_of(conditions_of(claim(ENTRY)))


def test_a_reason_does_not_change_the_hash():
    reasoned = ENTRY | {"because": "372 test pictures"}
    assert hash_of(conditions_of(claim(reasoned))) == hash_of(conditions_of(claim(ENTRY)))


def test_a_study_knows_the_claims_that_rest_on_it(monkeypatch):
    claims = [
        claim(ENTRY),
        claim(ENTRY | {"study": "other"}, claim_id="faster"),
        {"id": "not stated yet"},
    ]
    lesson = SimpleNamespace(card={"claims": claims})
    monkeypatch.setattr(conditions_module, "lesson_folders", lambda: [lesson])
    assert hashes_of_study("curves") == {"less-data": hash_of(conditions_of(claim(ENTRY)))}
    assert hashes_of_study("none") == {}
