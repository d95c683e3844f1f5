"""`benchtop models pull`: download a model, check it, and put it on the list."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchtop.cli.common import not_blank, one_line, print_json
from benchtop.cli.hub_choice import Chosen, choose
from benchtop.cli.hub_meter import Meter
from benchtop.cli.hub_run import HubRun, add_network_options, asking_the_hub
from benchtop.cli.model_facts import as_json
from benchtop.domain.errors import (
    FileUnreadable,
    Interrupted,
)
from benchtop.domain.file_sums import file_sha256
from benchtop.domain.models import Companion, ModelFile
from benchtop.domain.repo_files import RepoFile
from benchtop.services.download_places import Destination
from benchtop.services.download_room import Room
from benchtop.services.downloaded_models import FromHub, register_download
from benchtop.services.file_check import after_check, checked_again, sums_of
from benchtop.services.library import is_missing
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
        files = list(chosen.choice.files)
        if chosen.choice.mmproj is not None and not arguments.no_projector:
            files.append(chosen.choice.mmproj)
        # A folder that was asked for gets the files, wherever else they are.
        anywhere = arguments.folder is None
        here = _here_already(hub, chosen, json=arguments.json) if anywhere else None
        lacking = files if here is None else _lacking(here, files)
        if here is None or set(lacking) & set(chosen.choice.files):
            lacking = files
            model = _registered(hub, chosen, files, _fetched(hub, arguments, chosen, files))
        elif lacking:
            model = _completed(hub, here, lacking, _fetched(hub, arguments, chosen, lacking))
        else:
            model = here
    if arguments.json:
        print_json({"done": as_json(model), "already": not lacking})
    else:
        sys.stdout.write(_told(model, already=not lacking))
    return 0


def _told(model: ModelFile, *, already: bool) -> str:
    name, path = one_line(model.name), one_line(model.path)
    if not already:
        return f"{name} is here as {model.id}: {path}\n"
    origin = f" (from {one_line(model.repo)})" if model.repo else ""
    return f"It was here already, nothing was downloaded: {name} at {path}{origin}\n"


def _here_already(hub: HubRun, chosen: Chosen, *, json: bool) -> ModelFile | None:
    """The model, if the list has it, or another program has the same bytes on this disk. Its
    projector may be lacking."""
    for model in hub.store.models.by_sha256(chosen.choice.files[0].sha256):
        if not is_missing(model) and (checked := _sound(hub, model)) is not None:
            return checked

    def tell(local: LocalModel) -> None:
        if not json:
            sys.stderr.write(f"{local.program} seems to have this file: comparing it first.\n")

    # The Hub's cache is where the download goes: what is there is compared there.
    places = [place for place in known_places() if place.layout != "hub"]
    copy = find_copy(chosen.choice, places, tell)
    return register_copy(hub.store, copy, chosen.repository, chosen.choice) if copy else None


def _sound(hub: HubRun, model: ModelFile) -> ModelFile | None:
    """The model as reading its files again finds it, without the projectors that are gone; None if
    anything is wrong with it."""
    here = [one for one in model.companions if not one.projector or Path(one.path).is_file()]
    try:
        if len(here) == len(model.companions):
            checked = checked_again(hub.store, model)
        else:  # not kept: the disk with the projector may come back
            model = replace(model, companions=tuple(here))
            sums = sums_of(model, lambda: False, lambda _done: None)
            checked = after_check(model, sums, time.time())
    except (FileUnreadable, OSError):
        return None
    return checked if checked.damaged is None else None


def _lacking(model: ModelFile, files: list[RepoFile]) -> list[RepoFile]:
    """The files of a choice, less those that the model has, byte for byte."""
    sums = {model.sha256.lower(), *map(_sum, model.companions)} - {""}
    return [file for file in files if file.sha256.lower() not in sums]


def _sum(companion: Companion) -> str:
    """Its sum, read from the file where nobody has noted it yet; empty where that fails."""
    with suppress(OSError):
        return (companion.sha256 or file_sha256(companion.path)).lower()
    return ""


def _fetched(
    hub: HubRun, arguments: argparse.Namespace, chosen: Chosen, files: list[RepoFile]
) -> tuple[str, ...]:
    """Where the files lie once they are here; raises Interrupted with how far it came."""
    repository = chosen.repository
    destination = Destination(
        repository.id, repository.revision, _folder(hub, arguments), arguments.revision
    )
    places = destination.places(files)
    Room().admit("", f"{repository.name} {chosen.choice.quantisation}".strip(), places, files)
    meter = Meter(sum(file.size for file in files), json=arguments.json)
    try:
        for file, place in zip(files, places, strict=True):
            hub.ask(destination.question(file, place), meter.take)
            meter.next_file(file)
            destination.show(file, place)
    except (Interrupted, KeyboardInterrupt) as error:
        detail = f"paused at {meter.words}: the same command goes on from there"
        raise Interrupted(detail=detail) from error
    finally:
        meter.end()
    return tuple(str(place.found) for place in places)


def _registered(
    hub: HubRun, chosen: Chosen, files: list[RepoFile], paths: tuple[str, ...]
) -> ModelFile:
    """The model that was downloaded, on the list; raises HubFileNoModel."""
    repository = chosen.repository
    origin = FromHub(repository.id, repository.revision, tuple(files), paths, repository.licence)
    return register_download(hub.store, origin)


def _completed(
    hub: HubRun, model: ModelFile, files: list[RepoFile], paths: tuple[str, ...]
) -> ModelFile:
    """The model of the list with what it lacked, which is its projector: a model that lacks a part
    counts as missing."""
    parts = [one for one in model.companions if not one.projector]
    new = [
        Companion(path, file.size, file.sha256, projector=True)
        for file, path in zip(files, paths, strict=True)
    ]
    return hub.store.models.change(model.id, companions=(*parts, *new))


def _folder(hub: HubRun, arguments: argparse.Namespace) -> Path | None:
    """Where files go: as asked for, else as the settings say; None is the Hub's cache."""
    if arguments.folder is not None:
        chosen: Path = arguments.folder.expanduser().absolute()
        return chosen
    kept = hub.settings.values.models_folder
    return Path(kept) if kept else None
