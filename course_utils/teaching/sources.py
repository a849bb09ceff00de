"""Show the code that a lesson speaks of: the tested function itself."""

import inspect
import re
import textwrap
from typing import Any

from course_utils.errors import CourseError


def show_source(thing: Any) -> None:
    """Display the source of a function, class or module, docstring included.

    Parameters
    ----------
    thing : function, class, method or module
        Decorators are looked through.

    Raises
    ------
    CourseError
        If Python has no source for it: a value, or something written in C.
    """
    try:
        source = inspect.getsource(inspect.unwrap(thing) if callable(thing) else thing)
    except (TypeError, OSError) as error:
        name = getattr(thing, "__name__", type(thing).__name__)
        raise CourseError(
            f"There is no Python source to show for {name!r}: show_source takes a function, "
            "class or module written in Python."
        ) from error
    show_code(textwrap.dedent(source))


def show_code(code: str) -> None:
    """Display Python code with its syntax highlighted; print it outside of a notebook.

    As Markdown rather than `IPython.display.Code`: the front end colours it, in the dark theme
    too, and the stored output is the code and not a page of styles that change with Pygments.
    """
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(code)
        return
    longest = max((len(ticks) for ticks in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    code = code.rstrip("\n")
    display({"text/markdown": f"{fence}python\n{code}\n{fence}", "text/plain": code}, raw=True)
