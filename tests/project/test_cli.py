"""`python -m course_utils COMMAND`: what it prints, where, and the exit status."""

import subprocess
import sys
import types
from datetime import datetime
from unittest.mock import Mock

import pytest

from course_utils import cli, doctor, measuring
from course_utils.errors import CourseError


def stand_in(monkeypatch, name, **contents):
    """Put a made module in place of one that is costly or not there."""
    module = types.ModuleType(name)
    vars(module).update(contents)
    monkeypatch.setitem(sys.modules, name, module)
    package, _, last = name.rpartition(".")
    monkeypatch.setattr(sys.modules[package], last, module, raising=False)
    return module


def test_without_a_command_help_is_shown(capsys):
    assert cli.main([]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("doctor", "lab", "cache", "fetch", "run"))


def test_the_module_runs():
    ended = subprocess.run([sys.executable, "-m", "course_utils"], capture_output=True, text=True)
    assert ended.returncode == 0
    assert "python -m course_utils" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["doctor", "--fly"],
        ["run", "x", "--clothing"],
        ["run", "x", "y"],
        ["run", "x", "--jobs", "many"],
        ["run", "x", "--jobs", "2", "--cluster", "tcp://10.0.0.5:8786"],
    ],
)
def test_a_mistyped_command_line_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("status", [0, 1])
def test_the_doctors_verdict_is_the_exit_status(monkeypatch, status):
    monkeypatch.setattr(doctor, "examine", lambda: status)
    assert cli.main(["doctor"]) == status


def raising(error):
    def examine():
        raise error

    return examine


def test_a_course_error_is_one_line_on_standard_error(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", raising(CourseError("This is wrong: do that.")))
    assert cli.main(["doctor"]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "This is wrong: do that.\n")


def test_an_interrupt_is_no_traceback(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", raising(KeyboardInterrupt()))
    assert cli.main(["doctor"]) == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="uses a POSIX pipe")
def test_a_reader_that_leaves_early_is_no_error():
    code = (
        "import sys, time\n"
        "from course_utils import cli, doctor\n"
        "def examine():\n"
        "    sys.stdin.read()\n"  # the reader below has closed its end by then
        "    for _ in range(10_000): print('OK   something: fine')\n"
        "doctor.examine = examine\n"
        "sys.exit(cli.main(['doctor']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    process.stdin.close()
    with process.stderr as stream:
        assert stream.read() == b""
    assert process.wait(timeout=60) == 1


def test_a_name_that_the_terminal_cannot_show_is_escaped():
    code = (
        "from course_utils import cli, doctor\n"
        "doctor.examine = lambda: print('Grüße')\n"
        "cli.main(['doctor'])"
    )
    ended = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code],
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
    )
    assert ended.stdout.split() == [b"Gr\\xfc\\xdfe"], ended.stderr


# cache

ENTRIES = [
    ("features-b", 1_500_000, datetime(2030, 2, 3, 4, 5), False),
    ("features-a", 940, datetime(2030, 1, 2, 3, 4), True),
]


def test_cache_is_listed_oldest_first(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    stand_in(monkeypatch, "course_utils.features", __path__=[])
    stand_in(monkeypatch, "course_utils.features.cache", list_entries=lambda: ENTRIES)
    assert cli.main(["cache"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "940 bytes  2030-01-02 03:04  complete  features-a",
        "   1.5 MB  2030-02-03 04:05  partial   features-b",
        f"   1.5 MB  in 2 entries at {tmp_path}",
    ]


def test_cache_is_cleared_only_when_asked(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    cleared = []
    stand_in(monkeypatch, "course_utils.features", __path__=[])
    stand_in(
        monkeypatch,
        "course_utils.features.cache",
        list_entries=list,
        clear_cache=lambda: cleared.append(True) or 2_000_000_000,
    )
    assert cli.main(["cache"]) == 0
    assert capsys.readouterr().out == f"  0 bytes  in 0 entries at {tmp_path}\n"
    assert not cleared
    assert cli.main(["cache", "--clear"]) == 0
    assert capsys.readouterr().out == "2.0 GB freed.\n"
    assert cleared


# run


def test_run_hands_on_its_options(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(
        measuring, "run_study", lambda *options: asked.append(options) or "records.jsonl"
    )
    assert cli.main(["run", "learning-curves"]) == 0
    assert cli.main(["run", "learning-curves", "--store", "--clothing", "folder"]) == 0
    assert cli.main(["run", "learning-curves", "--jobs", "2"]) == 0
    assert cli.main(["run", "learning-curves", "--cluster", "tcp://10.0.0.5:8786"]) == 0
    assert asked == [
        ("learning-curves", False, None, 1, None),
        ("learning-curves", True, "folder", 1, None),
        ("learning-curves", False, None, 2, None),
        ("learning-curves", False, None, 1, "tcp://10.0.0.5:8786"),
    ]
    assert capsys.readouterr().out == "The records are in records.jsonl.\n" * 4


def test_run_suggests_a_name_for_one_that_is_unknown(capsys):
    assert cli.main(["run", "learning-curve"]) == 1
    assert "did you mean 'learning-curves'?" in capsys.readouterr().err


def test_run_without_a_name_lists_what_there_is(capsys):
    assert cli.main(["run"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown] == list(measuring.studies())
    assert "lesson 02, A frozen ResNet50" in shown[1]


@pytest.fixture
def fetched(monkeypatch):
    """Stands in for what fetches; remembers what it was asked for."""
    asked = []

    def fetch(name, mirror=None):
        if name == "moon":
            raise CourseError("The asset 'moon' is unknown: there are usps, minilm.")
        asked.append((name, mirror))
        return f"/cache/{name}"

    manifest = {name: Mock(classes=classes) for name, classes in (("usps", ("0",)), ("minilm", ()))}
    stand_in(
        monkeypatch,
        "course_utils.assets",
        fetch=fetch,
        read_manifest=lambda: manifest,
        describe=lambda assets: f"a table of {len(assets)}",
    )
    return asked


@pytest.mark.parametrize("arguments", [["fetch"], ["fetch", "--list"], ["fetch", "x", "--list"]])
def test_fetch_lists_the_assets(fetched, capsys, arguments):
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out == "a table of 2\n"
    assert fetched == []


def test_fetch_takes_several_names_and_a_mirror(fetched, capsys):
    assert cli.main(["fetch", "usps", "minilm", "--mirror", "stick"]) == 0
    assert fetched == [("usps", "stick"), ("minilm", "stick")]
    assert capsys.readouterr().out == (
        "'usps' is at /cache/usps: load_dataset('usps') loads it.\n'minilm' is at /cache/minilm.\n"
    )


def test_an_asset_that_cannot_be_fetched_is_one_line(fetched, capsys):
    assert cli.main(["fetch", "usps", "moon"]) == 1
    assert capsys.readouterr().err == "The asset 'moon' is unknown: there are usps, minilm.\n"
    assert fetched == [("usps", None)]
