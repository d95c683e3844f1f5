"""What came of bringing chats in, in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from benchtop.domain.errors import BenchtopError
from benchtop.services.chat_import import BroughtIn
from benchtop.services.reply_stream import explain

NAMED = 3
"""So many files are named; the rest are counted, and stand in the list."""
translate = QCoreApplication.translate


def brought_words(done: BroughtIn) -> str:
    """A sentence or two for each thing that came of it."""
    parts = [_here(done), _incomplete(done.incomplete), _unreadable(done.unreadable)]
    if done.refused is not None:
        parts.append(explain(done.refused))
    return " ".join(part for part in parts if part)


def brought_list(done: BroughtIn) -> list[str]:
    """A line for each file that was not brought in, or not all of it."""
    return [_line(error) for error in (*done.unreadable, *done.incomplete)]


def _line(error: BenchtopError) -> str:
    path, why = error.facts.get("path"), error.facts.get("detail")
    return f"{path}: {why}" if path and why else explain(error)


def _here(done: BroughtIn) -> str:
    if not done.count:
        return translate("BroughtWords", "No chat was brought in.")
    if done.known == done.count:
        return translate("BroughtWords", "The chats were here already.")
    return " ".join(
        part for part in (_new(done.new), _grown(done.grown), _known(done.known)) if part
    )


def _new(count: int) -> str:
    if count == 1:
        return translate("BroughtWords", "One chat was brought in.")
    words = translate("BroughtWords", "{n} chats were brought in.")
    return words.format(n=f"{count:,}") if count else ""


def _grown(count: int) -> str:
    if count == 1:
        return translate("BroughtWords", "One chat has grown since: what is new was added.")
    words = translate("BroughtWords", "{n} chats have grown since: what is new was added.")
    return words.format(n=f"{count:,}") if count else ""


def _known(count: int) -> str:
    if count == 1:
        return translate("BroughtWords", "One was here already.")
    words = translate("BroughtWords", "{n} were here already.")
    return words.format(n=f"{count:,}") if count else ""


def _incomplete(errors: tuple[BenchtopError, ...]) -> str:
    if len(errors) <= 1:
        return "".join(explain(error) for error in errors)
    words = translate("BroughtWords", "Of {n} a part could not be read and was left out: {names}.")
    return words.format(n=f"{len(errors):,}", names=_names(errors))


def _unreadable(errors: tuple[BenchtopError, ...]) -> str:
    if len(errors) <= 1:
        return "".join(explain(error) for error in errors)
    words = translate("BroughtWords", "{n} could not be read: {names}.")
    return words.format(n=f"{len(errors):,}", names=_names(errors))


def _names(errors: tuple[BenchtopError, ...]) -> str:
    names = [_name(str(error.facts.get("path", ""))) for error in errors]
    shown, more = ", ".join(names[:NAMED]), len(names) - NAMED
    if more <= 0:
        return shown
    words = translate("BroughtWords", "{names} and {more} more")
    return words.format(names=shown, more=f"{more:,}")


def _name(path: str) -> str:
    """The file's name; with its folder where all files of a program have one name, as Jan's have."""
    file = Path(path)
    return f"{file.parent.name}/{file.name}" if file.name == "messages.jsonl" else file.name
