"""Rules for readers who cannot see, or who jump from link to link, fire on what they forbid."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.paths import PROJECT_FOLDER
from making.authoring import lint, lint_accessibility, lint_outputs


def fires(*cells):
    """The rules that fire on a notebook of these cells."""
    notebook = new_notebook(cells=list(cells))
    rules = (*lint_accessibility.RULES, lint_outputs.alt_text)
    return {rule.__name__ for rule in rules for _ in rule(notebook)}


UNDESCRIBED = [
    "![](figures/curve.png)",
    "Words, ![ ](curve.png) and words.",
    "![curve.png](curve.png)",
    "![][curve]\n\n[curve]: curve.png",
    '<img src="curve.png">',
    '<img alt="" src="curve.png">',
    "<IMG alt=' ' src='curve.png'>",
    "[![](badge.svg)](https://example.org)",
]
UNNAMED = [
    "Read [here](https://example.org) how.",
    "Read [Click here.](https://example.org)",
    "See [this](a.md), and [the *paper*][1].\n\n[1]: b.md",
    "Read on [**Read more**](a.md).",
    '<a href="https://example.org">More</a>',
    "A [`here`](a.md) in code letters.",
    "[→](a.md)",
]
FINE = [
    "![A curve that flattens](curve.png) and [how it was measured](a.md)",
    '<img src="curve.png" alt="A curve that flattens">',
    "[`load_dataset`](a.md) and [lesson 02](b.ipynb)",
    "[![Binder opens the course](badge.svg)](https://example.org)",
    "[this lesson's exercises](a.md)",
    "```python\n![](x.png) [here](x)\n```\nand `[here](x) <img>` in code",
    "A list index `x[here](3)` and [brackets] alone.",
    "<!-- ![](x.png) -->",
]


@pytest.mark.parametrize("source", UNDESCRIBED)
def test_a_picture_without_words_is_found(source):
    assert "images_described" in fires(new_markdown_cell(source))


@pytest.mark.parametrize("source", UNNAMED)
def test_a_link_that_says_nothing_is_found(source):
    assert fires(new_markdown_cell(source)) == {"links_named"}


@pytest.mark.parametrize("source", FINE)
def test_what_is_described_and_named_passes(source):
    assert fires(new_markdown_cell(source)) == set()


@pytest.mark.parametrize(
    ("data", "metadata", "found"),
    [
        ({"image/svg+xml": "<svg><path/></svg>"}, {}, True),
        ({"image/svg+xml": "<svg><title>A curve</title></svg>"}, {}, False),
        ({"image/svg+xml": '<svg aria-label="A curve"/>'}, {}, False),
        ({"image/svg+xml": '<svg aria-label=" "/>'}, {}, True),
        ({"image/jpeg": "/9j/"}, {}, True),
        ({"image/jpeg": "/9j/"}, {"image/jpeg": {"alt": "A cat"}}, False),
        ({"text/plain": "3"}, {}, False),
    ],
)
def test_every_kind_of_picture_is_described(data, metadata, found):
    output = new_output("display_data", data=data, metadata=metadata)
    cell = new_code_cell("draw()", outputs=[output])
    assert fires(cell) == ({"alt_text"} if found else set())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("# Title\n\n### Too deep\n", "heading_order"),
        ("# Title\n\n# Another title\n", "heading_order"),
        ("# Title\n\n[here](a.md)\n", "links_named"),
        ("# Title\n\n![](a.png)\n", "images_described"),
    ],
)
def test_a_page_is_held_to_the_same_rules(own_project, text, rule, capsys):
    page = own_project / "README.md"
    page.write_text("# Title\n\n## Below it\n")
    assert lint.main([], own_project) == 0, capsys.readouterr().out
    page.write_text(text)
    assert lint.main([], own_project) == 1
    (line,) = capsys.readouterr().out.splitlines()[-1:]
    assert line.startswith("README.md: ") and line.endswith(f"[{rule}]")
    assert lint.main(["90"], own_project) == 0  # a lesson that is named is looked at alone


def test_pages_are_the_projects_readme_and_every_card():
    names = {page.name for page in lint_accessibility.pages(PROJECT_FOLDER)}
    assert {"README.md", "CONTRIBUTING.md", "digits.md"} <= names
