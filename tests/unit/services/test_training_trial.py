"""What becomes of a trial whose process says that memory is short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from benchtop.domain.teach_errors import UnpackedTooLarge
from benchtop.domain.training import TrainingRun, TrainingSettings
from benchtop.services.data_folder import DataFolder
from benchtop.services.training_trial import TrainingTrial


def test_a_model_that_is_too_large_by_itself_is_not_tried_again(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """Keeping less between layers would not make its weights smaller."""
    settings = TrainingSettings()
    run = TrainingRun(
        "r", "a run", {"name": "Phi", "path": str(tmp_path / "phi.gguf")}, "d", "v", settings
    )
    parent = QObject()
    trial = TrainingTrial(run, "library", DataFolder(tmp_path), parent)
    failed: list[Any] = []
    trial.failed.connect(failed.append)
    error = UnpackedTooLarge(model="Phi", need="16 GB", free="8 GB")
    trial._refused(error)
    assert failed == [error]
    assert "16 GB" in str(error)
