"""`benchtop export`: conversations to a file, and back."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchtop.cli.common import not_blank, opened_store, prepared_folder, print_json
from benchtop.domain.errors import FileInTheWay
from benchtop.store import transfer


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "export", help="write conversations to a file, or read them back", description=__doc__
    )
    parser.add_argument("--format", choices=("json", "markdown"), help="default: json")
    parser.add_argument("--conversation", type=not_blank, metavar="ID", help="only this one")
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")
    parser.add_argument("--json", action="store_true", help="say what was done as JSON")
    parser.add_argument(
        "--import",
        dest="read",
        action="store_true",
        help="read FILE (JSON) instead; what is there is kept, only what is missing is added",
    )
    parser.add_argument(
        "file", type=not_blank, metavar="FILE", help="where to; - writes to the output"
    )
    parser.set_defaults(run=lambda arguments: run(parser, arguments))


def run(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    """Write or read the file; the exit status."""
    _check(parser, arguments)
    path = Path(arguments.file).expanduser().absolute()
    to_output = arguments.file == "-" and not arguments.read
    if path.exists() and not (to_output or arguments.read or arguments.force):
        raise FileInTheWay(path=str(path))
    with opened_store(prepared_folder()) as store:
        if arguments.read:
            result = asdict(transfer.import_file(store, path))
        else:
            ids = None
            if arguments.conversation:
                ids = [store.conversations.find(arguments.conversation).id]
            if arguments.format == "markdown":
                text = transfer.export_markdown(store, ids)
            else:
                text = transfer.export_json_text(store, ids)
            if to_output:
                sys.stdout.write(text)
                return 0
            transfer.write_export(path, text)
            result = {"path": str(path), "conversations": len(ids or store.conversations.all())}
    if arguments.json:
        print_json(result)
    else:
        words = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in result.items())
        sys.stdout.write(f"{words}\n")
    return 0


def _check(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Refuse options that mean nothing together."""
    if arguments.read:
        for name in ("format", "conversation", "force"):
            if getattr(arguments, name):
                parser.error(f"--{name} is for writing, and --import reads")
        if arguments.file == "-":
            parser.error("--import reads a file, not the input")
    elif arguments.file == "-" and arguments.json:
        parser.error("--json says what was done on the output, where - puts the conversations")
