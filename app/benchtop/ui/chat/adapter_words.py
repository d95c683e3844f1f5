"""What is said of an adapter, on one line."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.models import bytes_text
from benchtop.services.adapter_library import Verdict


def _tr(text: str) -> str:
    return QCoreApplication.translate("AdapterWords", text)


def adapter_detail(adapter: AdapterFile) -> str:
    """ "rank 16 · 2.3 MB"."""
    rank = _tr("rank {rank}").format(rank=adapter.rank) if adapter.rank else ""
    return " · ".join(part for part in (rank, bytes_text(adapter.bytes)) if part)


def adapter_problem(adapter: AdapterFile, verdict: Verdict) -> str:
    """Why it cannot be used with the model in question; empty where it can."""
    match verdict:
        case "missing":
            return _tr("Its file is not there any more")
        case "other_file":
            return _tr("Made for another file of this model, by its checksum")
        case "other_model" if adapter.base:
            return _tr("Made for {base}").format(base=adapter.base)
        case "other_model":
            return _tr("Made for another model")
        case _:
            return ""
