"""Each rule of style fires on what it forbids, and on nothing else."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from sklearn.linear_model import LogisticRegression
from small_lessons import FIXTURES, write_lesson

from course_utils.lesson_folders import lesson_folder
from course_utils.paths import PROJECT_FOLDER
from making.authoring import lint, lint_outputs, lint_text
from making.authoring.lessons import find_lessons

TINY = lesson_folder("90", FIXTURES)
RULES = (*lint_text.RULES, *lint_outputs.RULES)
WIDGET = "application/vnd.jupyter.widget-view+json"


def _fires(notebook):
    """The rules that fire on a notebook."""
    fired = {rule.__name__ for rule in RULES for _ in rule(notebook)}
    return fired | {"header" for _ in lint_text.header(notebook, TINY)}


def _code(notebook, number):
    return [cell for cell in notebook.cells if cell.cell_type == "code"][number]


def _figure(notebook):
    return next(out for out in _code(notebook, 1).outputs if "image/png" in out.data)


def _fitted_estimator():
    """What a notebook shows when a cell ends with a fitted estimator."""
    html = LogisticRegression().fit([[0.0], [1.0]], [0, 1])._repr_html_()
    return new_output("execute_result", execution_count=1, data={"text/html": html})


def _replace_header(notebook, old, new):
    assert old in notebook.cells[0].source
    notebook.cells[0].source = notebook.cells[0].source.replace(old, new)


def _insert(notebook, *cells):
    """Put cells before the last one."""
    notebook.cells[-1:-1] = cells


def _text(source, **metadata):
    return new_markdown_cell(source, metadata=metadata)


def _run(source, *outputs, **metadata):
    return new_code_cell(source, outputs=list(outputs), metadata=metadata, execution_count=9)


def _printed(text):
    return new_output("stream", name="stdout", text=text)


def test_a_lesson_in_order_passes_every_rule(tiny):
    assert _fires(tiny) == set()


# Each: the rule that fires, and what it fires on.
BREACHES = [
    ("header", lambda nb: _replace_header(nb, "# 90 A tiny", "# A tiny")),
    ("header", lambda nb: _replace_header(nb, "Prerequisites", "Before")),
    ("header", lambda nb: _replace_header(nb, "| **Time to teach** |", "Time to teach")),
    ("header", lambda nb: _replace_header(nb, "5 minutes", "6 minutes")),
    ("header", lambda nb: _replace_header(nb, "a second", "an hour")),
    ("sections", lambda nb: nb.cells.pop()),
    ("heading_order", lambda nb: _insert(nb, _text("# Another title"))),
    ("heading_order", lambda nb: _insert(nb, _text("##### Deep down"))),
    ("code_length", lambda nb: _insert(nb, _run("x = 1\n" * 13))),
    ("code_length", lambda nb: _insert(nb, _run("x = 1\n" * 21, exercise="02-freeze"))),
    ("line_width", lambda nb: _insert(nb, _run("x = '" + "x" * 90 + "'"))),
    ("text_ratio", lambda nb: _insert(nb, *[_run("1")] * 8)),
    ("text_ratio", lambda nb: _insert(nb, *[_text("Words.")] * 8)),
    ("one_framework", lambda nb: _insert(nb, _run("import keras"), _run("import torch.nn"))),
    (
        "one_framework",
        lambda nb: _insert(nb, _run("from tensorflow import data\nfrom transformers import X")),
    ),
    ("known_tags", lambda nb: _insert(nb, _run("1", tags=["nbval-ignore-outputs"]))),
    ("no_typed_results", lambda nb: _insert(nb, _text("It was right 83.4 % of the time."))),
    ("no_typed_results", lambda nb: _insert(nb, _text("Transfer saves 4.2 times the labels."))),
    ("no_typed_results", lambda nb: _insert(nb, _text("A 5-fold gain, 3× as fast."))),
    ("no_typed_results", lambda nb: _insert(nb, _text("Two points more? No, 12 points."))),
    ("executed", lambda nb: _code(nb, 0).update(execution_count=None)),
    ("no_errors", lambda nb: _insert(nb, _run("1", new_output("error", ename="E", evalue="")))),
    ("alt_text", lambda nb: _figure(nb).metadata.clear()),
    ("alt_text", lambda nb: _figure(nb).metadata.update({"image/png": {"alt": " "}})),
    ("alt_text", lambda nb: _figure(nb).data.update({"text/html": "<img src='x' alt=''>"})),
    ("figure_explained", lambda nb: nb.cells.pop(5)),
    ("picture_size", lambda nb: _figure(nb).data.update({"image/png": "A" * 400_000})),
    ("few_ignored", lambda nb: _insert(nb, _run("1", tags=["nbval-ignore-output"]))),
    ("no_machine_paths", lambda nb: _insert(nb, _run("1", _printed("in /home/ada/course")))),
    ("no_machine_paths", lambda nb: _insert(nb, _run("1", _printed(r"in C:\Users\ada")))),
    ("no_machine_paths", lambda nb: _insert(nb, _run("1", _printed(str(PROJECT_FOLDER))))),
    ("no_estimators", lambda nb: _insert(nb, _run("1", _fitted_estimator()))),
]


@pytest.mark.parametrize(("rule", "breach"), BREACHES)
def test_a_rule_fires(tiny, rule, breach):
    breach(tiny)
    assert _fires(tiny) == {rule}


def test_every_rule_is_tried():
    rules = {rule.__name__ for rule in RULES}
    assert {rule for rule, _ in BREACHES} == rules | {"header"}


def test_more_than_a_third_ignored_fires(tiny):
    _insert(tiny, *[_run("1", tags=["nbval-ignore-output", "timing"]), _text("Words.")] * 2)
    assert _fires(tiny) == {"few_ignored"}


NEAR_MISSES = [
    lambda nb: _insert(nb, _text("```\n# no heading\n#### nor this\n```")),
    lambda nb: _insert(nb, _run("# a comment\n\n" * 20 + "x = 1")),
    lambda nb: _insert(nb, _run("x = 1\n" * 20, exercise="02-freeze")),
    lambda nb: _insert(nb, _run("x = '" + "x" * 82 + "'")),
    lambda nb: _insert(nb, _run("import keras\nimport tensorflow as tf")),
    lambda nb: _insert(nb, _run("import torchlight_of_mine")),
    lambda nb: _insert(nb, _text("A 95 % confidence interval; a 95 % interval; 95 %-intervals.")),
    lambda nb: _insert(nb, _text("A 2 × 2 × 2048 map, 5 seeds, `83 %`, $3\\%$, 20 per class.")),
    lambda nb: _insert(nb, _text("He found 83 %.", tags=["allow-numbers"])),
    lambda nb: _insert(
        nb, _run("1", new_output("error", ename="E", evalue=""), tags=["raises-exception"])
    ),
    lambda nb: _insert(
        nb, _run("1", _printed("see notebooks/source, and/or https://a.org/home/b"))
    ),
    lambda nb: _insert(
        nb,
        _run("1", new_output("display_data", data={WIDGET: {}}), tags=["nbval-ignore-output"]),
    ),
]


@pytest.mark.parametrize("change", NEAR_MISSES)
def test_a_near_miss_passes(tiny, change):
    change(tiny)
    assert _fires(tiny) == set()


def test_the_command_passes_the_tiny_lesson(tiny_project, capsys):
    assert lint.main([], tiny_project) == 0
    assert capsys.readouterr().out == "No problem found in 1 lesson(s).\n"


def test_a_page_needs_no_header_and_no_closing_sections(tmp_path, capsys):
    text = TINY.text.read_text("utf-8").replace('"timing"', '"timings"')
    text = text.replace("# 90 A tiny", "# A tiny").replace("Further reading", "More")
    write_lesson(tmp_path, text, "tiny_page", "Tiny page")
    assert lint.main(["tiny_page"], tmp_path) == 1
    told = capsys.readouterr().out
    assert "tiny_page: cell 7: unknown tag 'timings'" in told  # the other rules hold
    assert "[header]" not in told and "[sections]" not in told


@pytest.mark.parametrize(("framework", "fires"), [("PyTorch", True), ("both", False)])
def test_a_lesson_may_teach_both_frameworks_where_its_card_says_so(own_project, framework, fires):
    folder = own_project / "course_utils" / "lessons" / "lesson_90"
    card, text = folder / "lesson.toml", folder / "text.py"
    card.write_text(card.read_text("utf-8").replace("PyTorch", framework), "utf-8")
    both = text.read_text("utf-8").replace("import time\n", "import torch\nimport keras\n")
    text.write_text(both, "utf-8")
    (lesson,) = find_lessons(own_project)
    found = "\n".join(lint.lint_lesson(lesson))
    assert ("one lesson, one framework" in found) == fires


def test_the_command_tells_lesson_cell_and_rule(own_project, capsys):
    path = own_project / "course_utils" / "lessons" / "lesson_90" / "text.py"
    text = path.read_text(encoding="utf-8").replace('"timing"', '"timings"')
    path.write_text(text.replace("Further reading", "More"), encoding="utf-8")
    (own_project / "notebooks" / "90_tiny_lesson.ipynb").unlink()
    assert lint.main(["90"], own_project) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "90_tiny_lesson: there is no section 'Further reading' [sections]"
    assert told[1].startswith("90_tiny_lesson: cell 7: unknown tag 'timings'")
    assert "has no learner's notebook yet" in told[2]
