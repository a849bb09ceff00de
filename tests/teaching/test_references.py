"""What the course and others compute has the properties that the exercises ask of learners.

The answers are in the modules `references_*`; a new lesson's are found there.
"""

import numpy as np
import pytest
from checking import EXERCISES, modules

from course_utils.teaching.answer_values import same

REFERENCES = modules("references")
OWN = {id: answer for module in REFERENCES for id, answer in module.OWN.items()}
PROPERTIES = [(id, prop) for id in OWN for prop in EXERCISES[id].properties]


@pytest.mark.parametrize("module", REFERENCES, ids=lambda module: module.__name__)
def test_every_exercise_of_a_lesson_has_a_reference(module):
    lesson = module.__name__.removeprefix("references_")
    assert module.OWN and set(module.OWN) == {id for id in EXERCISES if id[:2] == lesson}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("exercise_id", "prop"), PROPERTIES, ids=[f"{id}-{p.__name__}" for id, p in PROPERTIES]
)
def test_the_reference_has_the_property(exercise_id, prop, seed):
    prop(OWN[exercise_id], np.random.default_rng(seed))


@pytest.mark.parametrize("exercise_id", [id for id in OWN if EXERCISES[id].example])
def test_the_example_is_right(exercise_id):
    arguments, result = EXERCISES[exercise_id].example
    assert same(result, OWN[exercise_id](*arguments))
