"""Tables of the catalog that name themselves in every complaint, and addresses that are allowed."""

import ipaddress
from urllib.parse import urlsplit

from course_utils.datasets.reporting import nearest, readable
from course_utils.errors import CourseError

_KINDS = {str: "text", int: "a whole number", list: "a list", dict: "a table"}


class Table:
    """A table of the catalog that names itself in every complaint."""

    def __init__(self, path, entry, content, prefix=""):
        self.path, self.entry, self.content, self.prefix = path, entry, content, prefix
        self.used = set()
        if not isinstance(content, dict):
            raise self.fault(None, "must be a table")

    def fault(self, key, what):
        """The CourseError about one key (None: about the whole table)."""
        where = f"{self.prefix}{key}" if key else self.prefix.rstrip(".")
        named = f", key {where!r}," if where else ""
        return CourseError(
            f"The catalog's entry {readable(self.entry)!r}{named} {what}: correct it in "
            f"{self.path}."
        )

    def get(self, key, kind):
        """A value that must be there, of one type, and neither empty nor below one."""
        if key not in self.content:
            raise self.fault(key, "is missing")
        self.used.add(key)
        value = self.content[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fault(key, f"must be {_KINDS[kind]}, not {value!r}")
        if (kind is int and value < 1) or (kind is not int and not value):
            raise self.fault(key, f"must not be {value!r}")
        return value

    def checked(self, key, check):
        """A text that `check` accepts: it returns nothing or raises ValueError."""
        value = self.get(key, str)
        try:
            check(value)
        except ValueError as error:
            raise self.fault(key, f"{error}, not {value!r}") from error
        return value

    def match(self, key, value, pattern, what):
        """Complain unless a text matches the whole of a compiled pattern."""
        if pattern.fullmatch(value) is None:
            raise self.fault(key, f"{what}, not {value!r}")

    def below(self, key, content):
        """A table inside this one."""
        return Table(self.path, self.entry, content, f"{self.prefix}{key}.")

    def finish(self):
        """Complain about a key that nothing asked for: it is a slip of the pen."""
        for key in self.content:
            if key not in self.used:
                near = nearest(key, self.used)
                hint = f"is unknown; did you mean {near!r}" if near else "is unknown"
                raise self.fault(key, hint)


def check_web(address):
    """Refuse what is no address on the web (ValueError)."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username is not None:
        raise ValueError("must be a web address such as https://example.org/file.zip")
    if parts.scheme not in ("http", "https"):
        raise ValueError("must begin with https:// or http://")


def check_address(address):
    """Refuse what is neither encrypted nor on this very computer (ValueError)."""
    check_web(address)
    parts = urlsplit(address)
    if parts.scheme != "https" and not _is_loopback(parts.hostname):
        raise ValueError("must begin with https://")


def _is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
