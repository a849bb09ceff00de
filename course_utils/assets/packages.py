"""Where the archive of a Python package lies: in the index or wheels folder that pip is set up for.

An archive is only found here, to be downloaded and checked like any other file. Nothing of a
package is installed, built, imported or run.
"""

import ast
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

import requests
from packaging.utils import canonicalize_name

from course_utils.errors import CourseError

# An index answers in JSON (PEP 691) or, an older one, in HTML (PEP 503).
_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
_SECONDS = (10, 30)  # until a connection stands; until the next byte comes


def find_archive(package: str, filename: str) -> tuple[str, Any]:
    """Where an archive of a package can be had.

    Parameters
    ----------
    package : str
        Its name in the index.
    filename : str
        The archive's, such as `"vaderSentiment-3.3.2.tar.gz"`.

    Returns
    -------
    address : str
        On the web, or `file://...` on this computer.
    verify : bool or str
        As requests takes it: the certificates that pip trusts.

    Raises
    ------
    CourseError
        If pip cannot tell how it is set up, or none of its places has the archive.
    """
    settings = _pip_settings()
    verify = settings.get("cert", True)
    places = settings.get("find-links", "").split()
    if settings.get("no-index", "").lower() not in ("1", "true", "yes", "on"):
        main = settings.get("index-url") or _default_index()
        indexes = [main, *settings.get("extra-index-url", "").split()]
        places += [f"{index.rstrip('/')}/{canonicalize_name(package)}/" for index in indexes]
    trouble = ""
    for place in places:
        try:
            archives = _archives(place, verify)
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            trouble = f", and not every place could be asked ({type(error).__name__})"
            continue
        if filename in archives:
            return archives[filename], verify
    raise CourseError(
        f"The file {filename} of the package {package} is in no index or wheels folder that pip is "
        f"set up for{trouble}: check the network and `pip config list`, or use a folder that has "
        "it with `--mirror FOLDER`."
    )


def _archives(place: str, verify: Any) -> dict[str, str]:
    """What a page of an index or a wheels folder offers: file names to addresses."""
    if urlsplit(place).scheme in ("http", "https"):
        answer = requests.get(place, headers={"Accept": _ACCEPT}, timeout=_SECONDS, verify=verify)
        if answer.status_code == 404:
            return {}
        answer.raise_for_status()
        if "json" in answer.headers.get("Content-Type", ""):
            files = json.loads(answer.content)["files"]
            return {file["filename"]: urljoin(answer.url, file["url"]) for file in files}
        return _links(answer.text, answer.url)
    folder = local_path(place) if place.startswith("file:") else Path(place).expanduser()
    page = folder / "index.html"
    if page.is_file():
        return _links(page.read_text(encoding="utf-8"), page.absolute().as_uri())
    found = folder.iterdir() if folder.is_dir() else ()
    return {path.name: path.absolute().as_uri() for path in found}


def local_path(address: str) -> Path:
    """The path that a `file://` address names."""
    return Path(url2pathname(urlsplit(address).path))


def _links(page: str, address: str) -> dict[str, str]:
    """The links of a page in HTML, by the name of the file that each leads to."""
    found = {}

    class Anchors(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "a" and (target := dict(attrs).get("href")):
                link = urljoin(address, target)
                found[unquote(urlsplit(link).path).rpartition("/")[2]] = link.partition("#")[0]

    Anchors().feed(page)
    return found


def _pip_settings() -> dict[str, str]:
    """pip's settings, from its files and the environment; what counts more comes later."""
    settings: dict[str, str] = {}
    lines = _pip("config", "list").splitlines()
    for section in ("global", "download", ":env:"):
        for line in lines:
            key, found, value = line.partition("=")
            if found and key.startswith(f"{section}."):
                settings[key.removeprefix(f"{section}.")] = ast.literal_eval(value)
    return settings


def _default_index() -> str:
    """The index that pip asks where nobody named one; its help names it."""
    named = re.search(r"--index-url.*?\(default\s+(\S+)\)", _pip("download", "--help"), re.DOTALL)
    if named is None:
        raise CourseError("pip names no index to ask: set PIP_INDEX_URL, or use `--mirror FOLDER`.")
    return named[1]


def _pip(*arguments: str) -> str:
    """What pip prints; it is asked rather than its files read, since it knows where they are."""
    command = [sys.executable, "-m", "pip", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode:
        raise CourseError(
            "pip, which knows where packages are to be had, does not work beside "
            f"{sys.executable}: `python -m ensurepip` installs it, or use a folder with "
            "`--mirror FOLDER`."
        )
    return result.stdout
