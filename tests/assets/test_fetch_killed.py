"""A fetch that is killed: what was there stays, nothing half is taken as whole, the next works."""

import os
from pathlib import Path

import pytest
from forked import run_script
from killed_fetches import versions


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL as POSIX has it")
def test_killed_before_every_single_change_to_the_disk(server, cache):
    """There is no moment left between two changes at which anything else could be found."""
    versions(server)
    run_script(Path(__file__).with_name("killed_fetches.py"), server.address, str(cache))
    assert len(server.requests) > 30
