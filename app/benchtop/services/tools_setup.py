"""Sets up the training tools for Benchtop alone: pip, into a folder of the data folder, all or nothing.

pip asks the package index that it is configured for, as it does in a terminal. What it would bring is
looked at first: the usual index has torch for Linux with all that graphics cards need, several GB. Then
PyTorch's own index of builds for processors is asked beside it. What was fetched stays in pip's cache, so
that a second try goes on from there.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QProcess, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub import Connection
from benchtop.domain.teach_errors import ToolsNotInstalled, ToolsOffline
from benchtop.domain.training import PEFT_TOOLS
from benchtop.services.data_folder import DataFolder
from benchtop.services.tools_removal import held_tools
from benchtop.services.training_tools import NEEDED

PACKAGES = ("torch==2.13.0", "gguf>=0.19.0")
"""The torch that all figures here were taken with; numpy comes with gguf."""
PEFT_PACKAGES = (
    "transformers==5.23.0",
    "peft==0.21.2",
    "accelerate==1.15.0",
    "tokenizers==0.23.3",
    "safetensors==0.8.0",
)
"""Those that the tests of these models run with. All else that they ask for is here with torch and Benchtop,
but for what only their own commands need."""
HOST = "pip's package index"
PROCESSORS_INDEX = "https://download.pytorch.org/whl/cpu"
"""Of builds of torch without the libraries of graphics cards (pytorch.org, "Start locally")."""
_PIP = ("--disable-pip-version-check", "--no-input", "--no-color", "install")
_OF_CARDS = ("nvidia-", "triton")


@dataclass(frozen=True, slots=True)
class _Part:
    """What comes into one folder, whole or not at all: ``proof`` lies there then."""

    packages: tuple[str, ...]
    place: Path
    proof: str
    words: tuple[str, ...] = ()


class ToolsSetup(QObject):
    """One at a time. After ``start`` comes either ``done`` or ``failed``, once."""

    progressed = Signal(str, float)
    """What is done (looking, fetching, installing) and the fraction of it; less than 0 where nobody knows."""
    done = Signal()
    failed = Signal(object)
    """A BenchtopError; Interrupted after cancel()."""
    reached = Signal(object)
    """A Connection for the ledger."""

    def __init__(
        self, folder: DataFolder, offline: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folder, self._offline = folder, offline
        self._process: QProcess | None = None
        self._then: Callable[[bytes], None] = lambda _output: None
        self._output = b""
        self._tail = b""
        self._cancelled = False
        self._packages = 0
        self._parts: list[_Part] = []
        self._connection: Connection | None = None
        self._held = ExitStack()

    @property
    def busy(self) -> bool:
        """Whether pip is at work."""
        return self._process is not None

    def start(self, missing: Collection[str] = NEEDED) -> None:
        """Look what pip would bring, then let it: the sets that these tools belong to."""
        if self.busy:
            return
        self._cancelled = False
        parts = _parts(self._folder, missing)
        asked = " ".join(name for part in parts for name in part.packages)
        self._connection = Connection(uuid.uuid4().hex, time.time(), HOST, "tools", asked)
        if self._offline():
            self._tell("refused", "Benchtop is offline")
            self.failed.emit(ToolsOffline())
            return
        try:
            self._held.enter_context(held_tools(self._folder))
        except BenchtopError as error:
            self._tell("refused", str(error)[:200])
            self.failed.emit(error)
            return
        self._parts = parts  # from here on what lies beside is ours
        self._tell("begun")
        self._look()

    def _look(self) -> None:
        shutil.rmtree(self._beside, ignore_errors=True)
        look = ("--dry-run", "--quiet", "--ignore-installed", "--report", "-")
        part = self._parts[0]
        self._run((*look, *part.words, *part.packages), self._looked)
        self.progressed.emit("looking", -1.0)

    def _look_for_processors(self) -> None:
        """The usual index has only the build for graphics cards: ask for the other one beside it."""
        words = ("--extra-index-url", PROCESSORS_INDEX)
        self._parts[0] = replace(self._parts[0], words=words)
        self._tell("ended")
        connection = self._connection
        assert connection is not None
        host = urlsplit(PROCESSORS_INDEX).hostname or PROCESSORS_INDEX
        self._connection = replace(connection, id=uuid.uuid4().hex, began=time.time(), host=host)
        self._tell("begun")
        self._look()

    def cancel(self) -> None:
        """Stop; ``failed`` follows with Interrupted."""
        process = self._process
        if process is not None:
            self._cancelled = True
            process.started.connect(process.kill)  # one that is still starting hears nothing
            process.kill()

    def close(self) -> None:
        """Stop without a word, and wait."""
        if self._process is not None:
            self._process.blockSignals(True)
            self._process.kill()
            self._process.waitForFinished(2_000)
        if self._parts:
            shutil.rmtree(self._beside, ignore_errors=True)
        self._held.close()

    @property
    def _beside(self) -> Path:
        place = self._parts[0].place
        return place.with_name(f"{place.name}.part")

    def _run(self, arguments: tuple[str, ...], then: Callable[[bytes], None]) -> None:
        process = self._process = QProcess(self)
        self._output = self._tail = b""
        self._then = then
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._not_started)
        program, *words = pip_command()
        process.start(program, [*words, *_PIP, *arguments])

    def _read(self) -> None:
        if self._process is None:
            return
        new = bytes(self._process.readAllStandardOutput().data())
        self._output += new
        for line in new.decode("utf-8", "replace").splitlines():
            self._hear(line.strip())

    def _read_errors(self) -> None:
        if self._process is not None:
            self._tail = (self._tail + bytes(self._process.readAllStandardError().data()))[-4_000:]

    def _hear(self, line: str) -> None:
        """How far pip is, from what it says of each package."""
        if line.startswith("Collecting ") and self._packages:
            seen = self._output.count(b"\nCollecting ") + self._output.startswith(b"Collecting ")
            self.progressed.emit("fetching", min(0.9, 0.9 * seen / self._packages))
        elif line.startswith("Installing collected packages"):
            self.progressed.emit("installing", 0.9)

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(ToolsNotInstalled(detail="Python could not be started"))

    def _finished(self, status: int, _how: object) -> None:
        if self._process is None:
            return
        self._read()
        self._read_errors()
        process, self._process = self._process, None
        process.deleteLater()
        if self._cancelled:
            self._end(Interrupted())
        elif status != 0:
            self._end(ToolsNotInstalled(detail=self._reason()))
        else:
            self._then(self._output)

    def _looked(self, output: bytes) -> None:
        names = _names(output)
        self._packages = len(names)
        part = self._parts[0]
        if any(name.startswith(_OF_CARDS) for name in names):
            if part.words:
                detail = "pip would bring torch's build for graphics cards, which takes several GB"
                self._end(ToolsNotInstalled(detail=detail))
            else:
                self._look_for_processors()
            return
        where = ("--ignore-installed", "--target", str(self._beside))
        self._run((*where, *part.words, *part.packages), self._installed)
        self.progressed.emit("fetching", 0.0)

    def _installed(self, _output: bytes) -> None:
        part = self._parts[0]
        try:
            if not (self._beside / part.proof).is_dir():
                raise FileNotFoundError(2, "pip put nothing there")
            shutil.rmtree(part.place, ignore_errors=True)
            self._beside.replace(part.place)
        except OSError as error:
            self._end(ToolsNotInstalled(detail=(error.strerror or str(error)).lower()))
            return
        self._parts.pop(0)
        if self._parts:
            self._look()
            return
        self._held.close()
        self._tell("ended")
        self.done.emit()

    def _end(self, error: BenchtopError) -> None:
        self._process = None
        shutil.rmtree(self._beside, ignore_errors=True)
        self._parts = []
        self._held.close()
        self._tell("failed", str(error)[:200])
        self.failed.emit(error)

    def _reason(self) -> str:
        """The last error that pip told, in one line."""
        lines = self._tail.decode("utf-8", "replace").splitlines()
        told = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
        found = (
            told or [line.strip() for line in lines if line.strip()] or ["pip gave no reason"]
        )[-1]
        return found.rstrip(".")[:300]

    def _tell(self, state: Any, detail: str = "") -> None:
        if self._connection is not None:
            self._connection = replace(self._connection, state=state, detail=detail)
            self.reached.emit(self._connection)


def pip_command() -> Sequence[str]:
    """The command line of pip: this Python's, or the one that is inside of a frozen Benchtop."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--pip"]
    return [sys.executable, "-m", "pip"]


def _parts(folder: DataFolder, missing: Collection[str]) -> list[_Part]:
    """The sets that hold the ``missing`` tools; what one was set up with stays when the other fails."""
    found = []
    if any(name in NEEDED for name in missing):
        found.append(_Part(PACKAGES, folder.training_tools, "torch"))
    if any(name in PEFT_TOOLS for name in missing):
        # With what they depend on pip would bring torch once more.
        found.append(_Part(PEFT_PACKAGES, folder.peft_tools, "transformers", ("--no-deps",)))
    return found or [_Part(PACKAGES, folder.training_tools, "torch")]


def _names(report: bytes) -> list[str]:
    """The packages of pip's report (pip's reference, "Installation Report", version 1)."""
    try:
        found = json.loads(report)["install"]
        return [str(one["metadata"]["name"]).lower() for one in found]
    except (ValueError, KeyError, TypeError):
        return []
