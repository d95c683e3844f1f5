"""E-mail addresses in a text, in letters of any script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from benchtop.domain.search_words import UNSPACED

_DENSE: Final = (
    "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in UNSPACED)
    + "\u1100-\u11ff\uac00-\ud7ff"
)
"""Letters that stand right before and behind an address without being part of it: of scripts that set nothing
apart by spaces, and of Korean, which appends its particles."""
_MARKS: Final = "\u0300-\u036f"
"""Accents, where they are letters of their own."""
_LETTER: Final = rf"[^\W{_DENSE}]"
_DENSE_ENDINGS: Final = (
    "中国|中國|香港|台湾|台灣|澳門|新加坡|公司|公益|政务|网络|網絡|网址|网站|網站|在线|中文网|商城|商店|商标"
    "|集团|企业|世界|我爱你|移动|手机|信息|时尚|娱乐|餐厅|みんな|コム|クラウド|ストア|セール|ファッション|グーグル"
    "|ポイント|한국|닷컴|닷넷|삼성|ไทย|คอม"
)
"""Top-level domains in such letters: nothing else tells where an address ends there."""
_NAME: Final = (
    # Never from the middle of a name on: what is left of it would name somebody still.
    rf"(?:(?<!{_LETTER})(?<![.%+\-@/{_MARKS}]){_LETTER}(?:{_LETTER}|[.%+\-{_MARKS}]){{0,63}}+"
    rf"|(?<!\w)(?P<dense>[{_DENSE}]{{1,32}}+))"
)
_EMAIL: Final = re.compile(
    rf"{_NAME}@(?:(?P<idn>(?:[\w\-]{{1,63}}+\.){{1,5}}(?:{_DENSE_ENDINGS}))"
    rf"|(?P<domain>(?:{_LETTER}|[.\-{_MARKS}]){{3,253}}+))"
)
_LOGIN_BEFORE: Final = re.compile(r"://[^\s/@]{0,64}:$")
_FILE_ENDINGS: Final = frozenset(
    ("png", "jpg", "jpeg", "gif", "svg", "webp", "js", "mjs", "css", "html", "json", "txt", "pdf",
     "local")
)  # fmt: skip
"""What follows an @ in names such as icon@2x.png."""


def emails(text: str) -> Iterator[tuple[int, int]]:
    """The addresses, from first letter to last; logins in web and repository addresses are none."""
    for found in _EMAIL.finditer(text) if "@" in text else ():
        if _is_login(text, found):
            continue
        if found["idn"]:
            yield found.span()
            continue
        domain = found["domain"].rstrip(".-")
        if found["dense"] is None and _is_host(domain):
            yield found.start(), found.start("domain") + len(domain)


def _is_host(domain: str) -> bool:
    labels = domain.split(".")
    ending = labels[-1].casefold()
    return (
        len(labels) >= 2
        and all(label and label[0] != "-" and label[-1] != "-" for label in labels)
        and len(ending) >= 2
        and ending.isalpha()
        and ending not in _FILE_ENDINGS
    )


def _is_login(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 70) : found.start()]
    is_git = found.group().startswith("git@")
    return bool(_LOGIN_BEFORE.search(before)) or (is_git and text.startswith(":", found.end()))
