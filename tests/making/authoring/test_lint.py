"""Each rule of style fires on what it forbids, and on nothing else."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from sklearn.linear_model import LogisticRegression

from making.authoring import lint, lint_outputs, lint_text

WIDGET = "application/vnd.jupyter.widget-view+json"


def _fires(notebook):
    """The rules that fire on a notebook."""
    rules = (*lint_text.RULES, *lint_outputs.RULES)
    return {rule.__name__ for rule in rules for _ in rule(notebook)}


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
    ("sections", lambda nb: nb.cells.pop()),
    ("heading_order", lambda nb: _insert(nb, _text("# Another title"))),
    ("heading_order", lambda nb: _insert(nb, _text("##### Deep down"))),
    ("code_length", lambda nb: _insert(nb, _run("x = 1\n" * 13))),
    ("code_length", lambda nb: _insert(nb, _run("x = 1\n" * 21, tags=["exercise"]))),
    ("line_width", lambda nb: _insert(nb, _run("x = '" + "x" * 90 + "'"))),
    ("text_ratio", lambda nb: _insert(nb, *[_run("1")] * 8)),
    ("text_ratio", lambda nb: _insert(nb, *[_text("Words.")] * 8)),
    ("one_framework", lambda nb: _insert(nb, _run("import keras"), _run("import torch.nn"))),
    (
        "one_framework",
        lambda nb: _insert(nb, _run("from tensorflow import data\nfrom transformers import X")),
    ),
    ("known_tags", lambda nb: _insert(nb, _run("1", tags=["nbval-ignore-outputs"]))),
    ("few_functions", lambda nb: _insert(nb, _run("def f(): ...\n" * 4))),
    ("exercises_checked", lambda nb: _insert(nb, _run("1", exercise="02-brake-even"))),
    ("exercises_checked", lambda nb: _insert(nb, _run("1", exercise="02-freeze"))),
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
    ("no_machine_paths", lambda nb: _insert(nb, _run("1", _printed(str(lint.NOTEBOOKS.parent))))),
    ("no_estimators", lambda nb: _insert(nb, _run("1", _fitted_estimator()))),
]


@pytest.mark.parametrize(("rule", "breach"), BREACHES)
def test_a_rule_fires(tiny, rule, breach):
    breach(tiny)
    assert _fires(tiny) == {rule}


def test_every_rule_is_tried():
    rules = {rule.__name__ for rule in (*lint_text.RULES, *lint_outputs.RULES)}
    assert {rule for rule, _ in BREACHES} == rules


def test_more_than_a_third_ignored_fires(tiny):
    _insert(tiny, *[_run("1", tags=["nbval-ignore-output", "timing"]), _text("Words.")] * 2)
    assert _fires(tiny) == {"few_ignored"}


NEAR_MISSES = [
    lambda nb: _replace_header(nb, "| **Objectives** |", "**Objectives:**"),
    lambda nb: _insert(nb, _text("```\n# no heading\n#### nor this\n```")),
    lambda nb: _insert(nb, _run("# a comment\n\n" * 20 + "x = 1")),
    lambda nb: _insert(nb, _run("x = 1\n" * 20, tags=["exercise"])),
    lambda nb: _insert(nb, _run("x = '" + "x" * 82 + "'")),
    lambda nb: _insert(nb, _run("import keras\nimport tensorflow as tf")),
    lambda nb: _insert(nb, _run("import torchlight_of_mine")),
    lambda nb: _insert(
        nb, _run("import keras"), _run("import torch", tags=["allow-both-frameworks"])
    ),
    lambda nb: _insert(nb, _run("%time x = 1\ndef f(): ...\n")),
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


def test_the_command_passes_the_tiny_lesson(tiny_folder, capsys):
    assert lint.main([], tiny_folder) == 0
    assert capsys.readouterr().out == "No problem found in 1 lesson(s).\n"


def test_a_page_needs_no_header_and_no_closing_sections(tiny, own_folder, capsys):
    _replace_header(tiny, "# 90 A tiny", "# A tiny")
    tiny.cells.pop()
    found = [rule.__name__ for rule in lint_text.PAGE_RULES for _ in rule(tiny)]
    assert found == []
    own = own_folder / "source" / "90_tiny_lesson.py"
    text = (
        own.read_text("utf-8").replace("# 90 A tiny", "# A tiny").replace('"timing"', '"timings"')
    )
    (own_folder / "source" / "tiny_page.py").write_text(text, "utf-8")
    assert lint.main(["tiny_page"], own_folder) == 1
    told = capsys.readouterr().out
    assert "tiny_page: cell 7: unknown tag 'timings'" in told  # the other rules hold
    assert "[header]" not in told


def test_the_command_tells_lesson_cell_and_rule(own_folder, capsys):
    path = own_folder / "source" / "90_tiny_lesson.py"
    text = path.read_text(encoding="utf-8").replace('"timing"', '"timings"')
    path.write_text(text.replace("Further reading", "More"), encoding="utf-8")
    (own_folder / "90_tiny_lesson.ipynb").unlink()
    assert lint.main(["90"], own_folder) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "90_tiny_lesson: there is no section 'Further reading' [sections]"
    assert told[1].startswith("90_tiny_lesson: cell 7: unknown tag 'timings'")
    assert "has no learner's notebook yet" in told[2]
