"""huggingface_hub in this process, pointed at a local Hub; only its clock is not the real one."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # before huggingface_hub is imported

import pytest
import tqdm
from huggingface_hub import (
    HfApi,
    HfFileMetadata,
    close_session,
    constants,
    file_download,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
)
from huggingface_hub.utils import _http

from local_hub.hub import LocalHub


@dataclass
class Client:
    """The client at one Hub. ``waits`` are the seconds it would have waited between its tries."""

    url: str = ""
    api: HfApi = field(default_factory=HfApi)
    waits: list[float] = field(default_factory=list)

    def point(self, hub: LocalHub) -> Client:
        """Speak to this Hub from now on, without a token unless one is given."""
        self.url = hub.url
        self.api = HfApi(endpoint=hub.url, token=False)
        return self

    def address(self, repository: str, path: str, revision: str | None = None) -> str:
        """The address of a file, as the client makes it."""
        return hf_hub_url(repository, path, revision=revision, endpoint=self.url)

    def metadata(
        self, repository: str, path: str, *, token: str = "", retry: bool = False
    ) -> HfFileMetadata:
        """What get_hf_file_metadata finds."""
        address = self.address(repository, path)
        return get_hf_file_metadata(
            address, token=token or False, endpoint=self.url, retry_on_errors=retry
        )

    def download(self, repository: str, path: str, *, token: str = "") -> bytes:
        """What hf_hub_download puts into the cache."""
        found = hf_hub_download(repository, path, token=token or False, endpoint=self.url)
        return Path(found).read_bytes()

    def fetch(
        self,
        repository: str,
        path: str,
        *,
        expected: int | None = None,
        before: bytes = b"",
        token: str = "",
    ) -> bytes:
        """What http_get makes of a file of which ``before`` is there already."""
        held = io.BytesIO()
        held.write(before)
        file_download.http_get(
            self.address(repository, path),
            held,
            resume_size=len(before),
            expected_size=expected,
            headers={"authorization": f"Bearer {token}"} if token else None,
        )
        return held.getvalue()


@contextmanager
def real_client(home: Path, patch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The client with an empty cache and no token. It gives up a read after a second."""
    client = Client()
    clock = SimpleNamespace(sleep=client.waits.append, time=time.time, monotonic=time.monotonic)
    patch.setattr(file_download, "time", clock)
    patch.setattr(_http, "time", clock)
    patch.setattr(constants, "HF_HUB_CACHE", str(home / "cache"))
    patch.setattr(constants, "HF_TOKEN_PATH", str(home / "no token"))
    patch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    patch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    patch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    patch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 1)
    patch.setattr(tqdm.tqdm, "monitor_interval", 0)  # it would leave a thread behind
    patch.delenv("HF_TOKEN", raising=False)
    patch.setenv("NO_PROXY", "127.0.0.1")
    close_session()
    yield client
    close_session()
