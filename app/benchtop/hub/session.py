"""How connections of this process are made: how long they wait, whom they believe, how they fail.

huggingface_hub has ways of its own that are not for a person who waits: it asks for lists without a
limit of time, tries six times where a server cannot be reached, and sleeps for as long as a 429
says, out of reach of any cancel. Here a request is made once, and its failure is one of ours.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

import httpx2
from huggingface_hub import constants

from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub_errors import HubBusy, HubFailed, HubUnreachable, NetworkSettingWrong
from benchtop.hub.connections import Connections

CONNECT_SECONDS = 10.0
WAIT_WHEN_UNSAID = 60
"""Seconds to wait after a 429 that names none."""
LONGEST_WAIT = 24 * 3600
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name certificates to trust. httpx2 knows the first two, requests knew the others."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Session(httpx2.Client):
    """An HTTP client that huggingface_hub uses as its own, as set_client_factory lets it.

    Raises HubUnreachable, HubBusy and HubFailed where httpx2 would raise a RequestError before the
    body comes, or huggingface_hub would try again.
    """

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send it once. Its time limit is ours, whatever was asked for."""
        request.extensions = {**request.extensions, "timeout": time_limits().as_dict()}
        try:
            response = super().send(request, **options)
        except httpx2.RequestError as error:
            raise unreachable(error, request.url.host) from error
        host = response.request.url.host
        if response.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            response.close()
            raise HubBusy(host=host, seconds=_wait(response))
        if response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            response.close()
            raise HubFailed(host=host, status=response.status_code)
        return response


def new_session(connections: Connections, host: str) -> Session:
    """A session whose requests ``connections`` tells of. Proxies and certificates are those of the
    environment. Raises NetworkSettingWrong; ``host`` is who is to be asked."""
    trusted = _trusted(host)
    try:
        return Session(
            event_hooks=connections.hooks(),
            follow_redirects=True,
            timeout=time_limits(),
            verify=trusted,
        )
    except (ValueError, ImportError, httpx2.InvalidURL) as error:
        given = [n for n in PROXIES if os.environ.get(n) or os.environ.get(n.lower())]
        name, detail = " or ".join(given), "it is no address of a proxy that is known here"
        raise NetworkSettingWrong(host=host, name=name, detail=detail) from error


def time_limits() -> httpx2.Timeout:
    """How long a silent server is waited for: HF_HUB_DOWNLOAD_TIMEOUT seconds, 10 without it."""
    return httpx2.Timeout(constants.HF_HUB_DOWNLOAD_TIMEOUT, connect=CONNECT_SECONDS)


def unreachable(error: Exception, host: str) -> BenchtopError:
    """A failed connection as an error of ours."""
    return HubUnreachable(host=_host_of(error) or host, detail=cause(error))


def cause(error: BaseException) -> str:
    """What is behind a failed connection, in few words and without a full stop."""
    match error:
        case httpx2.TooManyRedirects():
            return "it sends on in a circle"
        case httpx2.ConnectTimeout():
            return "no answer to the attempt to connect"
        case httpx2.TimeoutException():
            return f"no answer for {constants.HF_HUB_DOWNLOAD_TIMEOUT} seconds"
        case httpx2.RemoteProtocolError():
            return "the connection broke off"
    inner = error
    while inner.__cause__ is not None or inner.__context__ is not None:
        inner = inner.__cause__ or inner.__context__  # type: ignore[assignment]
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {inner.verify_message}"
    words = getattr(inner, "strerror", None) or str(inner) or type(error).__name__
    return " ".join(str(words).split())[:200].rstrip(".")


def _host_of(error: Exception) -> str:
    """Who failed: after a redirect it is another than who was asked."""
    try:
        return str(error.request.url.host) if isinstance(error, httpx2.RequestError) else ""
    except RuntimeError:  # the request was never set
        return ""


def _wait(response: httpx2.Response) -> int:
    said = response.headers.get("Retry-After", "").strip()
    return min(int(said), LONGEST_WAIT) if said.isdecimal() else WAIT_WHEN_UNSAID


def _trusted(host: str) -> ssl.SSLContext | bool:
    """The certificates to trust: those of the system unless a variable names others."""
    name = next((name for name in CERTIFICATES if os.environ.get(name)), "")
    if not name:
        return True
    path = os.environ[name]
    try:
        if Path(path).is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except OSError as error:
        detail = f"{path}: {error.strerror or error}"
        raise NetworkSettingWrong(host=host, name=name, detail=detail) from error
