"""The lessons' slides: their pages load nothing, and a browser finds that each can be read."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from talks import TALK, write_lesson

from making.authoring import lessons, slides

LESSONS = [lesson for lesson in lessons.find_lessons() if not lesson.is_page]
FEWEST, MOST = 8, 24  # a talk's length, predictions included
FOOT = 680  # pixels: below are the page's number and the lesson's name
SMALLEST_LETTERS = 18  # pixels, of 720
SMALLEST_PICTURE = 0.4  # of its size in the notebook
MEASURE = Path(__file__).with_name("measure_slides.cjs")
TESTS = Path(__file__).resolve().parents[2]


def loaded_from_elsewhere(html):
    """What a page would load from a network or a neighbouring file (links are not loaded)."""
    written = re.sub(r"(<script[^>]*>).*?(?=</script>)", r"\1", html, flags=re.DOTALL)
    tags = re.findall(r"<(?:script|link|img|iframe|video|source)\b[^>]*>", written)
    named = [word for tag in tags for word in re.findall(r"\b(?:src|href)=[\"']([^\"']+)", tag)]
    styles = "".join(re.findall(r"<style.*?</style>", written, re.DOTALL))
    named += re.findall(r"@import\s+[\"']?([^\"';]+)|url\([\"']?([^)\"']+)", styles)
    flat = ["".join(word) for word in named]
    return [word for word in flat if not word.startswith(("data:", "#"))]


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="https://example.org/reveal.js"></script>',
        '<link rel="stylesheet" href="//example.org/a.css">',
        '<img alt="x" src="figure.png">',
        "<style>@import 'https://example.org/font.css';</style>",
        "<style>body {background: url(https://example.org/a.png)}</style>",
    ],
)
def test_a_page_that_loads_something_is_found(tag):
    assert len(loaded_from_elsewhere(f"<html>{tag}</html>")) == 1


def test_the_libraries_in_git_are_few_and_licensed():
    files = list((slides.HERE / "slides_template").rglob("*.*"))
    assert sum(path.stat().st_size for path in files) < 400_000
    assert "MIT" in (slides.HERE / "slides_template/static/reveal.js").read_text("utf-8")[:300]
    licence = (slides.HERE / "slides_template/static/LICENSE-reveal").read_text("utf-8")
    assert "Permission is hereby granted, free of charge" in licence


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    """A function that makes a lesson's page, once, and says where it is."""
    folder = tmp_path_factory.mktemp("slides")

    def make(lesson):
        path = folder / f"{lesson.name}.html"
        if not path.exists():
            path.write_text(slides.page(lesson), encoding="utf-8")
        return path

    return make


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_lessons_slides_are_an_hours_and_load_nothing(page_of, lesson):
    html = page_of(lesson).read_text("utf-8")
    assert FEWEST <= slides.count(html) <= MOST
    assert loaded_from_elsewhere(html) == []


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A function that says how the slides of a page fit; skips where no browser is."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    node = shutil.which("node")
    if not chromium or not node:
        pytest.skip("slides are measured by Chromium and Node.js: apt install chromium nodejs")
    modules = [str(TESTS / "browser" / "node_modules"), os.environ.get("NODE_PATH", "")]
    environment = os.environ | {
        "NODE_PATH": os.pathsep.join(filter(None, modules)),
        "HOME": str(tmp_path_factory.mktemp("home")),  # the browser writes there
    }
    found = subprocess.run(
        [node, "-e", "require('playwright-core')"], capture_output=True, env=environment
    )
    if found.returncode:
        pytest.skip("slides are measured through playwright-core: run `npm ci` in tests/browser")

    def measure(path):
        command = [node, str(MEASURE), chromium, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)[path.name]

    return measure


def misfits(report):
    """What of a measured page cannot be read, in sentences."""
    yield from (f"asks the network for {address}" for address in report["requests"])
    yield from report["errors"]
    for number, slide in enumerate(report["slides"], start=1):
        where = f"slide {number} ({slide['heading']})"
        if slide["lowest"] > FOOT or slide["rightmost"] > slides.WIDTH:
            yield f"{where} overflows: down to {slide['lowest']} of {FOOT} pixels"
        if slide["smallest_text"] < SMALLEST_LETTERS:
            yield f"{where} has letters of {slide['smallest_text']} pixels"
        if not slide["heading"]:
            yield f"{where} has no heading"
        for picture in slide["pictures"]:
            if picture["enlarged"] < SMALLEST_PICTURE:
                yield f"{where} has a picture at {picture['enlarged']:.2f} of its size"
            if not picture["alt"]:
                yield f"{where} has a picture without words for it"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_slide_of_a_lesson_fits_its_page(page_of, measured, lesson):
    assert list(misfits(measured(page_of(lesson)))) == []


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        ("Words and words that are too many for a slide. " * 60, "overflows"),
        ('<span style="font-size: 9px">Small print.</span>', "has letters of 9 pixels"),
        ('<img alt="" src="http://127.0.0.1:9/a.png">', "asks the network"),
    ],
)
def test_a_slide_that_cannot_be_read_is_found(measured, tmp_path, instead, told):
    page = tmp_path / "talk.html"
    text = TALK.replace("As you see. What follows is left out:", instead)
    page.write_text(slides.page(write_lesson(tmp_path, text)), encoding="utf-8")
    found = "\n".join(misfits(measured(page)))
    assert told in found
