"""A mistake's name and hint follow from its wrong answer, unless they are given."""

from functools import partial

from course_utils.teaching.mistake import Mistake, in_every_case, returns_nothing


def sum_for_mean(values, power=1):
    """You add up,
    and do not divide.
    """
    return sum(values) ** power


@in_every_case
def a_list(answer, values):
    """You give a list."""
    return isinstance(answer(values), list)


def test_they_follow_from_the_first_function():
    for wrong in (sum_for_mean, (sum_for_mean, max)):
        mistake = Mistake(wrong)
        assert (mistake.name, mistake.hint) == ("sum-for-mean", "You add up, and do not divide.")
    assert (Mistake(a_list).name, Mistake(a_list).hint) == ("a-list", "You give a list.")


def test_those_given_win():
    mistake = Mistake(returns_nothing, "None.", "nothing")
    assert (mistake.name, mistake.hint) == ("nothing", "None.")


def test_what_is_no_function_gives_none():
    mistake = Mistake(partial(sum_for_mean, power=2))
    assert (mistake.name, mistake.hint) == ("", "")
