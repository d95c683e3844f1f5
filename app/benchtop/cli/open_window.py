"""`benchtop open`: the window, at a page or with model files for its list."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from benchtop.domain.opening import PAGES, OpenWish


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser("open", help="open the window at a page", description=__doc__)
    _add_words(parser)
    parser.set_defaults(run=lambda _arguments: 2)  # the entry takes this road (__main__.py)


def _add_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="*", metavar="FILE", help="model files to put on the list")
    parser.add_argument("--page", choices=PAGES, help="which page to show")
    parser.add_argument("--new-chat", action="store_true", help="begin a new conversation")


def wish_of(words: Sequence[str]) -> OpenWish:
    """What the words after `benchtop open` ask for; ends with a complaint where that makes no sense. No other
    command is looked at: a person waits for the window."""
    parser = argparse.ArgumentParser(prog="benchtop open", allow_abbrev=False)
    _add_words(parser)
    told = parser.parse_args(words)
    return OpenWish(tuple(_path(one) for one in told.file), told.page or "", told.new_chat)


def _path(text: str) -> str:
    """A whole path, for a window that was started in another folder; file managers may give addresses."""
    if text.startswith("file:"):
        return unquote(urlsplit(text).path)
    return os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111  (links stay as they are)
