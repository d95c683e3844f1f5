"""`benchtop suites`: named prompts with checks, to compare models on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchtop.cli.common import not_blank, one_line, opened_store, prepared_folder, print_json
from benchtop.cli.contestant_options import (
    add_contestants,
    add_sampling,
    entries_of,
    refuse_asking,
)
from benchtop.cli.suite_run import ask_suite, go_on
from benchtop.domain.contests import MOST_CONTESTANTS
from benchtop.domain.errors import FileInTheWay
from benchtop.domain.suites import Suite
from benchtop.services.suite_files import export_suite, format_of, import_suite, suite_text
from benchtop.services.suites import add_suite, find_suite, shipped_suites

_FORMATS = ("csv", "jsonl", "json")


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "suites", help="list, import, export or run suites of prompts", description=__doc__
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _action(actions, "list", "list the suites that come with Benchtop, and yours", _list)
    read = _action(
        actions, "import", "add a suite from a file, beside those that are there", _import
    )
    read.add_argument(
        "--name", type=not_blank, metavar="NAME", help="default: its own, or the file's"
    )
    read.add_argument(
        "file", type=not_blank, metavar="FILE", help="a .csv, .tsv, .jsonl, .ndjson or .json file"
    )
    write = _action(actions, "export", "write a suite to a file", _export)
    write.add_argument("--format", choices=_FORMATS, help="default: by the file's name")
    write.add_argument("--force", action="store_true", help="replace FILE if it is there")
    write.add_argument("suite", type=not_blank, metavar="SUITE", help="an id or a name")
    write.add_argument(
        "file", type=not_blank, metavar="FILE", help="where to; - writes to the output"
    )
    write.set_defaults(run=lambda arguments: _export(write, arguments))
    ask = _action(actions, "run", "ask models all of a suite, and say what passed", _list)
    add_contestants(ask, 1)
    add_sampling(ask)
    which = ask.add_mutually_exclusive_group()
    which.add_argument("--resume", type=not_blank, metavar="RUN", help="go on with a paused run")
    which.add_argument("suite", nargs="?", type=not_blank, metavar="SUITE", help="an id or a name")
    ask.set_defaults(run=lambda arguments: _run(ask, arguments))


def _action(actions: Any, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    parser.add_argument(
        "--json", action="store_true", help="print JSON (of a run: one object a line)"
    )
    parser.set_defaults(run=run)
    return parser


def _run(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    if arguments.resume is not None:
        refuse_asking(parser, arguments, "--resume: the run has its models and settings")
        return go_on(prepared_folder(), arguments.resume, json=arguments.json)
    if arguments.suite is None:
        parser.error("name a SUITE to run (see `benchtop suites list`), or --resume a RUN")
    if not 1 <= len(arguments.model) <= MOST_CONTESTANTS:
        parser.error(f"give --model 1 to {MOST_CONTESTANTS} times")
    folder = prepared_folder()
    entries = entries_of(folder, arguments)
    return ask_suite(folder, arguments.suite, entries, arguments.repeat, json=arguments.json)


def _as_json(suite: Suite) -> dict[str, Any]:
    return _facts(suite.id, suite.name, suite.tags, len(suite.prompts), builtin=suite.builtin)


def _facts(
    suite_id: str, name: str, tags: tuple[str, ...], prompts: int, *, builtin: bool
) -> dict[str, Any]:
    return {
        "id": suite_id,
        "name": name,
        "tags": list(tags),
        "prompts": prompts,
        "builtin": builtin,
    }


def _list(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store:
        own = [_facts(h.id, h.name, h.tags, h.prompts, builtin=False) for h in store.suites.heads()]
    found = [*map(_as_json, shipped_suites()), *own]
    if arguments.json:
        print_json(found)
        return 0
    rows = [("ID", "PROMPTS", "NAME")]
    for one in found:
        comes = " (comes with Benchtop)" if one["builtin"] else ""
        rows.append((one["id"], f"{one['prompts']:,}", f"{one_line(one['name'])}{comes}"))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for row in rows:
        sys.stdout.write(f"{row[0].ljust(widths[0])}  {row[1].rjust(widths[1])}  {row[2]}\n")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    suite = import_suite(Path(arguments.file).expanduser().absolute(), arguments.name or "")
    with opened_store(prepared_folder()) as store:
        kept = add_suite(store, suite)
    if arguments.json:
        print_json(_as_json(kept))
    else:
        count = f"{len(kept.prompts):,} prompt{'' if len(kept.prompts) == 1 else 's'}"
        sys.stdout.write(f"{one_line(kept.name)} is kept as {kept.id}, with {count}.\n")
    return 0


def _export(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    to_output = arguments.file == "-"
    if to_output and arguments.json:
        parser.error("--json says what was done on the output, where - puts the suite")
    path = Path(arguments.file).expanduser().absolute()
    chosen = arguments.format or ("json" if to_output else format_of(path))
    if chosen is None:
        parser.error("give --format, or a FILE whose name ends in .csv, .jsonl or .json")
    if not to_output and path.exists() and not arguments.force:
        raise FileInTheWay(path=str(path))
    with opened_store(prepared_folder()) as store:
        suite = find_suite(store, arguments.suite)
    if to_output:
        sys.stdout.writelines(suite_text(suite, chosen))
        return 0
    export_suite(suite, path, chosen)
    if arguments.json:
        print_json({"path": str(path), **_as_json(suite)})
    else:
        sys.stdout.write(f"{one_line(suite.name)} is now in {path}.\n")
    return 0
