"""What someone who starts the program wants to see first."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

OpenPage = Literal["", "chat", "models", "compare", "teach", "settings", "help"]
PAGES: tuple[OpenPage, ...] = ("chat", "models", "compare", "teach", "settings", "help")


@dataclass(frozen=True, slots=True)
class OpenWish:
    """``files`` are model files to put on the list; ``page`` empty: the one that is on show."""

    files: tuple[str, ...] = ()
    page: OpenPage = ""
    new_chat: bool = False

    def line(self) -> str:
        """One line of JSON, which from_lines() reads."""
        return json.dumps(asdict(self)) + "\n"


def from_lines(lines: Iterable[str]) -> list[OpenWish]:
    """The wishes of lines that line() wrote; what is none is left out."""
    found = []
    page: OpenPage
    for line in lines:
        try:
            values = json.loads(line)
            files = tuple(str(one) for one in values["files"])
            page = next((one for one in PAGES if one == values["page"]), "")
            found.append(OpenWish(files, page, bool(values["new_chat"])))
        except (ValueError, KeyError, TypeError):  # another version's, or cut short
            continue
    return found
