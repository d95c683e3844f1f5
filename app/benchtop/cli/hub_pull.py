"""`benchtop models pull`: download a model, check it, and put it on the list."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from benchtop.cli.common import not_blank, one_line, print_json
from benchtop.cli.hub_choice import Chosen, choose
from benchtop.cli.hub_run import HubRun, add_network_options, asking_the_hub
from benchtop.cli.model_facts import as_json
from benchtop.domain.downloads import seconds_left
from benchtop.domain.errors import Interrupted
from benchtop.domain.hub_errors import UnsafeName
from benchtop.domain.models import bytes_text
from benchtop.domain.repo_files import RepoFile
from benchtop.protocol.hub_messages import Fetch, Fetched, Fetching
from benchtop.services.hub_cache import (
    Place,
    cache_folder,
    place_in_cache,
    place_in_folder,
    show_in_snapshot,
)
from benchtop.services.library import FromHub, register_download


def add_action(actions: Any) -> None:
    """Add the action to `benchtop models`."""
    text = "download a model from the Hub, check it and put it on the list"
    parser = actions.add_parser("pull", help=text, description=text)
    parser.add_argument(
        "repository",
        type=not_blank,
        metavar="REPO[:FILE or quantisation]",
        help="such as owner/name-GGUF:Q4_K_M; without a choice Q4_K_M is taken where there is one",
    )
    parser.add_argument("--revision", default="main", metavar="R", help="a branch, tag or commit")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="default: the Hub's cache")
    parser.add_argument("--no-projector", action="store_true", help="leave out the mmproj file")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    add_network_options(parser)
    parser.set_defaults(run=_pull)


def _pull(arguments: argparse.Namespace) -> int:
    with asking_the_hub(arguments) as hub:
        chosen = choose(hub, arguments.repository, arguments.revision)
        files = list(chosen.choice.files)
        if chosen.choice.mmproj is not None and not arguments.no_projector:
            files.append(chosen.choice.mmproj)
        meter = _Meter(sum(file.size for file in files), json=arguments.json)
        try:
            places = [_fetch(hub, arguments, chosen, file, meter) for file in files]
        except Interrupted:
            meter.end()
            raise
        meter.end()
        origin = FromHub(
            chosen.repository.id, chosen.repository.revision, chosen.choice.files[0],
            chosen.repository.licence,
        )  # fmt: skip
        model = register_download(hub.store, places[0].found, origin)
    if arguments.json:
        print_json({"done": as_json(model)})
    else:
        sys.stdout.write(f"{one_line(model.name)} is here as {model.id}: {one_line(model.path)}\n")
    return 0


def _fetch(
    hub: HubRun, arguments: argparse.Namespace, chosen: Chosen, file: RepoFile, meter: _Meter
) -> Place:
    repo, revision, cache = chosen.repository.id, chosen.repository.revision, cache_folder()
    try:
        if arguments.folder is not None:
            place = place_in_folder(arguments.folder.expanduser().absolute(), repo, file)
        else:
            place = place_in_cache(cache, repo, revision, file)
    except ValueError as error:
        raise UnsafeName(name=file.path, detail=str(error)) from error
    question = Fetch("", repo, revision, file, str(place.target), str(place.lock))
    _done: Fetched = hub.ask(question, meter.take)
    meter.next_file(file)
    if arguments.folder is None:
        show_in_snapshot(place, cache, repo, revision, arguments.revision)
    return place


class _Meter:
    """How far it is, on stderr: one line that is written over, or lines of JSON on stdout."""

    def __init__(self, total: int, *, json: bool) -> None:
        self._total = total
        self._json = json
        self._before = 0
        self._first: tuple[float, int] | None = None

    def take(self, answer: Fetching) -> None:
        done, now = self._before + answer.done, time.monotonic()
        if self._first is None:
            self._first = (now, done)  # what was here already says nothing of the speed
        began, had = self._first
        speed = (done - had) / (now - began) if now > began else 0.0
        if self._json:
            print_json({"done_bytes": done, "total_bytes": self._total, "speed": round(speed)})
            sys.stdout.flush()
        elif sys.stderr.isatty():
            sys.stderr.write(f"\r{self._line(done, speed)}\033[K")
            sys.stderr.flush()

    def next_file(self, file: RepoFile) -> None:
        self._before += file.size

    def end(self) -> None:
        """Clear the line."""
        if not self._json and sys.stderr.isatty():
            sys.stderr.write("\r\033[K")

    def _line(self, done: int, speed: float) -> str:
        left = seconds_left(done, self._total, speed)
        rest = "" if left is None else f", {int(left) // 60}:{int(left) % 60:02} left"
        part = done / self._total if self._total else 1.0
        return f"{part:4.0%}  {bytes_text(done)} of {bytes_text(self._total)}, {bytes_text(speed)}/s{rest}"
