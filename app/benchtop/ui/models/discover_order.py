"""What a model would be like on this machine: whether it fits, how fast it writes, what comes first."""

from __future__ import annotations

from benchtop.domain.catalogue import CatalogueModel
from benchtop.domain.hub import HubRepository
from benchtop.domain.memory import FreeMemory, ModelShape, rough_shape
from benchtop.domain.quantisations import rough_bytes
from benchtop.domain.speed import ASSUMED, LEAST_BYTES, READABLE, expected_speed
from benchtop.services.fit_judge import DEFAULT_CONTEXT
from benchtop.services.hub_services import HubServices
from benchtop.services.machine_memory import total_memory
from benchtop.ui.models.row_making import fit_row
from benchtop.ui.models.rows import CardRow, FitRow

ROUGH_QUANTISATION = "Q4_K_M"
_USUAL = (ROUGH_QUANTISATION, "Q4_0", "Q5_K_M", "Q6_K", "Q8_0")
_ORDER = ("easy", "fits", "tight", "smaller", "unknown", "no")


class Outlook:
    """What is known of this machine at a moment, for many models."""

    def __init__(self, services: HubServices) -> None:
        self._judge = services.judge
        self._total = total_memory()
        self.bandwidth = self._judge.bandwidth(services.models.models)
        """Bytes per second; 0 before a model of some size wrote here."""

    def fit(
        self,
        shape: ModelShape,
        size: int,
        free: FreeMemory,
        context: int = DEFAULT_CONTEXT,
        *,
        rough: bool = False,
        why: str = "",
    ) -> FitRow:
        """The verdict for a model of this shape and size."""
        fit = self._judge.judge(shape, size, free, context)
        totals = {gpu.name: gpu.total for gpu in free.gpus}
        total = totals.get(fit.gpu, self._total)
        return fit_row(fit, context, rough=rough, reason=why, total=total)

    def rough_fit(self, model: CatalogueModel | HubRepository, free: FreeMemory) -> FitRow:
        """The verdict before anything is asked of the Hub."""
        if not model.parameters:
            return FitRow()
        size = rough_bytes(model.parameters, usual_quantisation(model))
        shape = rough_shape(model.parameters, model.context_length)
        return self.fit(shape, size, free, rough=True)

    def shown_speed(self, size: int, fit: FitRow) -> float:
        """Tokens per second, where they can be told: what was learned is true of the processor, and of
        models that do not fit into its cache."""
        if fit.where or fit.kind in ("no", "unknown") or size < LEAST_BYTES:
            return 0.0
        return expected_speed(size, self.bandwidth)

    def rank(self, card: CardRow) -> tuple[object, ...]:
        """Sorts cards: chat models first, then by verdict. What fits and can be read along with comes
        before what is slower; of the former the largest, of the latter the fastest is first."""
        kind = card.fit.kind
        if kind not in ("easy", "fits"):
            return card.embedding, 1 + _ORDER.index(kind), -card.parameters
        speed = expected_speed(card.bytes, self.bandwidth or ASSUMED)
        if card.fit.where or speed >= READABLE:
            return card.embedding, 0, -card.parameters
        return card.embedding, 1, card.parameters


def usual_quantisation(model: CatalogueModel | HubRepository) -> str:
    """The one that a first verdict is for: the usual, or what the catalogue knows to be there."""
    if isinstance(model, HubRepository) or not model.quantisations:
        return ROUGH_QUANTISATION
    return next((name for name in _USUAL if name in model.quantisations), model.quantisations[0])
