"""Which Hub is asked. huggingface_hub cannot even be imported where HF_ENDPOINT is no address."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from benchtop.domain.hub_errors import NetworkSettingWrong

SETTING = "HF_ENDPOINT"
_PORTS = {"http": 80, "https": 443}


def check_endpoint() -> None:
    """Raises NetworkSettingWrong if HF_ENDPOINT is set to what is no address of a server."""
    given = os.environ.get(SETTING, "")
    if not given:
        return
    try:
        parts = urlsplit(given)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        detail = "it must be an address that begins with https:// or http://"
        raise NetworkSettingWrong(host=given, name=SETTING, detail=detail)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, without what goes without saying: who gets a token."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        return address
    if ":" in host:
        host = f"[{host}]"
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, _PORTS.get(scheme)) else "")
