"""Fair trials: draws that leave room, folds that keep groups whole, the start as a candidate."""

import numpy as np
import pytest

from course_utils.datasets import Dataset
from course_utils.errors import CourseError
from course_utils.measuring.trials import best_epoch, cross_fitted, draw_labelled, folds


def dataset(per_class=(10, 14, 30), grouped=0):
    labels = np.repeat(np.arange(len(per_class)), per_class)
    inputs = np.random.default_rng(0).normal(labels[:, None], 0.1, size=(len(labels), 3))
    groups = np.array([f"g{k // grouped}" for k in range(len(labels))]) if grouped else None
    return Dataset(inputs, labels, ("a", "b", "c"), name="made", groups=groups)


@pytest.mark.parametrize("labels", [1, 3, 5])
def test_a_draw_takes_as_many_of_every_class(labels):
    drawn = draw_labelled(dataset(), labels, draw=2)
    assert np.bincount(drawn.labels).tolist() == [labels] * 3
    assert len(np.unique(drawn.inputs, axis=0)) == 3 * labels
    again = draw_labelled(dataset(), labels, draw=2)
    np.testing.assert_array_equal(again.inputs, drawn.inputs)


def test_a_draw_takes_at_most_half_of_a_class():
    with pytest.raises(CourseError, match="'made' has 10 of 'a': ask for at most 5 a class, not 6"):
        draw_labelled(dataset(), 6, draw=0)


@pytest.mark.parametrize("grouped", [0, 2])
def test_every_picture_is_held_out_once(grouped):
    data = dataset(grouped=grouped)
    found = list(folds(data.labels, 4, draw=1, groups=data.groups))
    assert sorted(np.concatenate([held for _, held in found])) == list(range(len(data)))
    for kept, held in found:
        assert set(kept) | set(held) == set(range(len(data)))
        if grouped:
            assert not set(data.groups[kept]) & set(data.groups[held])
        assert len(np.unique(data.labels[held])) == 3


def test_folds_differ_from_draw_to_draw():
    labels = dataset().labels
    one, other = (list(folds(labels, 4, draw)) for draw in (0, 1))
    assert any(set(a[1]) != set(b[1]) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(("n_folds", "grouped"), [(11, 0), (6, 2)])
def test_too_few_pictures_for_the_folds(n_folds, grouped):
    data = dataset(grouped=grouped)
    with pytest.raises(CourseError, match=f"{n_folds} folds need at least {n_folds} pictures"):
        list(folds(data.labels, n_folds, 0, data.groups))


@pytest.mark.parametrize("grouped", [0, 2])
def test_cross_fitting_tests_every_picture_once_on_others(grouped):
    data = dataset(grouped=grouped)
    seen = []

    def nearest(labelled, tested):
        if grouped:
            assert not set(labelled.groups) & set(tested.groups)
        assert np.bincount(labelled.labels).tolist() == [3, 3, 3]
        seen.append(len(tested))
        means = np.stack([labelled.inputs[labelled.labels == k].mean(axis=0) for k in range(3)])
        return np.linalg.norm(tested.inputs[:, None] - means, axis=2).argmin(axis=1)

    correct = cross_fitted(data, 0, nearest, labels_per_class=3)
    assert correct.shape == (54,) and correct.all()
    assert sum(seen) == 54 and len(seen) == 5


def test_cross_fitted_answers_are_in_the_order_of_the_data():
    data = dataset()
    correct = cross_fitted(data, 0, lambda labelled, tested: np.zeros(len(tested), dtype=int), 2)
    np.testing.assert_array_equal(correct, data.labels == 0)


def test_cross_fitting_wants_an_answer_for_each():
    with pytest.raises(CourseError, match=r"Fold 0: answers must give a class for each of 11"):
        cross_fitted(dataset(), 0, lambda labelled, tested: np.zeros(3))


def test_tuning_learns_from_all_other_labelled_pictures():
    """Five labels a class are four to learn from and one to judge by, in turn."""
    few = draw_labelled(dataset(), 5, draw=0)
    learnt = []

    def note(labelled, tested):
        learnt.append((np.bincount(labelled.labels).tolist(), np.bincount(tested.labels).tolist()))
        return tested.labels

    assert cross_fitted(few, 0, note).all()
    assert learnt == [([4, 4, 4], [1, 1, 1])] * 5


@pytest.mark.parametrize(
    ("scores", "best"),
    [([0.7, 0.6, 0.65], 0), ([0.5, 0.6, 0.6, 0.4], 1), ([0.5], 0), ([0.1, 0.2, 0.3], 2)],
)
def test_where_training_started_is_a_candidate(scores, best):
    assert best_epoch(scores) == best


@pytest.mark.parametrize("scores", [[], [0.5, np.nan], [[0.5]]])
def test_no_epoch_to_choose(scores):
    with pytest.raises(CourseError, match="one validation accuracy before training"):
        best_epoch(scores)
