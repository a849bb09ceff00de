"""How the network is used: patience, safe redirects, and what went wrong in a few words."""

from dataclasses import dataclass

import requests
import urllib3

from course_utils.assets.tables import check_address, check_web
from course_utils.errors import CourseError


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, and how often to come back.

    Attributes
    ----------
    connect, read : float
        Seconds until a connection stands; seconds until the next byte comes.
    window, rate : float
        In every `window` seconds at least `rate` bytes per second must come on average.
    attempts : int
        Tries in a row that gain less than `gain` bytes each.
    first_wait : float
        Seconds before the second try; every further wait is twice as long.
    """

    connect: float = 10.0
    read: float = 30.0
    window: float = 30.0
    rate: float = 1000.0
    attempts: int = 5
    gain: int = 1_000_000
    first_wait: float = 0.5


PATIENCE = Patience()


class PassingFault(Exception):
    """Something that may be gone at the next try; the text says what, for people."""


def open_session(address):
    """A session of requests that is redirected neither off the web nor from https to http."""
    check = check_address if address.startswith("https:") else check_web

    class Session(requests.Session):
        def get_adapter(self, url):
            try:
                check(url)
            except ValueError as error:
                raise CourseError(
                    f"The download leads to {url}, an address that {error}: it was stopped; try "
                    "again on another network."
                ) from error
            return super().get_adapter(url)

    return Session()


def reason(error):
    """Why a try failed, in a few words."""
    if isinstance(error, PassingFault):
        return str(error)
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return "the server did not answer in time"
    if isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        return "the server's certificate cannot be trusted"
    if "NameResolution" in repr(error):
        return "there is no such server, or no network"
    if "NewConnection" in repr(error):
        return "the server cannot be reached"
    return "the connection was cut"
