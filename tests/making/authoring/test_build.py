"""Both notebooks of a lesson come from its one text, whole or not at all."""

import nbformat
import pytest
from small_lessons import write_lesson

from course_utils.errors import CourseError
from making.authoring import build, lessons

NAME = "90_tiny_lesson"

FAILING = """# %% [markdown]
# # 91 A failing lesson

# %%
ready = True

# %%
{code}
"""


def _read(path):
    return nbformat.read(path, as_version=4)


def _change_text(project, old, new):
    path = project / "course_utils" / "lessons" / "lesson_90" / "text.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _sources(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def test_the_learner_gets_stubs_and_the_instructor_solutions(tiny_project):
    learners = _sources(_read(tiny_project / "notebooks" / f"{NAME}.ipynb"))
    instructors = _sources(_read(tiny_project / "notebooks" / "solutions" / f"{NAME}.ipynb"))
    assert "    # YOUR CODE HERE\n    raise NotImplementedError()" in learners
    assert "SOLUTION" not in learners
    assert "saved" not in learners
    assert "raise NotImplementedError" not in instructors
    assert "    ### BEGIN SOLUTION\n    saved = " in instructors


def test_learners_outputs_are_stored(tiny):
    code = [cell for cell in tiny.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert code[0].outputs[0].text == "8 answers, accuracy ≈ 75.0 %\n"
    assert code[-1].outputs[0].text.startswith("Not answered yet: write break_even_tasks")


def test_instructors_checks_pass(tiny_project):
    notebook = _read(tiny_project / "notebooks" / "solutions" / f"{NAME}.ipynb")
    assert notebook.cells[-2].outputs[0].text.startswith("Passed")


def test_tags_and_exercises_reach_the_notebook(tiny):
    metadata = [cell.metadata for cell in tiny.cells if cell.metadata]
    assert {"tags": ["nbval-ignore-output", "timing"]} in metadata
    assert {"exercise": "02-break-even"} in metadata


def test_nothing_of_the_machine_is_stored(tiny):
    assert tiny.metadata == {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    assert not any("execution" in cell.metadata for cell in tiny.cells)


def test_ids_do_not_depend_on_other_cells(own_project):
    before = _read(own_project / "notebooks" / f"{NAME}.ipynb")
    _change_text(
        own_project,
        "# %% [markdown]\n# The picture",
        "# %%\nnew = 1\n\n# %% [markdown]\n# The picture",
    )
    assert build.main([], own_project) == 0
    after = _read(own_project / "notebooks" / f"{NAME}.ipynb")
    ids = [cell.id for cell in after.cells]
    assert [id for id in ids if id in {cell.id for cell in before.cells}] == [
        cell.id for cell in before.cells
    ]
    assert len(set(ids)) == len(ids) == len(before.cells) + 1


def test_equal_cells_have_ids_of_their_own(tmp_path):
    lesson = write_lesson(tmp_path, "# %%\nx = 1\n\n# %%\nx = 1\n")
    first, second = lessons.read_lesson(lesson.text).cells
    assert second.id == f"{first.id}-2"


def test_a_rebuild_changes_no_byte(own_project):
    paths = [
        own_project / "notebooks" / f"{NAME}.ipynb",
        own_project / "notebooks" / "solutions" / f"{NAME}.ipynb",
    ]
    before = [path.read_bytes() for path in paths]
    assert build.main([], own_project) == 0
    assert [path.read_bytes() for path in paths] == before


def test_outputs_stay_when_only_words_change(own_project, capsys):
    _change_text(own_project, "Notice that", "Did you notice that")
    assert build.main([], own_project) == 0
    notebook = _read(own_project / "notebooks" / f"{NAME}.ipynb")
    assert "Did you notice that" in _sources(notebook)
    assert "accuracy ≈ 75.0 %" in str(notebook)
    assert capsys.readouterr().out == f"{NAME}: built.\n"


def test_outputs_go_when_code_changes(own_project, capsys):
    _change_text(own_project, "[1, 1, 0, 1,", "[1, 0, 0, 1,")
    assert build.main([], own_project) == 0
    notebook = _read(own_project / "notebooks" / f"{NAME}.ipynb")
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert f"--execute {NAME}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1 / 0", "cell 3 ('1 / 0') raised ZeroDivisionError: division by zero"),
        ("import os\nos._exit(1)", "cell 3 ('import os') ended the kernel"),
        ("while True:\n    pass", "cell 3 ('while True:') took longer than 1 seconds"),
    ],
)
def test_a_failing_cell_writes_nothing(tmp_path, capsys, monkeypatch, code, told):
    monkeypatch.setattr(build, "CELL_SECONDS", 1)
    kept = lessons.learners_notebook(write_lesson(tmp_path, FAILING.format(code=code)))
    kept.write_text("as it was", encoding="utf-8")
    assert build.main(["--execute"], tmp_path) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "nothing was written" in error
    assert kept.read_text(encoding="utf-8") == "as it was"
    assert list((tmp_path / "notebooks").rglob("*.ipynb")) == [kept]


def test_a_solution_that_its_check_rejects_is_not_written(own_project, capsys):
    _change_text(own_project, "// saved + 1", "// saved + 2")
    assert build.main(["--solutions"], own_project) == 1
    assert "solution does not pass in cell" in capsys.readouterr().err
    assert "saved + 2" not in _sources(
        _read(own_project / "notebooks" / "solutions" / f"{NAME}.ipynb")
    )


def test_check_agrees_after_a_build(tiny_project, capsys):
    assert build.main(["--check"], tiny_project) == 0
    assert capsys.readouterr().out == "Notebooks and texts of 1 lesson(s) agree.\n"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("Notice that", "See that", "in cell 6 (source)"),
        ("assert answers.mean() > 0.5", "assert True", "in cell 3 (source)"),
        ('tags=["nbval-ignore-output", "timing"]', 'tags=["timing"]', "in cell 7 (metadata)"),
        ("# The text of this lesson.", "# The text.\n\n# %%\n1", "in cell 13 (source)"),
        (
            "# %%\nimport numpy",
            "# %% [markdown]\n# New.\n\n# %%\nimport numpy",
            "in cell 3 (cell type)",
        ),
    ],
)
def test_check_says_what_differs(own_project, capsys, old, new, what):
    _change_text(own_project, old, new)
    before = (own_project / "notebooks" / f"{NAME}.ipynb").read_bytes()
    assert build.main(["--check"], own_project) == 1
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2
    for line, path in zip(told, (f"notebooks/{NAME}", f"solutions/{NAME}"), strict=True):
        assert f"{path}.ipynb differs from the text {what}" in line
        assert f"run `python -m making.authoring.build --execute {NAME}`" in line
    assert (own_project / "notebooks" / f"{NAME}.ipynb").read_bytes() == before


def test_check_sees_a_changed_id_a_missing_and_a_stray_notebook(own_project, capsys):
    path = own_project / "notebooks" / f"{NAME}.ipynb"
    notebook = _read(path)
    notebook.cells[0].id = "another"
    nbformat.write(notebook, path)
    (own_project / "notebooks" / "solutions" / f"{NAME}.ipynb").rename(
        own_project / "notebooks" / "solutions" / "92_stray.ipynb"
    )
    (own_project / "notebooks" / "notes.txt").touch()
    (own_project / "notebooks" / ".ruff.toml").touch()
    assert build.main(["--check"], own_project) == 1
    told = capsys.readouterr().out
    assert "in cell 1 (id)" in told
    assert f"solutions/{NAME}.ipynb is missing" in told
    assert "solutions/92_stray.ipynb is built from no lesson's text" in told
    assert "notebooks/notes.txt is built from no lesson's text" in told
    assert "ruff" not in told


def test_an_unknown_lesson_is_told(tiny_project, capsys):
    assert build.main(["93"], tiny_project) == 1
    assert "There is no lesson '93'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["90", "90_tiny", NAME, f"notebooks/{NAME}.ipynb", "course_utils/lessons/lesson_90"]
)
def test_lessons_are_found_by_number_name_and_path(tiny_project, name):
    assert [lesson.name for lesson in lessons.find_lessons(tiny_project, [name])] == [NAME]


def test_pages_are_built_after_the_lessons_and_deep_dives_are_lessons_of_their_own(tmp_path):
    planned = tmp_path / "course_utils" / "lessons" / "lesson_03"
    planned.mkdir(parents=True)
    (planned / "lesson.toml").write_text('title = "Planned"')
    for folder, title in (("a_page", "Page"), ("lesson_02b", "Deep"), ("lesson_02", "Base")):
        write_lesson(tmp_path, "# %%\n1\n", folder, title)
    found = lessons.find_lessons(tmp_path)
    assert [(each.number, each.is_page) for each in found] == [
        ("02", False),
        ("02b", False),
        ("", True),
    ]
    assert [each.name for each in lessons.find_lessons(tmp_path, ["02"])] == ["02_base"]


def test_a_stub_keeps_what_surrounds_the_solution():
    code = (
        "def f(x):\n    y = x\n    ### BEGIN SOLUTION\n    y += 1\n\n    y *= 2\n"
        "    ### END SOLUTION\n    return y"
    )
    assert lessons.stub(code) == (
        "def f(x):\n    y = x\n    # YOUR CODE HERE\n    raise NotImplementedError()\n    return y"
    )


@pytest.mark.parametrize(
    "code",
    [
        "### BEGIN SOLUTION\nx = 1",
        "x = 1\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
    ],
)
def test_an_open_solution_is_refused(code):
    with pytest.raises(CourseError, match="SOLUTION"):
        lessons.stub(code)
