"""What the browser's driver saw is judged rightly; what it needs and does not find is told."""

import driving
import psutil
import pytest
from judging import LEAST_CONTRAST, problems
from lab_server import LabServer

WORDS = {"cell": 2, "text": "a", "colour": "rgb(1 1 1)", "behind": "rgb(9 9 9)"}


def control(kind="slider", place=0, **different):
    """A control that does all that it should."""
    usual = {"kind": kind, "place": place, "name": "A", "cell": 2, "key": "Space"}
    usual |= {"disabled": False, "fixed": False, "reached": True, "visible": True}
    return usual | {"hasPicture": True, "picture": True, "words": True} | different


def told(*controls, phase="plain", contrasts=()):
    """What is told of a notebook with these controls (list of str)."""
    seen = {"unloaded": [], "layout": [], "transparent": [], "contrasts": list(contrasts)}
    seen["controls"] = list(controls)
    return problems({"cells": [], "console": [], "phases": {phase: seen}})


STILL = {"picture": False, "words": False}


@pytest.mark.parametrize(
    "controls",
    [
        [control()],
        [control(hasPicture=False, picture=False)],  # words that change, where nothing is drawn
        [control(fixed=True, **STILL)],
        [control("radio", **STILL), control("button", picture=False)],
        [control("button", picture=False)],
    ],
)
def test_controls_that_work(controls):
    assert told(*controls) == []


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        ([control(picture=False)], "nothing beside the slider 'A' of cell 2 changes"),
        ([control(hasPicture=False, **STILL)], "nothing beside the slider"),
        ([control("radio", **STILL)], "nothing beside the radio"),
        ([control("radio", **STILL), control("button", **STILL)], "nothing beside the radio"),
        ([control("radio", **STILL), control("button", place=1)], "nothing beside the radio"),
        ([control(reached=False)], "the slider 'A' of cell 2 is not reached with the Tab key"),
        ([control(visible=False)], "the slider 'A' of cell 2 is covered or off the screen"),
        ([control("button", disabled=True)], "the button 'A' of cell 2 cannot be used"),
    ],
)
def test_controls_that_do_not_work(controls, words):
    assert told(*controls)[0].startswith(words)


def test_what_was_decided_for_good_may_be_closed_in_the_second_pass():
    closed = control("button", disabled=True, reached=False, **STILL)
    assert told(closed, phase="zoom") == []


def test_contrast_is_told_once_for_each_pair_of_colours():
    low, enough = WORDS | {"ratio": LEAST_CONTRAST - 0.1}, WORDS | {"ratio": LEAST_CONTRAST}
    assert told(contrasts=[enough]) == []
    assert len(told(contrasts=[low, low | {"text": "b"}, low | {"cell": 3}])) == 2


@pytest.mark.parametrize(
    ("absent", "words"), [("chromium", "Chromium is missing: "), ("node", "Node.js is missing: ")]
)
def test_a_missing_program_is_told(monkeypatch, absent, words):
    found = {"chromium": "/bin/chromium", "node": "/bin/node"} | {absent: None}
    monkeypatch.setattr(driving.shutil, "which", found.get)
    assert driving.missing.__wrapped__().startswith(words)


def test_a_missing_driver_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(driving.shutil, "which", "/bin/{}".format)
    failed = driving.subprocess.CompletedProcess([], returncode=1)
    monkeypatch.setattr(driving.subprocess, "run", lambda *command, **options: failed)
    assert driving.missing.__wrapped__().startswith("playwright-core is missing: run `npm ci` in ")


def test_the_server_and_its_kernels_end_when_a_test_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), LabServer(tmp_path) as server:
        server.ask("post", "api/kernels", json={"name": "python3"})
        own = psutil.Process(server.process)
        processes = [own, *own.children(recursive=True)]
        assert len(processes) > 1
        raise ZeroDivisionError
    assert not any(process.is_running() for process in processes)
