"""Each fault, and what the real client makes of it."""

from __future__ import annotations

import json

import httpx2
import pytest
from huggingface_hub import constants
from huggingface_hub.errors import FileMetadataError, HfHubHTTPError, LocalEntryNotFoundError

from local_hub.body_faults import Cut, Stall, Trickle, WrongBytes, WrongLength
from local_hub.faults import (
    ChangeHeaders,
    ForRange,
    IgnoreRange,
    RedirectTo,
    Refuse,
    ThenCommit,
    WebPage,
)
from local_hub.hub import LocalHub
from local_hub.real_client import Client
from local_hub.repository import Repository

NAME = "lab/one"
CHUNK = constants.DOWNLOAD_CHUNK_SIZE
WEIGHTS = bytes(range(251)) * (5 * CHUNK // 502)  # two and a half of the client's chunks
SIZE = len(WEIGHTS)
FILE = f"{NAME}/a.gguf"


@pytest.fixture
def lab(hub: LocalHub) -> LocalHub:
    """The Hub with one repository."""
    hub.add(Repository(NAME, {"a.gguf": WEIGHTS}, card="Hello"))
    return hub


def fetch(client: Client, before: bytes = b"") -> bytes:
    """The file by the client's http_get, which is told its true size."""
    return client.fetch(NAME, "a.gguf", expected=SIZE, before=before)


def ranges(hub: LocalHub) -> list[str]:
    """The ranges asked of the file, redirects left out."""
    return [request.range for request in hub.requests_for("/cdn/*", "GET")]


def test_a_cut_ends_the_body_at_that_byte(lab: LocalHub, client: Client) -> None:
    planned = lab.fault("*/a.gguf", Cut(after=CHUNK + 5))
    assert fetch(client) == WEIGHTS
    assert planned.used == 1
    # The client keeps whole chunks only and asks for the rest.
    assert ranges(lab) == ["", f"bytes={CHUNK}-"]
    assert [one.sent for one in lab.requests_for("/cdn/*")] == [CHUNK + 5, SIZE - CHUNK]
    assert lab.bytes_sent(FILE) == SIZE + 5
    assert client.waits == [1]


def test_a_cut_that_comes_again_ends_the_clients_patience(lab: LocalHub, client: Client) -> None:
    planned = lab.fault("*/a.gguf", Cut(after=1000), times=None)
    with pytest.raises(httpx2.RemoteProtocolError, match="received 1000 bytes, expected"):
        fetch(client)
    assert planned.used == 6


def test_a_fault_for_a_range_spares_the_others(lab: LocalHub) -> None:
    planned = lab.fault("/cdn/*", ForRange("bytes=7-*", Cut(after=3)), times=None)
    address = f"{lab.url}/{NAME}/resolve/main/a.gguf"
    with httpx2.Client(follow_redirects=True) as plain:
        assert plain.get(address).content == WEIGHTS
        assert plain.get(address, headers={"Range": "bytes=8-9"}).content == WEIGHTS[8:10]
        with pytest.raises(httpx2.RemoteProtocolError, match="received 3 bytes"):
            plain.get(address, headers={"Range": "bytes=7-99"})
    assert planned.used == 1


@pytest.mark.parametrize("after", [1, 1000, 2 * CHUNK])
def test_a_reset_is_another_error_and_not_tried_again(
    lab: LocalHub, client: Client, after: int
) -> None:
    lab.fault("*/a.gguf", Cut(after, reset=True))
    with pytest.raises(httpx2.ReadError, match="reset"):
        fetch(client)
    assert lab.bytes_sent(FILE) == after
    assert fetch(client) == WEIGHTS


def test_what_came_before_a_reset_has_come(lab: LocalHub) -> None:
    lab.fault("*/a.gguf", Cut(300_000, reset=True))
    got: list[bytes] = []
    with (
        httpx2.Client(follow_redirects=True) as plain,
        plain.stream("GET", f"{lab.url}/{NAME}/resolve/main/a.gguf") as answer,
        pytest.raises(httpx2.ReadError),
    ):
        got.extend(answer.iter_raw())
    assert b"".join(got) == WEIGHTS[:300_000]


@pytest.mark.parametrize(
    ("reset", "error"), [(False, httpx2.RemoteProtocolError), (True, httpx2.ReadError)]
)
def test_a_cut_may_come_before_any_answer(
    lab: LocalHub, client: Client, reset: bool, error: type[Exception]
) -> None:
    lab.fault("/api/*", Cut(None, reset=reset))
    with pytest.raises(error):
        client.api.model_info(NAME)
    assert client.api.model_info(NAME).id == NAME


def test_a_stall_holds_the_rest_back_until_released(lab: LocalHub, client: Client) -> None:
    stall = Stall(after=CHUNK)
    lab.fault("*/a.gguf", stall)
    with (
        httpx2.Client(follow_redirects=True, timeout=30) as plain,
        plain.stream("GET", client.address(NAME, "a.gguf")) as answer,
    ):
        blocks = answer.iter_raw()
        got = b""
        while len(got) < CHUNK:
            got += next(blocks)
        assert stall.reached.wait(10)
        assert got == WEIGHTS[:CHUNK]
        assert lab.bytes_sent(FILE) == CHUNK
        assert not lab.wait_idle(0)
        stall.released.set()
        assert got + b"".join(blocks) == WEIGHTS
    assert lab.wait_idle()


@pytest.mark.parametrize("after", [None, 0, 1000])
def test_the_client_gives_up_a_stalled_read_and_tries_again(
    lab: LocalHub, client: Client, after: int | None
) -> None:
    lab.fault("/cdn/*", Stall(after))
    assert fetch(client) == WEIGHTS
    assert client.waits == [1]
    assert len(lab.requests_for("/cdn/*")) == 2


def test_a_trickle_comes_in_small_pieces(lab: LocalHub, client: Client) -> None:
    lab.add(Repository("lab/small", {"s.gguf": WEIGHTS[:3000]}))
    lab.fault("*/s.gguf", Trickle(20_000))
    pieces = []
    with (
        httpx2.Client(follow_redirects=True) as plain,
        plain.stream("GET", client.address("lab/small", "s.gguf")) as answer,
    ):
        pieces = list(answer.iter_raw())
    assert b"".join(pieces) == WEIGHTS[:3000]
    assert len(pieces) > 1
    assert max(map(len, pieces)) < 3000


@pytest.mark.parametrize("at", [0, 12_345_678, SIZE - 1])
def test_a_wrong_byte_is_not_noticed_by_the_client(lab: LocalHub, client: Client, at: int) -> None:
    lab.fault("*/a.gguf", WrongBytes(at))
    got = fetch(client)
    assert len(got) == SIZE
    assert got[at] == WEIGHTS[at] ^ 0xFF
    assert (got[:at], got[at + 1 :]) == (WEIGHTS[:at], WEIGHTS[at + 1 :])


def test_a_shorter_file_is_noticed_where_the_size_is_known(lab: LocalHub, client: Client) -> None:
    lab.fault("*/a.gguf", WrongLength(said=-100, sent=-100), times=2)
    with pytest.raises(OSError, match=f"should be of size {SIZE} but has size {SIZE - 100}"):
        fetch(client)
    assert client.fetch(NAME, "a.gguf") == WEIGHTS[:-100]


def test_a_longer_file_is_noticed_too(lab: LocalHub, client: Client) -> None:
    lab.fault("*/a.gguf", WrongLength(said=100, sent=100))
    with pytest.raises(OSError, match=f"but has size {SIZE + 100}"):
        fetch(client)


def test_fewer_bytes_than_announced_are_like_a_cut(lab: LocalHub, client: Client) -> None:
    lab.fault("*/a.gguf", WrongLength(said=100))
    assert fetch(client) == WEIGHTS
    assert ranges(lab) == ["", f"bytes={2 * CHUNK}-"]


def test_more_bytes_than_announced_are_left_on_the_line(lab: LocalHub, client: Client) -> None:
    lab.fault("*/a.gguf", WrongLength(sent=100))
    assert fetch(client) == WEIGHTS
    lab.fault("*/a.gguf", WrongLength(said=-100))
    with pytest.raises(OSError, match=f"but has size {SIZE - 100}"):
        fetch(client)


def test_a_wrong_length_of_a_part_is_wrong_in_its_range_too(lab: LocalHub, client: Client) -> None:
    lab.fault("*/a.gguf", WrongLength(said=-100, sent=-100))
    with httpx2.Client(follow_redirects=True) as plain:
        answer = plain.get(client.address(NAME, "a.gguf"), headers={"Range": "bytes=1000-"})
    assert answer.headers["Content-Range"] == f"bytes 1000-{SIZE - 101}/{SIZE - 100}"
    assert answer.content == WEIGHTS[1000:-100]


def test_an_ignored_range_brings_everything(lab: LocalHub, client: Client) -> None:
    planned = lab.fault("*", IgnoreRange())
    assert fetch(client) == WEIGHTS
    assert planned.used == 0
    lab.forget_requests()
    assert fetch(client, before=b"x" * CHUNK) == WEIGHTS
    assert planned.used == 1
    assert lab.bytes_sent(FILE) == SIZE
    assert lab.requests[-1].status == 200


def test_429_tells_the_client_how_long_to_wait(lab: LocalHub, client: Client) -> None:
    lab.fault("/cdn/*", Refuse(429, retry_after=7))
    assert fetch(client) == WEIGHTS
    limit = {"RateLimit": '"api";r=0;t=55', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}
    lab.fault("/api/models", Refuse(429, headers=limit))
    assert len(list(client.api.list_models())) == 1
    assert client.waits == [8, 56]  # one second more than it was told
    lab.fault("/api/models/*", Refuse(429, retry_after=7))
    with pytest.raises(HfHubHTTPError, match="429 Too Many Requests") as caught:
        client.api.model_info(NAME)
    assert caught.value.response.headers["Retry-After"] == "7"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_5xx_ends_a_download_and_delays_a_search(
    lab: LocalHub, client: Client, status: int
) -> None:
    lab.fault("*/a.gguf", Refuse(status, "Down for a moment"))
    with pytest.raises(HfHubHTTPError, match="Down for a moment") as caught:
        fetch(client)
    assert caught.value.response.status_code == status
    lab.fault("/api/models", Refuse(status), times=2)
    assert len(list(client.api.list_models())) == 1
    assert client.waits == [1, 2]


def test_a_fault_comes_as_often_as_planned_and_for_its_method(
    lab: LocalHub, client: Client
) -> None:
    planned = lab.fault("*/a.gguf", Refuse(503), times=2, method="HEAD")
    assert fetch(client) == WEIGHTS
    for _ in range(2):
        with pytest.raises(HfHubHTTPError):
            client.metadata(NAME, "a.gguf")
    assert client.metadata(NAME, "a.gguf").size == SIZE
    assert (planned.used, planned.left) == (2, 0)
    lab.fault("*", Refuse(503), times=None)
    with pytest.raises(LocalEntryNotFoundError):
        client.download(NAME, "a.gguf")
    lab.clear_faults()
    assert client.download(NAME, "a.gguf") == WEIGHTS


def test_faults_join(lab: LocalHub, client: Client) -> None:
    lab.fault("/cdn/*", IgnoreRange())
    lab.fault("/cdn/*", Cut(after=CHUNK))
    assert fetch(client, before=WEIGHTS[:CHUNK]) == WEIGHTS
    statuses = [(one.status, one.range, one.sent) for one in lab.requests_for("/cdn/*")]
    assert statuses == [
        (200, f"bytes={CHUNK}-", CHUNK),
        (206, f"bytes={CHUNK}-", SIZE - CHUNK),
    ]


def test_redirects_may_have_no_end(lab: LocalHub, client: Client) -> None:
    lab.fault("*/a.gguf", RedirectTo(), times=2)
    with pytest.raises(httpx2.TooManyRedirects):
        fetch(client)
    with pytest.raises(httpx2.TooManyRedirects):
        client.metadata(NAME, "a.gguf")
    assert lab.requests[-1].path == "/redirect-loop"


def test_a_redirect_may_lead_to_another_host(lab: LocalHub, client: Client) -> None:
    with LocalHub(Repository(NAME, {"a.gguf": b"evil"})) as other:
        away = RedirectTo(f"{other.url}/{NAME}/resolve/main/a.gguf")
        lab.fault("/lab/*", away, times=2)
        assert client.fetch(NAME, "a.gguf", token="hf_ada") == b"evil"
        assert [request.token for request in other.requests] == ["", ""]
        found = client.metadata(NAME, "a.gguf")
        assert (found.commit_hash, found.etag, found.size) == (None, None, None)
        assert found.location == away.location


def test_a_log_in_page_is_no_answer(lab: LocalHub, client: Client) -> None:
    lab.fault("*", WebPage(), times=None)
    with pytest.raises(json.JSONDecodeError):
        client.api.model_info(NAME)
    with pytest.raises(OSError, match="should be of size"):
        fetch(client)
    with pytest.raises(LocalEntryNotFoundError) as caught:
        client.download(NAME, "a.gguf")
    assert isinstance(caught.value.__cause__, FileMetadataError)


def test_headers_can_be_wrong_or_missing(lab: LocalHub, client: Client) -> None:
    wrong = {"x-linked-size": "5", "X-Linked-ETag": '"0"', "X-Repo-Commit": None}
    lab.fault("/cdn/*", ChangeHeaders(wrong), method="HEAD")
    found = client.metadata(NAME, "a.gguf")
    assert (found.size, found.etag, found.commit_hash) == (5, "0", None)


def test_a_file_that_changes_between_two_requests_is_mixed_by_the_client(
    lab: LocalHub, client: Client
) -> None:
    newer = b"n" * SIZE
    lab.fault("/cdn/*", Cut(after=CHUNK))
    lab.fault("/cdn/*", ThenCommit(NAME, {"a.gguf": newer}))
    assert fetch(client) == WEIGHTS[:CHUNK] + newer[CHUNK:]
    first, second = (one.first("commit") for one in lab.requests_for("/cdn/*"))
    assert first != second
    lab.fault("/lab/*", ThenCommit(NAME, {"a.gguf": b"third"}), method="HEAD")
    before = client.metadata(NAME, "a.gguf")
    assert (before.commit_hash, before.size) == (second, SIZE)
    assert client.metadata(NAME, "a.gguf").size == 5
