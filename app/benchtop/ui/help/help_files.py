"""The help's files: their order, titles and headings, and what a link between them means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from benchtop.resources import resource

ORDER = (
    "index",
    "chatting",
    "parameters",
    "models",
    "teaching",
    "scaling",
    "figures",
    "data",
    "privacy",
    "commands",
    "troubleshooting",
)


@dataclass(frozen=True, slots=True)
class HelpFile:
    """One page. ``title`` is its first heading, ``text`` its Markdown."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class HelpPlace:
    """A page and the heading to show in it, "" for its top."""

    name: str
    anchor: str = ""


def read_help(name: str) -> HelpFile:
    """The page ``name`` of ``ORDER``; raises OSError when its file is gone."""
    text = resource("help", f"{name}.md").read_text(encoding="utf-8")
    first = next((line for line in text.splitlines() if line.startswith("# ")), f"# {name}")
    return HelpFile(name, first[2:].strip(), text)


def slug(heading: str) -> str:
    """A heading's anchor as GitHub makes it, so that one link works here and in the repository."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def place_of(link: str, here: str) -> HelpPlace | None:
    """The place a link on the page ``here`` leads to; None when it leads outside the help."""
    if "://" in link or link.startswith("mailto:"):
        return None
    path, _, anchor = link.partition("#")
    name = path.removesuffix(".md") if path else here
    return HelpPlace(name, anchor) if name in ORDER else None
