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
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.domain.repo_files import RepoFile
from benchtop.protocol.hub_messages import Fetching
from benchtop.services.download_places import Destination
from benchtop.services.download_room import Room
from benchtop.services.file_check import checked_again
from benchtop.services.library import FromHub, is_missing, register_download
from benchtop.services.local_copies import find_copy, register_copy
from benchtop.services.local_models import LocalModel
from benchtop.services.local_places import known_places


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
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="default: as the settings say, else the Hub's cache",
    )
    parser.add_argument("--no-projector", action="store_true", help="leave out the mmproj file")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    add_network_options(parser)
    parser.set_defaults(run=_pull)


def _pull(arguments: argparse.Namespace) -> int:
    with asking_the_hub(arguments) as hub:
        chosen = choose(hub, arguments.repository, arguments.revision)
        model = _here_already(hub, chosen, json=arguments.json) or _fetched(hub, arguments, chosen)
    if arguments.json:
        print_json({"done": as_json(model)})
    else:
        sys.stdout.write(f"{one_line(model.name)} is here as {model.id}: {one_line(model.path)}\n")
    return 0


def _here_already(hub: HubRun, chosen: Chosen, *, json: bool) -> ModelFile | None:
    """The model, if the list has it, or another program has the same bytes on this disk."""
    for model in hub.store.models.by_sha256(chosen.choice.files[0].sha256):
        if not is_missing(model) and (checked := checked_again(hub.store, model)).damaged is None:
            return checked

    def tell(local: LocalModel) -> None:
        if not json:
            sys.stderr.write(f"{local.program} seems to have this file: comparing it first.\n")

    # The Hub's cache is where the download goes: what is there is compared there.
    places = [place for place in known_places() if place.layout != "hub"]
    copy = find_copy(chosen.choice, places, tell)
    return register_copy(hub.store, copy, chosen.repository, chosen.choice) if copy else None


def _fetched(hub: HubRun, arguments: argparse.Namespace, chosen: Chosen) -> ModelFile:
    files = list(chosen.choice.files)
    if chosen.choice.mmproj is not None and not arguments.no_projector:
        files.append(chosen.choice.mmproj)
    repository = chosen.repository
    destination = Destination(
        repository.id, repository.revision, _folder(hub, arguments), arguments.revision
    )
    places = destination.places(files)
    Room().admit("", f"{repository.name} {chosen.choice.quantisation}".strip(), places, files)
    meter = _Meter(sum(file.size for file in files), json=arguments.json)
    try:
        for file, place in zip(files, places, strict=True):
            hub.ask(destination.question(file, place), meter.take)
            meter.next_file(file)
            destination.show(file, place)
    finally:
        meter.end()
    origin = FromHub(
        repository.id, repository.revision, tuple(files),
        tuple(str(place.found) for place in places), repository.licence,
    )  # fmt: skip
    return register_download(hub.store, origin)


def _folder(hub: HubRun, arguments: argparse.Namespace) -> Path | None:
    """Where files go: as asked for, else as the settings say; None is the Hub's cache."""
    if arguments.folder is not None:
        chosen: Path = arguments.folder.expanduser().absolute()
        return chosen
    kept = hub.settings.values.models_folder
    return Path(kept) if kept else None


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
