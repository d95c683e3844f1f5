"""The content of files: metadata, redirects, the CDN, ranges."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import httpx2
import pytest
from huggingface_hub.errors import HfHubHTTPError, RemoteEntryNotFoundError

from local_hub.files import LfsRoute
from local_hub.hub import LocalHub
from local_hub.real_client import Client
from local_hub.repository import Repository

NAME = "lab/one"
WEIGHTS = bytes(range(256)) * 400
TEXT = b"Zeile 1\n" * 20
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()
FILE = f"{NAME}/a.gguf"


def one() -> Repository:
    """A repository with an LFS file and one in git."""
    return Repository(NAME, {"a.gguf": WEIGHTS, "sub dir/ü#%3.txt": TEXT})


@pytest.fixture
def lab(hub: LocalHub) -> LocalHub:
    """The Hub with that repository."""
    hub.add(one())
    return hub


@pytest.fixture
def plain(lab: LocalHub) -> Iterator[httpx2.Client]:
    """HTTP without huggingface_hub, for what it never asks."""
    with httpx2.Client(base_url=lab.url, follow_redirects=True) as client:
        yield client


@pytest.mark.parametrize("route", ["relative", "absolute", "cdn", "direct"])
@pytest.mark.parametrize("resolve_cache", [False, True])
def test_every_route_leads_to_the_same_file(
    anyone: Client, route: LfsRoute, resolve_cache: bool
) -> None:
    repository = one()
    with LocalHub(repository, lfs=route, resolve_cache=resolve_cache) as hub:
        client = anyone.point(hub)
        found = client.metadata(NAME, "a.gguf")
        assert (found.etag, found.size) == (SHA256, len(WEIGHTS))
        assert found.commit_hash == repository.head.sha
        assert client.download(NAME, "a.gguf") == WEIGHTS
        text = client.metadata(NAME, "sub dir/ü#%3.txt")
        assert (text.size, text.commit_hash) == (len(TEXT), repository.head.sha)
        assert text.etag == repository.head.files["sub dir/ü#%3.txt"].blob_id
        assert client.download(NAME, "sub dir/ü#%3.txt") == TEXT
        assert hub.bytes_sent(FILE) == len(WEIGHTS)
        assert hub.bytes_sent(f"{NAME}/sub dir/ü#%3.txt") == len(TEXT)
        redirected = [request.path for request in hub.requests if request.status // 100 == 3]
        assert ("/lab/one/resolve/main/a.gguf" in redirected) == (route != "direct")
        assert ("/lab/one/resolve/main/sub dir/ü#%3.txt" in redirected) == resolve_cache


def test_the_cdn_is_another_host_and_gets_no_token(anyone: Client) -> None:
    with LocalHub(one(), tokens={"hf_ada": "ada"}, lfs="cdn") as hub:
        client = anyone.point(hub)
        assert client.fetch(NAME, "a.gguf", token="hf_ada") == WEIGHTS
        asked, fetched = hub.requests
        assert (asked.server, asked.token, asked.status) == ("hub", "hf_ada", 302)
        assert (fetched.server, fetched.token, fetched.status) == ("cdn", "", 200)
        assert hub.cdn_url != hub.url
        assert client.metadata(NAME, "a.gguf").location.startswith(hub.cdn_url)
        with httpx2.Client() as plain:
            assert plain.get(f"{hub.cdn_url}/api/models").status_code == 404
            assert plain.get(f"{hub.url}{fetched.target}").status_code == 404


def test_a_link_that_expired_is_refused(lab: LocalHub, client: Client) -> None:
    link = client.metadata(NAME, "a.gguf").location
    with httpx2.Client() as plain:
        assert plain.get(link).content == WEIGHTS
        lab.expire_links()
        assert plain.get(link).status_code == 403
        assert plain.get(link.partition("?")[0]).status_code == 403
    assert client.download(NAME, "a.gguf") == WEIGHTS


def test_the_cdn_has_an_etag_of_its_own(lab: LocalHub, plain: httpx2.Client) -> None:
    answer = plain.get("/lab/one/resolve/main/a.gguf")
    assert answer.headers["ETag"].strip('"') not in ("", SHA256)
    assert answer.history[0].headers["ETag"] == answer.headers["X-Linked-ETag"] == f'"{SHA256}"'


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=102000-", 102_000, 102_400),
        ("bytes=102000-999999", 102_000, 102_400),
        ("bytes=-7", 102_393, 102_400),
        ("bytes=-999999", 0, 102_400),
    ],
)
def test_a_range_brings_its_bytes_only(
    lab: LocalHub, plain: httpx2.Client, asked: str, start: int, end: int
) -> None:
    answer = plain.get("/lab/one/resolve/main/a.gguf", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == WEIGHTS[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(WEIGHTS)}"
    assert lab.bytes_sent(FILE) == end - start
    assert lab.requests[-1].range == asked


@pytest.mark.parametrize("asked", ["bytes=102400-", "bytes=102400-102500", "bytes=-0"])
def test_a_range_beyond_the_end_cannot_be_had(plain: httpx2.Client, asked: str) -> None:
    answer = plain.get("/lab/one/resolve/main/a.gguf", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(WEIGHTS)}"
    assert answer.content == b""


@pytest.mark.parametrize("asked", ["bytes=1-2,5-6", "lines=1-2", "bytes=-", "bytes", "bytes=9-3"])
def test_a_range_that_is_none_is_passed_over(plain: httpx2.Client, asked: str) -> None:
    answer = plain.get("/lab/one/resolve/main/a.gguf", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, WEIGHTS)


def test_if_range_holds_for_the_same_content_only(plain: httpx2.Client) -> None:
    address = "/lab/one/resolve/main/a.gguf"
    etag = plain.get(address).headers["ETag"]
    for said, status in ((etag, 206), ('"another"', 200), (f"W/{etag}", 200)):
        answer = plain.get(address, headers={"Range": "bytes=10-19", "If-Range": said})
        assert answer.status_code == status
        assert answer.content == (WEIGHTS[10:20] if status == 206 else WEIGHTS)


def test_the_client_resumes_with_a_range(lab: LocalHub, client: Client) -> None:
    got = client.fetch(NAME, "a.gguf", before=WEIGHTS[:100_000], expected=len(WEIGHTS))
    assert got == WEIGHTS
    assert lab.bytes_sent(FILE) == len(WEIGHTS) - 100_000
    assert [(one.range, one.status) for one in lab.requests] == [
        ("bytes=100000-", 302),
        ("bytes=100000-", 206),
    ]


def test_resuming_beyond_the_end_is_an_error(lab: LocalHub, client: Client) -> None:
    with pytest.raises(HfHubHTTPError) as caught:
        client.fetch(NAME, "a.gguf", before=WEIGHTS, expected=len(WEIGHTS) + 1)
    assert caught.value.response.status_code == 416


def test_a_file_that_is_not_there_is_named_so(lab: LocalHub, client: Client) -> None:
    with pytest.raises(RemoteEntryNotFoundError, match="Entry Not Found"):
        client.metadata(NAME, "b.gguf")


def test_old_commits_keep_their_files(lab: LocalHub, client: Client) -> None:
    repository = lab.add(one())
    old = repository.head.sha
    link = client.metadata(NAME, "a.gguf").location
    repository.commit({"a.gguf": b"new"})
    assert client.download(NAME, "a.gguf") == b"new"
    with httpx2.Client(follow_redirects=True) as plain:
        assert plain.get(client.address(NAME, "a.gguf", old)).content == WEIGHTS
        assert plain.get(link).content == WEIGHTS


def test_a_repository_that_moved_is_found(anyone: Client) -> None:
    with LocalHub(one(), moved={"old/name": NAME, "gpt": NAME}) as hub:
        client = anyone.point(hub)
        assert client.api.model_info("old/name").id == NAME
        assert client.api.model_info("gpt").id == NAME
        assert client.download("old/name", "a.gguf") == WEIGHTS
        assert hub.requests[0].status == 307


def test_a_repository_may_have_a_name_of_one_word(hub: LocalHub, client: Client) -> None:
    hub.add(Repository("gpt2", {"a.gguf": WEIGHTS}))
    assert client.api.model_info("gpt2").id == "gpt2"
    assert client.download("gpt2", "a.gguf") == WEIGHTS


def test_what_the_hub_does_not_have_is_not_found(plain: httpx2.Client) -> None:
    for path in ("/", "/nothing", "/lab/one/blob/main/a.gguf", "/api/models/lab/one/nothing"):
        assert plain.get(path).status_code == 404
    assert plain.get("/api/agent-harnesses").status_code == 404
