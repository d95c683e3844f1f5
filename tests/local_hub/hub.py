"""A local Hugging Face Hub for tests: real HTTP on 127.0.0.1, real files, faults on demand.

with LocalHub(Repository("org/name", {"a.gguf": content})) as hub:
    hub.fault("*/a.gguf", Cut(after=1000))
    ...  # a client with HF_ENDPOINT=hub.url
    assert hub.bytes_sent("org/name/a.gguf") == ...
"""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from local_hub.faults import Fault, Planned
from local_hub.files import Files, LfsRoute
from local_hub.repository import Repository
from local_hub.request_log import Request
from local_hub.server import Server, Shared
from local_hub.site import Site

IDLE_SECONDS = 10.0


class LocalHub:
    """The server, its repositories, its faults and its log. Start it with ``with`` or ``start()``.

    ``tokens`` maps tokens to the names of those who have them. ``lfs`` says how the content of LFS files
    is reached ("cdn": on a second server with another port, as on the real Hub). With ``resolve_cache``
    other files are reached by a redirect on this server, as the real Hub sends most clients.
    ``moved`` maps old names of repositories to new ones. ``certificate`` holds the files of a certificate
    and its key, for https.
    """

    def __init__(
        self,
        *repositories: Repository,
        tokens: Mapping[str, str] | None = None,
        lfs: LfsRoute = "relative",
        resolve_cache: bool = False,
        moved: Mapping[str, str] | None = None,
        certificate: tuple[Path, Path] | None = None,
        port: int = 0,
    ) -> None:
        self._files = Files(lfs, resolve_cache)
        self._site = Site(self._files)
        self._site.tokens.update(tokens or {})
        self._site.moved.update(moved or {})
        for repository in repositories:
            self.add(repository)
        self._shared = Shared(self._site)
        tls = None
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*certificate)
        self._servers = [Server("hub", self._shared, port, tls)]
        if lfs == "cdn":
            self._servers.append(Server("cdn", self._shared, 0, tls))
            self._files.cdn_url = self._servers[1].url

    @property
    def url(self) -> str:
        """What HF_ENDPOINT should be."""
        return self._servers[0].url

    @property
    def cdn_url(self) -> str:
        """Scheme, host and port of the second server; empty without one."""
        return self._files.cdn_url

    @property
    def errors(self) -> list[str]:
        """Tracebacks of mistakes of this server itself."""
        return self._shared.errors

    def start(self) -> None:
        """Listen."""
        for server in self._servers:
            server.start()

    def close(self) -> None:
        """Close every connection and end every thread, stalled ones too."""
        self._shared.closing.set()
        for server in self._servers:
            server.stop()

    def __enter__(self) -> LocalHub:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()
        if kind is None:
            assert not self.errors, "the local Hub itself went wrong:\n" + "\n".join(self.errors)

    def add(self, repository: Repository) -> Repository:
        """Serve this one too."""
        self._site.repositories[repository.id] = repository
        return repository

    def remove(self, name: str) -> None:
        """Serve it no longer."""
        del self._site.repositories[name]

    def fault(self, path: str, kind: Fault, *, times: int | None = 1, method: str = "") -> Planned:
        """Let this go wrong the next ``times`` (None: always) that a path matches; its ``used`` counts.

        ``path`` is a pattern as in a shell, in which a star crosses slashes, for what follows the host
        without the query: "/api/models*", "*/a.gguf", "/cdn/*".
        """
        planned = Planned(path, kind, times, method)
        self._shared.plan.add(planned)
        return planned

    def clear_faults(self) -> None:
        """All goes well from now on."""
        self._shared.plan.clear()

    def expire_links(self) -> None:
        """The addresses on the CDN that were given out are refused from now on (403)."""
        self._files.key = secrets.token_bytes(16)

    @property
    def requests(self) -> list[Request]:
        """All requests so far, in the order they came."""
        return self._shared.log.matching()

    def requests_for(self, path: str, method: str = "") -> list[Request]:
        """Those whose path matches the pattern."""
        return self._shared.log.matching(path, method)

    def bytes_sent(self, file: str) -> int:
        """Bytes of the content of "org/name/path" that went out, over all requests."""
        return self._shared.log.bytes_sent(file)

    def forget_requests(self) -> None:
        """Begin the log anew."""
        self._shared.log.clear()

    def wait_idle(self, seconds: float = IDLE_SECONDS) -> bool:
        """Wait until nothing is being answered, for exact counts after a client gave up midway."""
        return self._shared.log.wait_idle(seconds)

    def environment(self, home: Path) -> dict[str, str]:
        """The variables that point a process's huggingface_hub here, with ``home`` for all it keeps."""
        return {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1",
        }
