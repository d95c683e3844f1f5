"""What the measures of the Models page happen in: a full store, a Hub of its own, models of others."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

from benchtop.bootstrap import Program
from benchtop.domain.hub import Connection
from benchtop.services.data_folder import DataFolder
from benchtop.services.library import import_model
from benchtop.store.database import open_store
from benchtop.ui.models.models_page import ModelsPage
from unit.domain.gguf_files import write_gguf

MODELS = 500
ATTEMPTS = 5_000
FOUND_CARDS = 30
MANY_FILES = 3_000
CARD_BYTES = 5_000_000
DOWNLOAD_BYTES = 60_000_000
BYTES_PER_SECOND = 20_000_000
MANY, BIG_CARD, TWO = "bench/many-GGUF", "bench/card-GGUF", "bench/two-GGUF"


def fill_store(folder: DataFolder) -> None:
    """500 models whose files are there, and 5,000 lines of the ledger."""
    files = folder.root / "models"
    files.mkdir()
    content = write_gguf(files / "first.gguf")
    with open_store(folder.database) as store:
        for number in range(MODELS):
            path = files / f"Model-{number:03}-Q{number % 5 + 2}_K_M.gguf"
            path.write_bytes(content)
            model = import_model(store, path)
            if number % 3 == 0:
                store.models.change(model.id, sha256=f"{number // 6:064x}", licence="MIT")
        for number in range(ATTEMPTS):
            line = Connection(
                uuid.uuid4().hex, 1.7e9 + number, "huggingface.co", "download", "a/b", "ended", 900
            )
            store.connections.record(line)
    (files / "first.gguf").unlink()


def fill_hub(served: Path) -> None:
    """30 repositories that a search finds, one of 3,000 files, one with a card of 5 MB, and one with
    two files to download."""
    scratch = served.parent / "small.gguf"
    content = write_gguf(scratch)
    for number in range(FOUND_CARDS):
        home = served / f"owls/owl-{number:02}-GGUF"
        home.mkdir(parents=True)
        (home / f"owl-{number:02}-Q4_K_M.gguf").write_bytes(content)
        (home / ".hub.json").write_text(json.dumps({"downloads": 1_000 - number, "licence": "mit"}))
    for name in (MANY, BIG_CARD, TWO):
        (served / name).mkdir(parents=True)
    for number in range(MANY_FILES):
        (served / MANY / f"many-{number:04}-Q4_K_M.gguf").write_bytes(content)
    (served / BIG_CARD / "card-Q4_K_M.gguf").write_bytes(content)
    parts = (
        "- **words** [a](http://x.example/1) `code`\n<div><b>",
        "|a|b|\n|-|-|\n|x|y|",
        "```py\nx = 1\n```",
        "",
    )
    lines = "\n\n".join(parts)
    (served / BIG_CARD / "README.md").write_text(lines * (CARD_BYTES // len(lines)))
    for quantisation in ("Q4_K_M", "Q8_0"):
        rest = os.urandom(DOWNLOAD_BYTES - len(content))
        (served / TWO / f"two-{quantisation}.gguf").write_bytes(content + rest)


def fill_other_programs(home: Path) -> None:
    """Models of LM Studio in a person's home, for find-local."""
    content = write_gguf(home / "small.gguf")
    for number in range(60):
        folder = home / ".lmstudio/models/maker" / f"found-{number}-GGUF"
        folder.mkdir(parents=True)
        (folder / f"found-{number}-Q4_K_M.gguf").write_bytes(content + bytes(number))


@contextlib.contextmanager
def hub_process(served: Path, bytes_per_second: int = 0) -> Iterator[str]:
    """``python -m local_hub``; its address. In life it is another machine: it gets the time left over."""
    command = ["nice", "-n", "19", sys.executable, "-m", "local_hub", str(served)]
    command += ["--slow", str(bytes_per_second)] if bytes_per_second else []
    tests = Path(__file__).resolve().parents[1]
    with subprocess.Popen(command, cwd=tests, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip().partition("=")[2]
        finally:
            process.terminate()


def page_of(program: Program) -> ModelsPage:
    """The Models page, which is made the first time it is shown."""
    page = program.window.page("models")
    assert isinstance(page, ModelsPage)
    return page
