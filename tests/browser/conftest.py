"""One JupyterLab for all of these tests; without a browser they are skipped."""

import driving
import pytest
from lab_server import LabServer

_LINES = pytest.StashKey()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A running `LabServer`; skips where the browser or its driver is missing."""
    if missing := driving.missing():
        pytest.skip(missing)
    with LabServer(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def tell(request):
    """Say something about a notebook at the end of the whole run: `tell("02: no controls")`."""
    return request.config.stash.setdefault(_LINES, []).append


def pytest_terminal_summary(terminalreporter, config):
    if lines := config.stash.get(_LINES, []):
        terminalreporter.section("lessons in the browser")
        terminalreporter.write_line("\n".join(lines))
