"""`benchtop models search`: GGUF repositories on the Hub."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from benchtop.cli.common import not_blank, one_line, print_json
from benchtop.cli.hub_run import add_network_options, asking_the_hub
from benchtop.domain.hub import HubFilters, HubRepository
from benchtop.domain.models import parameters_text
from benchtop.protocol.hub_messages import FoundRepositories, SearchHub

MOST = 500


def add_action(actions: Any) -> None:
    """Add the action to `benchtop models`."""
    text = "find GGUF models on the Hub"
    parser = actions.add_parser("search", help=text, description=text)
    parser.add_argument("words", type=not_blank, nargs="+", metavar="WORDS")
    parser.add_argument("--limit", type=_limit, default=20, metavar="N", help="default: 20")
    parser.add_argument("--sort", choices=("downloads", "likes", "updated"), default="downloads")
    parser.add_argument("--licence", default="", metavar="L", help="such as apache-2.0 or mit")
    parser.add_argument("--language", default="", metavar="L", help="such as en or de")
    parser.add_argument("--open", action="store_true", help="none that ask for agreement first")
    parser.add_argument("--json", action="store_true", help="print a line of JSON for each")
    add_network_options(parser)
    parser.set_defaults(run=_search)


def _limit(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 1 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to {MOST}")
    return number


def _search(arguments: argparse.Namespace) -> int:
    filters = HubFilters(
        licence=arguments.licence,
        language=arguments.language,
        gated=False if arguments.open else None,
    )
    words = " ".join(arguments.words)
    with asking_the_hub(arguments) as hub:
        found: FoundRepositories = hub.ask(
            SearchHub("", words, filters, arguments.sort, arguments.limit)
        )
    if arguments.json:
        for repository in found.repositories:
            print_json(as_json(repository))
        return 0
    if not found.repositories:
        sys.stdout.write(f"Nothing on the Hub goes by {one_line(words)}: try fewer words.\n")
        return 0
    rows = [("REPOSITORY", "PARAMETERS", "LICENCE", "DOWNLOADS", "UPDATED", "")]
    rows += [_row(repository) for repository in found.repositories]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
    return 0


def as_json(repository: HubRepository) -> dict[str, Any]:
    """The facts that `--json` prints of a repository."""
    return {
        "repository": repository.id,
        "revision": repository.revision,
        "parameters": repository.parameters,
        "architecture": repository.architecture,
        "context_length": repository.context_length,
        "licence": repository.licence,
        "gated": repository.gating,
        "downloads": repository.downloads,
        "likes": repository.likes,
        "updated": _day(repository.updated),
        "languages": list(repository.languages),
    }


def _row(repository: HubRepository) -> tuple[str, ...]:
    return (
        one_line(repository.id),
        parameters_text(repository.parameters),
        one_line(repository.licence),
        f"{repository.downloads:,}",
        _day(repository.updated),
        "(asks for agreement)" if repository.gating else "",
    )


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds else ""
