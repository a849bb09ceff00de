"""One file: resumed, timed, checked; and each way in which a server or a mirror can fail."""

import os
import re
import socket
from dataclasses import replace

import loopback
import pytest
from download_helpers import QUICK, random_bytes, remote_file

from course_utils import CourseError
from course_utils.assets import network
from course_utils.assets.transfer import obtain_file

CONTENT = random_bytes(100_000)
PATH = "/data.bin"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


@pytest.fixture
def get(server, folder):
    """Obtain the file; catalog and server may say different things about it."""
    server.files[PATH] = CONTENT

    def get(content=CONTENT, mirror=None, address=server.address + PATH, **changes):
        remote = replace(remote_file("data.bin", content, address), **changes)
        return obtain_file(remote, "animals", folder, mirror=mirror, progress=False).read_bytes()

    return get


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_and_leaves_nothing_beside(get, folder, server):
    assert get() == CONTENT
    assert leftovers(folder) == ["data.bin"]
    assert get() == CONTENT
    assert len(server.requests) == 1


def test_md5_is_checked_where_that_is_all_there_is(get, folder):
    import hashlib

    assert get(checksum=f"md5:{hashlib.md5(CONTENT).hexdigest()}") == CONTENT
    (folder / "data.bin").unlink()
    with pytest.raises(CourseError, match="its md5 differs"):
        get(checksum=f"md5:{'0' * 32}")


def test_a_damaged_file_is_downloaded_again(get, folder):
    get()
    (folder / "data.bin").write_bytes(CONTENT[:-1] + b"x")
    assert get() == CONTENT


@pytest.mark.parametrize("after", [1, 50_000, 99_999])
def test_a_cut_connection_is_resumed(get, server, after):
    server.plan(PATH, loopback.cut(after))
    assert get() == CONTENT
    assert server.asked(PATH) == [None, f"bytes={after}-"]


def test_many_cuts_are_survived_while_each_try_gains_enough(get, server, monkeypatch):
    monkeypatch.setattr(network, "PATIENCE", replace(QUICK, gain=5_000))
    server.plan(PATH, *[loopback.cut(10_000)] * 9)
    assert get() == CONTENT
    assert server.asked(PATH)[1:] == [f"bytes={k}0000-" for k in range(1, 10)]


def test_a_later_run_goes_on_where_the_first_gave_up(get, server):
    server.plan(PATH, *[loopback.cut(20_000)] * 3)
    with pytest.raises(CourseError, match=r"60,000 of 100,000 bytes are here .*--mirror"):
        get()
    assert get() == CONTENT
    assert server.asked(PATH)[-1] == "bytes=60000-"


def test_a_server_that_ignores_ranges_sends_it_all_again(get, server):
    server.ranges = False
    server.plan(PATH, loopback.cut(50_000))
    assert get() == CONTENT
    assert server.asked(PATH) == [None, "bytes=50000-"]


@pytest.mark.parametrize("tags", [True, False, "weak"])
def test_two_versions_of_a_file_are_never_mixed(get, server, tags):
    """With an ETag the server sends the new version whole; without, the checksum tells."""
    new = random_bytes(len(CONTENT), seed=1)
    server.tags = tags
    server.plan(PATH, *[loopback.cut(20_000)] * 3)
    with pytest.raises(CourseError):
        get()
    server.files[PATH] = new
    server.requests.clear()
    with pytest.raises(CourseError, match="sha256 differs"):
        get()
    # With an ETag the rest was never sent for a beginning that it does not belong to.
    assert len(server.requests) == (1 if tags is True else 2)
    assert ("If-Range" in server.requests[0][1]) == (tags is True)
    server.files[PATH] = CONTENT
    assert get() == CONTENT


def test_a_part_of_an_unknown_file_is_not_built_on(get, server, folder):
    (folder / "data.bin.part").write_bytes(b"something else")
    assert get() == CONTENT
    assert server.asked(PATH) == [None]


def test_a_damaged_part_costs_one_more_download(get, server, folder):
    server.plan(PATH, *[loopback.cut(20_000)] * 3)
    with pytest.raises(CourseError):
        get()
    part = folder / "data.bin.part"
    part.write_bytes(bytes(part.stat().st_size))  # as a power cut may leave it
    assert get() == CONTENT
    assert server.asked(PATH)[-1] is None


@pytest.mark.parametrize(
    "answer",
    [
        loopback.status(416, Content_Range=f"bytes */{len(CONTENT)}"),
        loopback.status(416),
        lambda handler, body: handler.begin(b"", 206, Content_Range="bytes 7-99999/100000"),
        lambda handler, body: handler.begin(b"", 206),
    ],
)
def test_an_odd_answer_to_a_range_means_starting_over(get, server, answer):
    server.plan(PATH, loopback.cut(50_000), answer)
    assert get() == CONTENT
    assert server.asked(PATH) == [None, "bytes=50000-", None]


@pytest.mark.parametrize("number", [408, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(get, server, number):
    server.plan(PATH, loopback.status(number), loopback.hang_up)
    assert get() == CONTENT
    assert len(server.requests) == 3


@pytest.mark.parametrize("number", [401, 403, 404, 410])
def test_a_refusal_is_final(get, server, number, folder):
    server.plan(PATH, loopback.status(number))
    with pytest.raises(CourseError, match=rf"data\.bin cannot be had, .* answered {number}"):
        get()
    assert len(server.requests) == 1
    assert leftovers(folder) == []


@pytest.mark.parametrize("claim", [None, False])
@pytest.mark.parametrize("about", [60_000, 99_999, 100_001, 10_000_000])
def test_where_the_size_is_only_about_known_the_checksum_decides(get, server, about, claim):
    server.plan(PATH, loopback.other(CONTENT, claim))
    assert get(bytes=about, exact=False) == CONTENT
    server.plan(PATH, loopback.other(CONTENT[:-1], claim))
    with pytest.raises(CourseError, match="sha256 differs"):
        get(bytes=about, exact=False, checksum=f"sha256:{'0' * 64}")


def test_a_file_whose_size_is_about_known_is_resumed(get, server):
    server.plan(PATH, loopback.cut(50_000))
    assert get(bytes=90_000, exact=False) == CONTENT
    assert server.asked(PATH) == [None, "bytes=50000-"]


@pytest.mark.parametrize("claim", [None, False])
def test_twice_the_size_is_not_about_it(get, server, folder, claim):
    server.plan(PATH, loopback.other(random_bytes(1_300_000), claim))
    with pytest.raises(CourseError, match=r"has .* bytes where the catalog says about 100,000"):
        get(exact=False)
    assert leftovers(folder) == []


def test_a_redirect_is_followed(get, server):
    server.plan("/old", loopback.status(302, Location=PATH))
    assert get(address=server.address + "/old") == CONTENT


@pytest.mark.parametrize("goal", ["ftp://example.org/data.bin", "file:///etc/passwd"])
def test_a_redirect_off_the_web_is_not_followed(get, server, goal):
    server.plan(PATH, loopback.status(302, Location=goal))
    with pytest.raises(CourseError, match=re.escape(goal)):
        get()


@pytest.mark.parametrize("goal", ["http://example.org/x", "http://10.0.0.1/x"])
def test_from_https_there_is_no_way_back_to_http(goal):
    """This server has no certificate, so the session is asked itself."""
    with network.open_session("https://example.org/x") as session:
        session.get_adapter("https://elsewhere.example.org/x")
        with pytest.raises(CourseError, match=re.escape(goal)):
            session.get_adapter(goal)


def test_a_wrong_checksum_is_refused(get, folder, server):
    server.files[PATH] = CONTENT[:-1] + b"x"
    with pytest.raises(CourseError, match="sha256 differs from the catalog's"):
        get()
    assert leftovers(folder) == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("size", [1, 99_999, 100_001, 10_000_000])
def test_a_wrong_size_is_told_before_the_first_byte(get, folder, server, size):
    server.files[PATH] = random_bytes(size)
    with pytest.raises(CourseError, match=rf"has {size:,} bytes where the catalog says 100,000"):
        get()
    assert leftovers(folder) == []


def test_never_more_bytes_than_the_catalog_says(get, folder, server):
    server.plan(PATH, loopback.other(random_bytes(5_000_000), claim=False))
    with pytest.raises(CourseError, match="has more than 100,000 bytes"):
        get()
    assert leftovers(folder) == []


def test_a_short_body_without_a_length_is_told(get, server):
    server.plan(PATH, *[loopback.other(CONTENT[:900], claim=False)] * 3)
    server.ranges = False
    with pytest.raises(CourseError, match="900 of 100,000 bytes"):
        get()


def test_a_slow_drip_is_caught(get, server, monkeypatch):
    """No single wait is long, and still the file would take more than an hour."""
    slow = replace(QUICK, window=0.3, rate=1000, attempts=2)
    monkeypatch.setattr(network, "PATIENCE", slow)
    server.plan(PATH, *[loopback.drip(0.05)] * 2)
    with pytest.raises(CourseError, match=r"only \d+ bytes came in"):
        get()


def test_a_silent_server_is_given_up(get, server, monkeypatch):
    monkeypatch.setattr(network, "PATIENCE", replace(QUICK, read=0.3, attempts=2))
    server.plan(PATH, loopback.silence, loopback.silence)
    with pytest.raises(CourseError, match="the server did not answer in time"):
        get()


def test_a_closed_port_is_told(get):
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CourseError, match=r"the server cannot be reached.*check the network"):
            get(address=f"http://127.0.0.1:{taken.getsockname()[1]}/data.bin")


def test_a_name_that_does_not_resolve_is_told(get, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(CourseError, match="there is no such server, or no network"):
        get(address="https://data.invalid/data.bin")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has /dev/full")  # noqa: PTH110
def test_a_full_disk_is_told(get, folder):
    (folder / "data.bin.part").symlink_to("/dev/full")
    with pytest.raises(CourseError, match=r"The disk that holds .*data\.bin is full"):
        get()


@pytest.mark.parametrize("inside", ["animals/data.bin", "data.bin"])
def test_a_mirror_is_used_instead_of_the_network(get, server, tmp_path, inside):
    path = tmp_path / "mirror" / inside
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert get(mirror=tmp_path / "mirror") == CONTENT
    assert server.requests == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (CONTENT[:-1] + b"x", "sha256 differs"),
        (CONTENT[:-1], "has 99,999 bytes where the catalog says 100,000"),
        (CONTENT + b"x", "has 100,001 bytes"),
        (None, r"lacks data\.bin of the set 'animals' .*animals/data\.bin nor .*data\.bin"),
    ],
)
def test_a_mirror_is_not_trusted(get, server, folder, tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "data.bin").write_bytes(content)
    with pytest.raises(CourseError, match=complaint):
        get(mirror=tmp_path)
    assert server.requests == []
    assert leftovers(folder) == []
