"""`benchtop export`: conversations to a file, and back."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchtop.cli.common import opened_store, prepared_folder, print_json
from benchtop.store import transfer


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "export", help="write conversations to a file, or read them back", description=__doc__
    )
    parser.add_argument("--format", choices=("json", "markdown"), default="json")
    parser.add_argument("--conversation", metavar="ID", help="only this one")
    parser.add_argument("--json", action="store_true", help="say what was done as JSON")
    parser.add_argument(
        "--import",
        dest="read",
        action="store_true",
        help="read FILE (JSON) instead; what is there is kept, only what is missing is added",
    )
    parser.add_argument("file", metavar="FILE")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write or read the file; the exit status."""
    path = Path(arguments.file).expanduser().absolute()
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
            transfer.write_export(path, text)
            result = {"path": str(path), "conversations": len(ids or store.conversations.all())}
    if arguments.json:
        print_json(result)
    else:
        words = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in result.items())
        sys.stdout.write(f"{words}\n")
    return 0
