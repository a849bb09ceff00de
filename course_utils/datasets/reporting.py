"""Sentences about files and folders: short lists of names, counts, one warning class."""

import os
import unicodedata
from collections.abc import Iterable


class CourseWarning(UserWarning):
    """Something was left out or looks wrong, and the rest goes on; one sentence, with names."""


def some_of(names: Iterable[object], most: int = 10) -> str:
    """Names as one text, at most `most` of them: "a, b and 3 more"."""
    names = [readable(name) for name in names]
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def count_of(number: int, noun: str) -> str:
    """ "1 image", "2 images", "2 classes"."""
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{number:,} {noun if number == 1 else plural}"


def readable(name: object) -> str:
    """A file name that can be printed: composed accents, and marks for bytes that are no text.

    Some systems store é as e and an accent; composed, the same name is the same everywhere.
    """
    text = os.fsencode(str(name)).decode("utf-8", errors="replace")
    return unicodedata.normalize("NFC", text)
