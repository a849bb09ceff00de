"""README, CONTRIBUTING, licences and citation: links lead somewhere, statements are current."""

import importlib.util
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import course_utils
from course_utils.cli import build_parser

PROJECT_FOLDER = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "CONTRIBUTING.md", "INSTRUCTORS.md"]


def text_of(name):
    return (PROJECT_FOLDER / name).read_text("utf-8")


def anchor(heading):
    """The anchor that a Markdown heading gets on code-hosting sites."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def notebook_anchors(path):
    """The anchors of a notebook's headings, as JupyterLab writes them."""
    cells = nbformat.read(path, as_version=4).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    headings = re.findall(r"^#+ (.+)$", "\n".join(texts), re.MULTILINE)
    return [re.sub(r"[*`]", "", heading).replace(" ", "-") for heading in headings]


def broken_links(page, folder):
    """Relative links of a Markdown page (text) that lead to no file or no heading."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        path = folder / name if name else None
        if path and not path.exists():
            yield target
        elif heading and name.endswith(".ipynb"):
            if unquote(heading) not in notebook_anchors(path):
                yield target
        elif heading:
            headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8") if path else page, re.M)
            if heading not in map(anchor, headings):
                yield target


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    assert list(broken_links(text_of(name), PROJECT_FOLDER)) == []


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "a.md").write_text("# Some Heading!\n")
    page = "[x](a.md) [x](a.md#some-heading) [x](a.md#other) ![x](b.png) [x](https://example.org)"
    assert list(broken_links(page, tmp_path)) == ["a.md#other", "b.png"]


@pytest.fixture
def notebook(tmp_path):
    """`a.ipynb` with a heading, in the test's folder."""
    cells = [
        new_markdown_cell("# 01 What, *now*?\n\n## All (or none)"),
        new_code_cell("# Not this"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")


@pytest.mark.parametrize("heading", ["01-What,-now?", "All-%28or-none%29"])
def test_a_link_to_a_heading_of_a_notebook_is_followed(notebook, tmp_path, heading):
    assert list(broken_links(f"[x](a.ipynb#{heading})", tmp_path)) == []


@pytest.mark.parametrize("heading", ["Not-this", "01-what,-now?", "All"])
def test_a_broken_link_into_a_notebook_is_found(notebook, tmp_path, heading):
    target = f"a.ipynb#{heading}"
    assert list(broken_links(f"[x]({target})", tmp_path)) == [target]


def test_the_pages_of_the_course_link_to_what_there_is():
    folder = PROJECT_FOLDER / "notebooks"
    for path in folder.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        texts += [
            output.data["text/markdown"]
            for cell in cells
            for output in cell.get("outputs", ())
            if "text/markdown" in output.get("data", {})
        ]
        assert list(broken_links("\n".join(texts), folder)) == [], path.name


def test_pictures_have_alternative_texts():
    pictures = re.findall(r"!\[([^\]]*)\]\(", text_of("README.md"))
    assert pictures and all(len(text) > 30 for text in pictures)


@pytest.mark.parametrize("name", PAGES)
def test_commands_in_the_documents_exist(name):
    found = re.findall(r"`([^`]*)`|^((?:PIP.*)?make .*)$", text_of(name), re.MULTILINE)
    code = "\n".join(" ".join(pair) for pair in found)
    targets = re.search(r"^\.PHONY: (.*)$", text_of("Makefile"), re.MULTILINE)[1].split()
    assert set(re.findall(r"\bmake ([a-z]+)", code)) <= set(targets)
    commands = build_parser()._subparsers._group_actions[0].choices
    assert set(re.findall(r"python -m course_utils ([a-z]+)", text_of(name))) <= set(commands)
    for module in re.findall(
        r"python -m ((?:making|datasets|course_utils\.)[.\w]*)", text_of(name)
    ):
        assert importlib.util.find_spec(module), module


def test_licences():
    assert text_of("LICENSE").startswith("BSD 3-Clause License")
    assert "Creative Commons Attribution 4.0 International" in text_of("LICENSE-text")


def test_the_citation_is_valid_and_current():
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()  # what the format requires
    assert set(citation) <= {
        *("cff-version", "message", "type", "title", "abstract", "authors", "version"),
        *("license", "keywords"),
    }
    assert citation["type"] in ("software", "dataset")
    assert all(set(author) == {"name"} for author in citation["authors"])  # groups, not people
    assert citation["version"] == course_utils.__version__
