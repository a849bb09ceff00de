"""JupyterLab in headless Chromium runs every lesson and moves each control of its widgets.

A lesson takes minutes; `-k 03` chooses one. With COURSE_BROWSER_CELLS=widgets in the environment,
only the cells that show widgets are run. Screenshots are left in build/browser.
"""

import os

import pytest
from driving import OTHER_SECONDS, PICTURES, RUN_SECONDS, drive
from judging import controls, problems
from notebooks_for_browsing import lessons, with_widgets_only

WIDGETS_ONLY = os.environ.get("COURSE_BROWSER_CELLS") == "widgets"


@pytest.mark.timeout(RUN_SECONDS + OTHER_SECONDS + 60)
@pytest.mark.parametrize("notebook", lessons(), ids=lambda path: path.stem)
def test_a_lesson_works_in_the_browser(notebook, lab, tmp_path, tell):
    if WIDGETS_ONLY:
        notebook = with_widgets_only(notebook, tmp_path)
    report = drive(notebook, lab, tmp_path)
    cells, moved = len(report["cells"]), controls(report)
    tell(
        f"{notebook.stem}: {cells} cells in {report['seconds']:.0f} s, "
        f"{moved or 'no'} controls moved; screenshots in {PICTURES.name}"
    )
    found = problems(report)
    assert not found, "\n".join(found)


def test_there_are_lessons():
    assert len(lessons()) > 1
