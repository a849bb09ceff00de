"""Made parts of a page that people write: a region between two markers, `<!-- NAME:begin -->`
and `<!-- NAME:end -->`, is written anew and all else stays."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import atomic_path
from course_utils.validation import require


def markdown_table(names: Sequence[str], rows: Sequence[Sequence]) -> str:
    """A Markdown table."""
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def with_regions(text: str, regions: Mapping[str, str], page: str = "The page") -> str:
    """A page's text with each region between its markers.

    Parameters
    ----------
    text : str
    regions : mapping of str to str
        What is to stand between the markers of each name.
    page : str
        What the page is called, for the message.

    Raises
    ------
    CourseError
        If a region has no pair of markers, or more than one.
    """
    for name, made in regions.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        sound = text.count(begin) == 1 and text.count(end) == 1 and end in rest
        require(
            sound, f"{page} lacks the lines {begin} and {end}, once and in this order: add them."
        )
        text = f"{before}{begin}\n{made}\n{end}{after}"
    return text


def write_regions(path: Path, regions: Mapping[str, str]) -> None:
    """Write the regions of a page anew; raises a `CourseError` as `with_regions` does."""
    text = with_regions(path.read_text(encoding="utf-8"), regions, path.name)
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def page_command(
    module: str,
    path: Path,
    regions: Callable[[], Mapping[str, str]],
    arguments: Sequence[str] | None = None,
) -> int:
    """The command that writes the regions of a page anew, or with `--check` compares them.

    Parameters
    ----------
    module : str
        The command's own, for its messages.
    path : pathlib.Path
        The page.
    regions : callable
        Makes them, and may raise a `CourseError`.
    arguments : sequence of str, optional
        By default those of the command line.

    Returns
    -------
    int
        The exit status: 1 if the page is out of date, or a mistake was told.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {module}", description=f"Write the made parts of {path.name}."
    )
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    options = parser.parse_args(arguments)
    try:
        if not options.check:
            write_regions(path, regions())
            return 0
        text = path.read_text(encoding="utf-8")
        if with_regions(text, made := regions(), path.name) == text:
            return 0
        differing = [name for name, one in made.items() if f"\n{one}\n" not in text]
        print(f"{path.name} is out of date ({', '.join(differing)}): run `{parser.prog}`.")
    except CourseError as error:
        print(error, file=sys.stderr)
    return 1
