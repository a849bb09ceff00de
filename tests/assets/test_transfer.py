"""One file: resumed, timed, checked; and each way in which a server or a mirror can fail."""

import hashlib
import socket
from dataclasses import replace
from pathlib import Path

import huggingface_hub.constants
import loopback
import pytest
from fetch_helpers import asset_file, random_bytes

from course_utils import CourseError
from course_utils.assets import transfer

CONTENT = random_bytes(100_000)
PATH = "/data.bin"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


@pytest.fixture
def get(server, folder):
    """Obtain the file; manifest and server may say different things about it."""
    server.files[PATH] = CONTENT

    def get(*sources, mirror=None, **changes):
        sources = sources or (server.address + PATH,)
        file = replace(asset_file("data.bin", CONTENT, *sources), **changes)
        return transfer.obtain_file(file, "animals", folder, mirror).read_bytes()

    return get


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir())


def give_up(get, server):
    """A first run that gives up after 60,000 bytes."""
    server.plan(PATH, *[loopback.cut(20_000)] * 3)
    with pytest.raises(CourseError, match=r"60,000 of 100,000 bytes are here .*--mirror"):
        get()


def test_a_file_comes_whole_and_leaves_nothing_beside(get, folder, server):
    assert get() == CONTENT
    assert leftovers(folder) == ["data.bin"]
    assert get() == CONTENT
    assert len(server.requests) == 1


def test_md5_is_checked_where_that_is_all_there_is(get, folder):
    assert get(checksum=f"md5:{hashlib.md5(CONTENT).hexdigest()}") == CONTENT
    (folder / "data.bin").unlink()
    with pytest.raises(CourseError, match="its md5 differs"):
        get(checksum=f"md5:{'0' * 32}")


def test_a_damaged_file_is_downloaded_again(get, folder):
    get()
    (folder / "data.bin").write_bytes(CONTENT[:-1] + b"x")
    assert get() == CONTENT


def test_a_progress_bar_shows_bytes(server, folder, capsys):
    server.files[PATH] = CONTENT
    file = asset_file("data.bin", CONTENT, server.address + PATH)
    transfer.obtain_file(file, "animals", folder)
    assert "data.bin" in capsys.readouterr().err


@pytest.mark.parametrize("after", [1, 50_000, 99_999])
def test_a_cut_connection_is_resumed(get, server, after):
    server.plan(PATH, loopback.cut(after))
    assert get() == CONTENT
    assert server.asked(PATH) == [None, f"bytes={after}-"]


def test_many_cuts_are_survived_while_each_try_gains_enough(get, server, monkeypatch):
    monkeypatch.setattr(transfer, "ENOUGH_BYTES", 5_000)
    server.plan(PATH, *[loopback.cut(10_000)] * 9)
    assert get() == CONTENT
    assert server.asked(PATH)[1:] == [f"bytes={k}0000-" for k in range(1, 10)]


def test_a_later_run_goes_on_where_the_first_gave_up(get, server):
    give_up(get, server)
    assert get() == CONTENT
    assert server.asked(PATH)[-1] == "bytes=60000-"


def test_a_server_that_ignores_ranges_sends_it_all_again(get, server):
    server.ranges = False
    server.plan(PATH, loopback.cut(50_000))
    assert get() == CONTENT
    assert server.asked(PATH) == [None, "bytes=50000-"]


def test_two_versions_of_a_file_are_never_mixed(get, server):
    give_up(get, server)
    server.files[PATH] = random_bytes(len(CONTENT), seed=1)
    server.requests.clear()
    with pytest.raises(CourseError, match="sha256 differs"):
        get()
    assert server.asked(PATH) == ["bytes=60000-", None]  # once more, from the start
    server.files[PATH] = CONTENT
    assert get() == CONTENT


def test_a_whole_part_is_only_checked(get, server, folder):
    """As after a kill between the last byte and the new name."""
    part = folder / asset_file("data.bin", CONTENT).part_name
    part.write_bytes(CONTENT)
    assert get() == CONTENT
    assert server.asked(PATH) == ["bytes=100000-"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler, body: handler.begin(b"", 206, Content_Range="bytes 7-99999/100000"),
        lambda handler, body: handler.begin(b"", 206),
    ],
)
def test_an_odd_answer_to_a_range_means_starting_over(get, server, answer):
    server.plan(PATH, loopback.cut(50_000), answer)
    assert get() == CONTENT
    assert server.asked(PATH) == [None, "bytes=50000-", None]


@pytest.mark.parametrize("number", [408, 429, 500, 503])
def test_a_busy_server_is_asked_again(get, server, number):
    server.plan(PATH, loopback.status(number), loopback.hang_up)
    assert get() == CONTENT
    assert len(server.requests) == 3


@pytest.mark.parametrize("number", [401, 404, 410])
def test_a_refusal_is_final(get, server, number, folder):
    server.plan(PATH, loopback.status(number))
    with pytest.raises(CourseError, match=rf"data\.bin cannot be had, .* answered {number}"):
        get()
    assert len(server.requests) == 1
    assert leftovers(folder) == []


def test_the_next_source_is_tried_where_one_fails(get, server):
    assert get(server.address + "/gone", server.address + PATH) == CONTENT
    assert [path for path, _ in server.requests] == ["/gone", PATH]
    with pytest.raises(CourseError, match=r"data\.bin cannot be had"):
        get(server.address + "/gone", server.address + "/lost", checksum=f"md5:{'0' * 32}")


def test_a_redirect_off_the_web_is_not_followed(get, server):
    server.plan(PATH, *[loopback.status(302, Location="file:///etc/passwd")] * 3)
    with pytest.raises(CourseError, match=r"could not be downloaded, .*InvalidSchema"):
        get()


@pytest.mark.parametrize("claim", [None, False])
def test_never_much_more_bytes_than_the_manifest_says(get, folder, server, claim):
    server.plan(PATH, loopback.other(random_bytes(5_000_000), claim))
    with pytest.raises(CourseError, match="much larger than the 100,000 bytes of the manifest"):
        get()
    assert sum(path.stat().st_size for path in folder.iterdir()) == 0
    assert get() == CONTENT


def test_a_silent_server_is_given_up(get, server, monkeypatch):
    monkeypatch.setattr(transfer, "SECONDS", (5, 0.3))
    server.plan(PATH, *[loopback.silence] * 3)
    with pytest.raises(CourseError, match="the server did not answer in time"):
        get()


def test_a_closed_port_is_told(get):
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CourseError, match=r"the server cannot be reached.*check the network"):
            get(f"http://127.0.0.1:{taken.getsockname()[1]}/data.bin")


def test_a_name_that_does_not_resolve_is_told(get, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(CourseError, match="there is no network"):
        get("https://data.invalid/data.bin")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_full_disk_is_told(get, folder):
    (folder / asset_file("data.bin", CONTENT).part_name).symlink_to("/dev/full")
    with pytest.raises(CourseError, match=r"The disk that holds .*data\.bin is full"):
        get()


@pytest.mark.parametrize("inside", ["animals/data.bin", "data.bin"])
def test_a_mirror_is_used_instead_of_the_network(get, server, tmp_path, inside):
    path = tmp_path / "mirror" / inside
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert get("package:animals", mirror=tmp_path / "mirror") == CONTENT
    assert server.requests == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (CONTENT[:-1] + b"x", "sha256 differs"),
        (CONTENT[:-1], "sha256 differs"),
        (None, r"lacks data\.bin of 'animals' .*animals/data\.bin nor .*data\.bin"),
    ],
)
def test_a_mirror_is_not_trusted(get, server, folder, tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "data.bin").write_bytes(content)
    with pytest.raises(CourseError, match=complaint):
        get(mirror=tmp_path)
    assert server.requests == []
    assert leftovers(folder) == []


@pytest.fixture
def hub(monkeypatch, server):
    """The loopback server in the place of the public hub; gives the file's path on it."""
    template = f"{server.address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    server.commit = "12" * 20
    return f"/datasets/zoo/animals/resolve/{server.commit}/data.bin"


@pytest.mark.parametrize("body", [CONTENT, CONTENT[:-1] + b"x"])
def test_a_file_comes_from_the_hub(get, server, hub, body, folder):
    server.files[hub] = body
    source = f"hub:datasets/zoo/animals@{server.commit}"
    if body == CONTENT:
        assert get(source) == CONTENT
        assert leftovers(folder) == ["data.bin"]
    else:
        with pytest.raises(CourseError, match="sha256 differs"):
            get(source)


def test_a_hub_that_lacks_the_file_is_told(get, server, hub):
    with pytest.raises(CourseError, match=r"data\.bin of .*zoo/animals could not be had .*Error"):
        get(f"hub:datasets/zoo/animals@{server.commit}")
