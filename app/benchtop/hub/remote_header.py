"""The header of a GGUF file on the Hub, read with Range requests: never the file."""

from __future__ import annotations

import io
import os
from collections.abc import Callable

from benchtop.domain.errors import Interrupted
from benchtop.domain.gguf import GgufHeader, parse_header
from benchtop.domain.hub_errors import HubFailed, RemoteHeaderTooLarge
from benchtop.domain.model_errors import GgufTruncated
from benchtop.domain.models import bytes_text
from benchtop.domain.repo_files import RepoFile
from benchtop.hub.client import HubClient

FIRST_BYTES = 128 * 1024
"""Enough for what comes before the vocabulary, chat template included, in every file seen."""
MOST_BYTES = 16 * 1024 * 1024
MOST_AT_ONCE = 4 * 1024 * 1024
PARTIAL, RANGE_REFUSED = 206, 416


def read_remote_header(
    client: HubClient, repo: str, revision: str, file: RepoFile, cancelled: Callable[[], bool]
) -> tuple[GgufHeader, int]:
    """The header as far as a model's shape needs it, and the bytes that were fetched for it.

    Raises HubError and its kin, RemoteHeaderTooLarge, Interrupted, and what parse_header raises.
    """
    stream = _RemoteStart(client, repo, revision, file, cancelled)
    try:
        header = parse_header(stream, file.size, file.name, only_shape=True)  # type: ignore[arg-type]
    except GgufTruncated as error:
        if stream.too_large:
            raise RemoteHeaderTooLarge(file=file.name, limit=bytes_text(MOST_BYTES)) from error
        raise
    return header, stream.fetched


class _RemoteStart:
    """A file object on the beginning of a remote file, which grows as it is read: each request
    brings twice as much as the one before."""

    def __init__(
        self,
        client: HubClient,
        repo: str,
        revision: str,
        file: RepoFile,
        cancelled: Callable[[], bool],
    ) -> None:
        self._client = client
        self._place = (repo, revision, file.path)
        self._size = file.size
        self._cancelled = cancelled
        self._have = bytearray()
        self._at = 0
        self.fetched = 0
        self.too_large = False

    def read(self, count: int) -> bytes:
        end = self._at + count
        while len(self._have) < min(end, self._size):
            if len(self._have) >= MOST_BYTES or end > MOST_BYTES:
                self.too_large = True
                return b""
            self._fetch(end)
        piece = bytes(self._have[self._at : end])
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence not in {os.SEEK_SET, os.SEEK_CUR}:
            raise io.UnsupportedOperation("from the end")
        self._at = offset + (self._at if whence == os.SEEK_CUR else 0)
        return self._at

    def _fetch(self, needed: int) -> None:
        first = len(self._have)
        step = min(max(FIRST_BYTES, first), MOST_AT_ONCE)
        last = min(max(first + step, needed), MOST_BYTES, self._size) - 1
        try:
            self._read(first, last)
        except HubFailed as error:
            if error.facts["status"] != RANGE_REFUSED:
                raise
        if len(self._have) == first:
            self._size = first  # shorter than the Hub says: the header ends here

    def _read(self, first: int, last: int) -> None:
        repo, revision, path = self._place
        url = self._client.url(repo, revision, path)
        with (
            self._client.explained(repo, revision, path),
            self._client.reading(url, first, last) as response,
        ):
            skip = 0 if response.status_code == PARTIAL else first  # the range was ignored
            for piece in response.iter_bytes(64 * 1024):
                self.fetched += len(piece)
                self._have += piece[skip:]
                skip = max(0, skip - len(piece))
                self._client.check_online()
                if self._cancelled():
                    raise Interrupted
                if len(self._have) > last:  # what would still come is not asked for
                    break
