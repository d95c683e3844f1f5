"""What the view of a run shows of it, from the run and from what its process tells."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from benchtop.domain.training import TrainingRun
from benchtop.services.teach_services import TeachServices
from benchtop.ui.teach.train_rows import LiveRun, RunPhase


def live_run(
    run: TrainingRun, phase: RunPhase, services: TeachServices, dataset_name: str, memory: int
) -> LiveRun:
    """The run as it is on show; ``memory`` is that of its trainer, in bytes, while there is one."""
    energy = services.runner.record.energy
    none = QCoreApplication.translate("TrainWiring", "no energy counters on this machine")
    return LiveRun(
        run,
        str(run.model.get("name", "")),
        dataset_name,
        phase,
        memory=memory if run.state == "running" else 0,
        joules=energy.joules,
        energy_scope=energy.scope,
        price=_price(services),
        currency=QLocale().currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode),
        unmeasurable="" if energy.scope else none,
    )


def _price(services: TeachServices) -> float:
    """Of a kWh, as it is set among the measures."""
    price = services.settings.values.compare.get("price")
    return float(price) if isinstance(price, (int, float)) and price > 0 else 0.0
