"""The server itself: its log, its threads, and what it does besides."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from huggingface_hub import close_session

from local_hub.body_faults import Stall
from local_hub.hub import LocalHub
from local_hub.real_client import Client
from local_hub.repository import Repository

NAME = "lab/one"
WEIGHTS = bytes(range(256)) * 8000


def test_the_log_tells_what_was_asked_and_what_was_sent(hub: LocalHub, client: Client) -> None:
    hub.add(Repository(NAME, {"a.gguf": WEIGHTS}, card="Hello"))
    client.api.model_info(NAME, files_metadata=True, token="hf_ada")
    client.fetch(NAME, "a.gguf", before=WEIGHTS[:1000])
    info, redirect, content = hub.requests
    assert (info.method, info.path, info.query) == (
        "GET",
        "/api/models/lab/one",
        {"blobs": ["true"]},
    )
    assert (info.token, info.status, info.server, info.file) == ("hf_ada", 200, "hub", "")
    assert "hf_hub/2" in info.user_agent
    assert (redirect.path, redirect.status) == ("/lab/one/resolve/main/a.gguf", 302)
    assert (content.range, content.sent) == ("bytes=1000-", len(WEIGHTS) - 1000)
    assert content.file == "lab/one/a.gguf"
    assert info.time <= redirect.time <= content.time
    assert hub.wait_idle()
    assert all(request.finished for request in hub.requests)
    assert [one.method for one in hub.requests_for("*/a.gguf")] == ["GET", "GET"]
    assert hub.requests_for("*", "HEAD") == []
    hub.forget_requests()
    assert (hub.requests, hub.bytes_sent("lab/one/a.gguf")) == ([], 0)


def test_a_client_that_leaves_midway_is_counted_to_what_was_sent(hub: LocalHub) -> None:
    size = 64_000_000
    hub.add(Repository(NAME, {"a.gguf": b"w" * size}))
    with (
        httpx2.Client(follow_redirects=True) as plain,
        plain.stream("GET", f"{hub.url}/{NAME}/resolve/main/a.gguf") as answer,
    ):
        next(answer.iter_raw())
    assert hub.wait_idle()
    assert 0 < hub.bytes_sent("lab/one/a.gguf") < size
    assert hub.errors == []


def test_many_connections_are_served_at_once(hub: LocalHub, tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(WEIGHTS)
    hub.add(Repository(NAME, {"a.gguf": path}))
    address = f"{hub.url}/{NAME}/resolve/main/a.gguf"
    together = threading.Barrier(8)

    def part(number: int) -> bytes:
        start = number * 256_000
        asked = {"Range": f"bytes={start}-{start + 255_999}"}
        with httpx2.Client(follow_redirects=True) as plain:
            together.wait(10)
            return plain.get(address, headers=asked).content

    with ThreadPoolExecutor(8) as pool:
        assert b"".join(pool.map(part, range(8))) == WEIGHTS
    assert hub.bytes_sent("lab/one/a.gguf") == len(WEIGHTS)


def test_closing_ends_stalled_and_idle_connections(anyone: Client) -> None:
    before = set(threading.enumerate())
    stall = Stall(after=10)
    hub = LocalHub(Repository(NAME, {"a.gguf": WEIGHTS}), lfs="cdn")
    hub.start()
    anyone.point(hub).api.model_info(NAME)  # its connection stays open
    hub.fault("/cdn/*", stall)
    caught: list[Exception] = []

    def wait_for_it() -> None:
        try:
            with httpx2.Client(follow_redirects=True, timeout=30) as plain:
                plain.get(f"{hub.url}/{NAME}/resolve/main/a.gguf")
        except httpx2.HTTPError as error:
            caught.append(error)

    reader = threading.Thread(target=wait_for_it)
    reader.start()
    with socket.create_connection(("127.0.0.1", int(hub.url.rpartition(":")[2]))):
        assert stall.reached.wait(10)
        hub.close()
    reader.join(10)
    assert len(caught) == 1
    assert set(threading.enumerate()) == before
    assert hub.errors == []
    with pytest.raises(httpx2.ConnectError):
        anyone.api.model_info(NAME)


def test_a_mistake_of_the_server_fails_the_test(tmp_path: Path) -> None:
    broken = Repository(NAME, {"a.gguf": tmp_path / "nothing"})
    with (
        pytest.raises(AssertionError, match="FileNotFoundError"),
        LocalHub(broken) as hub,
        httpx2.Client() as plain,
        pytest.raises(httpx2.RemoteProtocolError),
    ):
        plain.get(f"{hub.url}/{NAME}/resolve/main/a.gguf")


def test_a_file_that_shrinks_while_it_is_sent_ends_the_connection(
    hub: LocalHub, tmp_path: Path
) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(WEIGHTS)
    repository = hub.add(Repository(NAME, {"a.gguf": path}))
    assert repository.head.files["a.gguf"].sha256
    stall = Stall(after=None)
    hub.fault("/cdn/*", stall)
    with ThreadPoolExecutor(1) as pool, httpx2.Client(follow_redirects=True) as plain:
        answer = pool.submit(plain.get, f"{hub.url}/{NAME}/resolve/main/a.gguf")
        assert stall.reached.wait(10)
        path.write_bytes(WEIGHTS[:1000])
        stall.released.set()
        with pytest.raises(httpx2.RemoteProtocolError, match="received 1000 bytes"):
            answer.result(10)


def test_it_serves_as_a_proxy_for_a_host_that_is_nowhere(hub: LocalHub) -> None:
    hub.add(Repository(NAME, {"a.gguf": WEIGHTS}))
    with httpx2.Client(proxy=hub.url, follow_redirects=True) as plain:
        answer = plain.get("http://hub.example/lab/one/resolve/main/a.gguf")
    assert answer.content == WEIGHTS
    assert [request.headers["host"] for request in hub.requests] == ["hub.example"] * 2
    assert hub.requests[0].path == "/lab/one/resolve/main/a.gguf"


def test_https_with_a_certificate_of_ones_own(
    anyone: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    path = tmp_path / "a.gguf"
    path.write_bytes(WEIGHTS)
    with LocalHub(Repository(NAME, {"a.gguf": path}), certificate=certificate, lfs="cdn") as hub:
        assert hub.url.startswith("https://")
        anyone.point(hub)
        with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            anyone.api.model_info(NAME)
        close_session()  # it read its certificates when it began
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert anyone.api.model_info(NAME).id == NAME
        assert anyone.download(NAME, "a.gguf") == WEIGHTS


def self_signed(folder: Path) -> tuple[Path, Path]:
    """The files of a certificate for 127.0.0.1, good for a day, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "local hub")])
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(host, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *bare))
    return folder / "cert.pem", folder / "key.pem"
