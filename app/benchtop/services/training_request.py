"""What the trainer is asked for a run, and a copy of it in the run's folder.

With the copy (`request.json`) the folder is all that `torchrun -m benchtop.tuning.distributed` needs.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from benchtop.domain.adapters import RUN_KEY
from benchtop.domain.errors import FileUnreadable
from benchtop.domain.teach_errors import CheckpointUnusable
from benchtop.domain.training import TrainingRun
from benchtop.protocol.tuning_messages import Train
from benchtop.services.atomic_file import write_json
from benchtop.services.data_folder import DataFolder
from benchtop.services.file_hashes import model_sha256
from benchtop.services.ggml_library import ggml_library
from benchtop.services.training_tools import check_tools

TOKENS = "tokens.jsonl"
START = "start.gguf"
"""A copy of the adapter that a run begins with: it must be there when the run goes on after a death."""
REQUEST = "request.json"
_KEPT = ("request_id", "base", "base_sha256", "tokens", "library", "settings", "start", "facts")


def train_request(
    folder: DataFolder, run: TrainingRun, library: str, *, share: bool = False
) -> Train:
    """The request that trains a run, or goes on with it; its tokens lie in its folder."""
    place = folder.training / run.id
    start = place / START
    return Train(
        run.id,
        str(run.model["path"]),
        str(run.model["sha256"]),
        str(place / TOKENS),
        library,
        str(place),
        json.dumps(run.settings.to_json(), sort_keys=True),
        start=str(start) if start.is_file() else "",
        facts=base_facts(run),
        share=share,
    )


def keep_request(request: Train) -> None:
    """Write the copy; raises StoreFull or StoreReadOnly, and a copy from before stays then."""
    every = asdict(request)
    values = {name: every[name] for name in _KEPT}
    write_json(Path(request.folder) / REQUEST, values)


def base_facts(run: TrainingRun) -> dict[str, str]:
    """What an adapter's metadata says of its base (keys of the GGUF specification, and our own)."""
    model = run.model
    return {
        "general.name": run.name,
        "general.base_model.count": "1",
        "general.base_model.0.name": str(model.get("name", "")),
        "general.license": str(model.get("licence", "")),
        "benchtop.base.sha256": str(model.get("sha256", "")),
        RUN_KEY: run.id,
    }


def prepare_again(folder: DataFolder, run: TrainingRun) -> str:
    """Make ready what a paused run goes on with; the path of ggml's library. Raises TrainingToolsMissing,
    CheckpointUnusable, FileUnreadable, StoreFull and StoreReadOnly."""
    model = run.model
    check_tools(folder, str(model.get("architecture", "")), str(model.get("name", "")))
    _check_base(folder, run)
    library = ggml_library()
    keep_request(train_request(folder, run, library))
    return library


def _check_base(folder: DataFolder, run: TrainingRun) -> None:
    """Raises CheckpointUnusable when the base is another file than the run began with, and FileUnreadable."""
    path = str(run.model["path"])
    try:
        now = model_sha256(folder, path)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileUnreadable(path=path, detail=detail) from error
    if now != run.model["sha256"]:
        detail = f"{path} is another file than the model it began with"
        raise CheckpointUnusable(path=str(folder.training / run.id), detail=detail)
