"""Files: ``/REPO/resolve/REV/PATH``, which sends LFS files on to the CDN, and the CDN itself.

The headers are what huggingface_hub.get_hf_file_metadata reads; the CDN's address carries a signature
and stops being good (LocalHub.expire_links), as the real one's does after an hour.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote, urlencode

from local_hub.access import no_entry
from local_hub.answers import Answer, in_words, redirect
from local_hub.ranges import file_answer
from local_hub.repository import Commit, Repository
from local_hub.request_log import Request
from local_hub.stored_file import StoredFile

LfsRoute = Literal["relative", "absolute", "cdn", "direct"]
"""How LFS files are served: by a redirect on this server (its Location relative or absolute), by one to
a second server, as on the real Hub, or without any redirect.
"""


@dataclass
class Files:
    """Answers for the content of files. ``cdn_url`` is scheme and host of the second server."""

    lfs: LfsRoute = "relative"
    resolve_cache: bool = False
    cdn_url: str = ""
    key: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def resolve(
        self, request: Request, base: str, repository: Repository, commit: Commit, path: str
    ) -> Answer:
        """The file, or the way to it; ``base`` is scheme and host the request came to."""
        stored = commit.files.get(path)
        if stored is None:
            return no_entry(commit.sha)
        if stored.lfs and self.lfs != "direct":
            headers = _hub_headers(repository, commit, stored, base)
            answer = redirect(self._location(base, repository, commit, stored))
            answer.headers |= {**headers, "ETag": f'"{stored.etag}"', "Accept-Ranges": "bytes"}
            return answer
        if not stored.lfs and self.resolve_cache and "/resolve-cache/" not in request.path:
            return redirect(_cache_path(repository, commit, stored), HTTPStatus.TEMPORARY_REDIRECT)
        return self._content(request, repository, commit, stored, base)

    def _content(
        self,
        request: Request,
        repository: Repository,
        commit: Commit,
        stored: StoredFile,
        base: str,
    ) -> Answer:
        headers = _hub_headers(repository, commit, stored, base) | _disposition(stored.path)
        answer = file_answer(stored, stored.etag, request, headers)
        answer.file = f"{repository.id}/{stored.path}"
        return answer

    def from_cdn(self, request: Request, repositories: Mapping[str, Repository]) -> Answer:
        """``/cdn/REPO/SHA256/PATH`` with a signature that still holds."""
        name, sha, path = (request.first(word) for word in ("repository", "commit", "file"))
        if not hmac.compare_digest(request.first("Signature"), self._signature(name, sha, path)):
            words = "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"
            return in_words(403, words, {"Content-Type": "application/xml"})
        repository = repositories[name]
        commit = repository.at(sha)
        assert commit is not None, "the signature covers a commit that was there"
        stored = commit.files[path]
        headers = {"Content-Type": "binary/octet-stream"} | _disposition(stored.path)
        if self.lfs != "cdn":
            # The client follows a redirect on the same host and reads the file's facts from its end.
            headers |= _hub_headers(repository, commit, stored, "")
        answer = file_answer(stored, stored.cdn_etag, request, headers)
        answer.file = f"{repository.id}/{stored.path}"
        return answer

    def _location(
        self, base: str, repository: Repository, commit: Commit, stored: StoredFile
    ) -> str:
        path = f"/cdn/{repository.id}/{stored.sha256}/{stored.path}"
        query = {
            "repository": repository.id,
            "commit": commit.sha,
            "file": stored.path,
            "Expires": "4102444800",
            "Signature": self._signature(repository.id, commit.sha, stored.path),
            "Key-Pair-Id": "LOCAL",
        }
        host = {"relative": "", "absolute": base, "cdn": self.cdn_url}[self.lfs]
        return f"{host}{quote(path)}?{urlencode(query)}"

    def _signature(self, *signed: str) -> str:
        return hmac.new(self.key, "\n".join(signed).encode(), hashlib.sha256).hexdigest()


def _hub_headers(
    repository: Repository, commit: Commit, stored: StoredFile, base: str
) -> dict[str, str]:
    headers = {"X-Repo-Commit": commit.sha}
    if stored.lfs:
        headers["X-Linked-ETag"] = f'"{stored.sha256}"'
        headers["X-Linked-Size"] = str(stored.size)
    if stored.lfs and repository.xet and base:
        headers["X-Xet-Hash"] = stored.xet_hash
        token = f"{base}/api/models/{repository.id}/xet-read-token/{commit.sha}"
        headers["Link"] = f'<{token}>; rel="xet-auth"'
    return headers


def _disposition(path: str) -> dict[str, str]:
    name = quote(path.rpartition("/")[2])
    return {"Content-Disposition": f"inline; filename*=UTF-8''{name}; filename=\"{name}\";"}


def _cache_path(repository: Repository, commit: Commit, stored: StoredFile) -> str:
    etag = quote(f'"{stored.etag}"', safe="")
    path = f"/api/resolve-cache/models/{repository.id}/{commit.sha}/{stored.path}"
    return f"{quote(path)}?etag={etag}"
