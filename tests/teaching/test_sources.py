"""`show_source` shows the function itself."""

import functools

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils import CourseError, show_source
from course_utils.teaching import sources


class Nested:
    def method(self):
        """Say `hello` in ```three``` ticks."""
        return "hello"


def _decorate(function):
    @functools.wraps(function)
    def wrapped(*arguments):
        return function(*arguments)

    return wrapped


@_decorate
def decorated():
    """The one that counts."""


def test_source_is_printed_outside_of_a_notebook(capsys):
    show_source(Nested.method)
    assert capsys.readouterr().out.startswith('def method(self):\n    """Say `hello`')


def test_decorators_are_looked_through(capsys):
    show_source(decorated)
    assert "The one that counts." in capsys.readouterr().out


def test_a_module_can_be_shown(capsys):
    show_source(sources)
    assert "def show_source(thing: Any) -> None:" in capsys.readouterr().out


def test_in_a_notebook_it_is_markdown_with_a_fence_that_holds():
    InteractiveShell.instance()
    try:
        with capture_output() as captured:
            show_source(Nested.method)
    finally:
        InteractiveShell.clear_instance()
    data = captured.outputs[0].data
    assert data["text/plain"].startswith("def method(self):")
    assert data["text/markdown"].startswith("````python\ndef method(self):")
    assert data["text/markdown"].endswith("\n````")


@pytest.mark.parametrize("thing", [len, 3, "text", int])
def test_what_has_no_source_is_refused(thing):
    with pytest.raises(CourseError, match="There is no Python source to show"):
        show_source(thing)
