"""What the settings show of the Hub: plain values, given by whoever keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from benchtop.domain.hub import KeptIn, TokenSource


@dataclass(frozen=True, slots=True)
class AccountView:
    """``name`` is empty where nobody knows it yet; ``file`` is where the token lies if it lies in one."""

    host: str = "huggingface.co"
    name: str = ""
    source: TokenSource = "none"
    kept_in: KeptIn = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class FolderView:
    """``chosen`` is empty where downloads go into ``cache``, the Hub's."""

    cache: str = ""
    chosen: str = ""
