"""The Hub through huggingface_hub: the only file that imports it, in the only process that may.

Its telemetry is switched off before the import. hf-xet is as well: it opens its own connections in
native code, where the ledger could not see them and the offline switch could not refuse them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

import httpx2
from huggingface_hub import (
    HfApi,
    constants,
    get_session,
    hf_hub_url,
    hf_raise_for_status,
    set_client_factory,
)
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OIDCError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

import benchtop
from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub import HubFilters, HubRepository, HubSort, TokenSource
from benchtop.domain.hub_errors import (
    HubFailed,
    HubGarbled,
    HubOffline,
    KeyringClosed,
    NetworkSettingWrong,
    RemoteFileUnknown,
    RepositoryGated,
    RepositoryUnknown,
    RevisionUnknown,
    TokenMissing,
    TokenRefused,
)
from benchtop.domain.repo_files import RepoFile
from benchtop.hub.connections import Connections
from benchtop.hub.credentials import Credentials, Token, is_token
from benchtop.hub.endpoint import origin_of
from benchtop.hub.facts import MOST_TEXT, files_of, repository_of
from benchtop.hub.given_tokens import HubTokens
from benchtop.hub.session import Session, new_session, unreachable

MOST_RESULTS = 500
_NOT_A_HUB = (ValueError, TypeError, KeyError, AttributeError)
"""What the client makes of an answer that is not what the Hub would say: it looks for itself at none."""
_SORTS: dict[HubSort, Literal["downloads", "likes", "last_modified"]] = {
    "downloads": "downloads",
    "likes": "likes",
    "updated": "last_modified",
}
_EXPAND: list[Any] = ["downloads", "likes", "lastModified", "gated", "tags", "gguf", "sha"]
_PLACES: dict[TokenSource, str] = {
    "environment": "in HF_TOKEN",
    "keyring": "kept in Settings",
    "file": "kept in Settings",
    "hub login": "of `hf auth login`",
    "none": "that was entered",
}


class HubClient:
    """Questions to the Hub. Every method may raise HubError and its kin; all may be called from
    several threads at once. ``home`` is the data folder, where a token may be kept."""

    def __init__(self, connections: Connections, home: Path | None) -> None:
        self._connections = connections
        self._origin = origin_of(constants.ENDPOINT)
        self.credentials = Credentials(self.host, self._origin, home, HubTokens())
        set_client_factory(self._new_session)

    @property
    def host(self) -> str:
        """Who is asked: the host of HF_ENDPOINT, or all of it where it is no address."""
        try:
            return httpx2.URL(constants.ENDPOINT).host or constants.ENDPOINT
        except httpx2.InvalidURL:
            return constants.ENDPOINT

    def check_online(self) -> None:
        """Raises HubOffline if Benchtop went offline meanwhile."""
        if self._connections.offline:
            raise HubOffline(host=self.host)

    def search(
        self, words: str, filters: HubFilters, sort: HubSort, start: int, limit: int
    ) -> tuple[list[HubRepository], int]:
        """Up to ``limit`` repositories with GGUF files from place ``start`` on, and the place to go
        on from (0 at the end). The Hub has no places: those before are asked for again."""
        end = min(start + limit, MOST_RESULTS)
        with self.explained(), self._understood():
            found = self._api().list_models(
                search=words or None,
                filter=_tags(filters),
                gated=filters.gated,
                num_parameters=_range(filters),
                sort=_SORTS[sort],
                limit=end,
                expand=_EXPAND,
            )
            page = [repository_of(info) for info in found][start:]
        more = len(page) == limit and end < MOST_RESULTS
        return page, end if more else 0

    def repository(self, repo: str, revision: str) -> tuple[HubRepository, list[RepoFile]]:
        """A repository at a commit and its files; one question."""
        with self.explained(repo, revision), self._understood():
            info = self._api().model_info(repo, revision=revision, files_metadata=True)
            return repository_of(info), files_of(info)

    def text(self, repo: str, revision: str, path: str, most: int) -> tuple[str, bool]:
        """The beginning of a text file, at most so many bytes, and whether more would come."""
        have = b""
        with (
            self.explained(repo, revision, path),
            self.reading(self.url(repo, revision, path), 0, most) as response,
        ):
            for piece in response.iter_bytes(64 * 1024):
                self.check_online()
                have += piece
                if len(have) > most:
                    break
        cut = len(have) > most
        text = have[:most].decode("utf-8", errors="replace")
        return text.rstrip("\ufffd") if cut else text, cut  # a letter may be cut in two

    @property
    def tokens_page(self) -> str:
        """Where a person makes access tokens."""
        return f"{constants.ENDPOINT}/settings/tokens"

    def account(self) -> str:
        """The name of the account that the token in use belongs to; empty when there is none.

        Raises KeyringClosed if the keyring does not give it out.
        """
        with self.explained():
            token = self.credentials.in_use()
        if not token.value and self.credentials.problem is not None:
            raise self.credentials.problem
        return self._named(token) if token.value else ""

    def account_of(self, token: str) -> str:
        """The name of the account that a token belongs to which is not in use yet."""
        return self._named(Token(token))

    def _named(self, token: Token) -> str:
        with self.explained(token=token), self._understood():
            name = self._api(token).whoami()["name"]
            if not isinstance(name, str):
                raise HubGarbled(host=self.host)
            return name[:MOST_TEXT]

    def url(self, repo: str, revision: str, path: str) -> str:
        """Where a file is fetched from; the Hub may send on from there."""
        return hf_hub_url(repo, path, revision=revision)

    def headers(self) -> dict[str, str]:
        """What a request says of itself; never compressed, so that sizes mean what they say."""
        return {**self._api()._build_hf_headers(), "Accept-Encoding": "identity"}

    @contextmanager
    def reading(self, url: str, first: int, last: int | None = None) -> Iterator[httpx2.Response]:
        """The bytes of a file from ``first`` to ``last`` (counted from 0, both included), as they
        come. A server may ignore the range and answer 200 with everything."""
        headers = self.headers()
        if first or last is not None:
            headers["Range"] = f"bytes={first}-{'' if last is None else last}"
        with get_session().stream("GET", url, headers=headers) as response:
            if not response.is_success:
                response.read()
                hf_raise_for_status(response)
                raise HubGarbled(host=response.url.host)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                raise HubGarbled(host=response.url.host)  # the Hub sends pages as plain text
            yield response

    @contextmanager
    def arriving(
        self,
        repo: str,
        revision: str,
        path: str,
        first: int,
        *,
        last: int | None,
        stopped: Callable[[], bool],
    ) -> Iterator[httpx2.Response]:
        """A file's bytes as of ``reading``, for a download, as entries of the ledger of its own."""
        with (
            self._connections.purpose("download", f"{repo}/{path}", self.host, stopped),
            self.explained(repo, revision, path),
            self.reading(self.url(repo, revision, path), first, last) as response,
        ):
            yield response

    @contextmanager
    def explained(
        self, repo: str = "", revision: str = "", path: str = "", *, token: Token | None = None
    ) -> Iterator[None]:
        """Turn what the client raises, whatever it is, into our errors. ``token`` is that of the
        request where it is not the one in use."""
        try:
            used = token or self.credentials.in_use()
            if not is_token(used.value):
                raise self._token_refused(used)  # no header can carry it
            yield
        except BenchtopError:
            raise
        except (HfHubHTTPError, HFValidationError) as error:
            said = self._refused(error, repo, revision, path)
            if isinstance(said, TokenRefused):
                said = self._token_refused(used)
            raise (said if token else self._behind(said)) from error
        except httpx2.HTTPError as error:
            raise unreachable(error, self.host) from error
        except httpx2.InvalidURL as error:
            detail = "it is no address of a server"
            raise NetworkSettingWrong(host=self.host, name="HF_ENDPOINT", detail=detail) from error
        except OIDCError as error:
            raise self._token_refused(Token(source="environment")) from error

    def _token_refused(self, token: Token) -> BenchtopError:
        if not token.value and token.source != "environment":
            return TokenMissing(host=self.host)
        return TokenRefused(host=self.host, place=_PLACES[token.source])

    def _behind(self, said: BenchtopError) -> BenchtopError:
        """Who may not see something may only have a keyring that is closed."""
        closed: KeyringClosed | None = self.credentials.problem
        hidden = isinstance(said, RepositoryGated | RepositoryUnknown | TokenMissing)
        return closed if hidden and closed is not None else said

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Around what the client makes of JSON."""
        try:
            yield
        except BenchtopError:
            raise
        except (HfHubHTTPError, HFValidationError, httpx2.InvalidURL):
            raise  # some of them are ValueErrors too
        except _NOT_A_HUB as error:
            raise HubGarbled(host=self.host) from error

    def _refused(self, error: Exception, repo: str, revision: str, path: str) -> BenchtopError:
        host = self.host
        match error:
            case GatedRepoError():
                link = f"{constants.ENDPOINT}/{repo}"
                return RepositoryGated(host=host, repo=repo, link=link)
            case RemoteEntryNotFoundError():
                return RemoteFileUnknown(host=host, repo=repo, file=path)
            case RevisionNotFoundError():
                return RevisionUnknown(host=host, repo=repo, revision=revision)
            case RepositoryNotFoundError() | HFValidationError() if repo:
                return RepositoryUnknown(host=host, repo=repo)
            case HfHubHTTPError(response=httpx2.Response() as response):
                return self._status(response, repo)
            case _:
                return HubGarbled(host=host)

    def _status(self, response: httpx2.Response, repo: str) -> BenchtopError:
        status, host = response.status_code, response.url.host
        if response.history:  # a store of files says no: its link has run out, or it is ill
            return HubFailed(host=host, status=status)
        if status == httpx2.codes.UNAUTHORIZED:
            return TokenRefused(host=host, place="")
        if repo and status in {httpx2.codes.FORBIDDEN, httpx2.codes.NOT_FOUND}:
            return RepositoryUnknown(host=host, repo=repo)
        return HubFailed(host=host, status=status)

    def _api(self, token: Token | None = None) -> HfApi:
        used = token or self.credentials.in_use()
        return HfApi(
            token=used.value or False,  # False: it shall not look for one itself
            library_name="benchtop",
            library_version=benchtop.__version__,
        )

    def _new_session(self) -> Session:
        session = new_session(self._connections, self.host)
        hooks = session.event_hooks
        session.event_hooks = {**hooks, "request": [self._keep_token_here, *hooks["request"]]}
        return session

    def _keep_token_here(self, request: httpx2.Request) -> None:
        """The token is for the Hub alone, wherever a redirect or a link to a next page leads."""
        if origin_of(str(request.url)) != self._origin:
            request.headers.pop("Authorization", None)


def _tags(filters: HubFilters) -> list[str]:
    tags = ["gguf"]
    if filters.licence:
        tags.append(f"license:{filters.licence}")
    if filters.language:
        tags.append(filters.language)  # bare, unlike the licence: hub/facts.py
    if filters.architecture:
        tags.append(filters.architecture)
    return tags


def _range(filters: HubFilters) -> str | None:
    """The Hub's way to narrow to a number of parameters: "min:1000M,max:8000M"."""
    ends = []
    if filters.least_parameters:
        ends.append(f"min:{_millions(filters.least_parameters)}")
    if filters.most_parameters:
        ends.append(f"max:{_millions(filters.most_parameters)}")
    return ",".join(ends) or None


def _millions(count: int) -> str:
    return f"{count / 1e6:.6f}".rstrip("0").rstrip(".") + "M"
