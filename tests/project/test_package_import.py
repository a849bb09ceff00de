"""`import course_utils` stays light: neither framework comes with it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["course_utils", "course_utils.cli", "course_utils.doctor"])
def test_importing_loads_no_framework(module):
    code = (
        f"import sys, {module}\n"
        "heavy = {'tensorflow', 'torch', 'keras', 'transformers', 'matplotlib', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_public_names_are_listed_and_unknown_ones_refused():
    import course_utils

    assert set(course_utils.__all__) <= set(dir(course_utils))
    with pytest.raises(AttributeError, match="load_dataset"):
        course_utils.load_datasets  # noqa: B018
