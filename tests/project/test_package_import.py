"""`import course_utils` stays light: neither framework comes with it, nor pandas."""

import subprocess
import sys

import pytest

LIGHT = ("course_utils", "course_utils.cli", "course_utils.doctor", "course_utils.measuring")


@pytest.mark.parametrize("module", LIGHT)
def test_importing_loads_no_framework(module):
    code = (
        f"import sys, {module}\n"
        "heavy = {'tensorflow', 'torch', 'keras', 'transformers', 'matplotlib', 'sklearn',"
        " 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_public_names_are_listed_and_unknown_ones_refused():
    import course_utils

    assert set(course_utils.__all__) <= set(dir(course_utils))
    with pytest.raises(AttributeError, match="load_dataset"):
        course_utils.load_datasets  # noqa: B018
