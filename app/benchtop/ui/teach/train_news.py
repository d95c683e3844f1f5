"""What a run has to say of itself once, above its view, and only for as long as it is news."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.domain.errors import BenchtopError
from benchtop.ui.widgets.info_bar import InfoBar, Notice

CANCELLED_MS = 12_000


class TrainNews:
    """Of one run after the other; clear() comes between two."""

    def __init__(self, bar: InfoBar) -> None:
        self._bar = bar
        self._notice: Notice | None = None
        self._seen = self._caught_up = 0

    def stepped(self, step: int) -> None:
        """A step was made. Where no holdout is read, a death is history once its steps are made anew."""
        self._seen = step
        if self._notice is not None and step > self._caught_up:
            self.forget()

    def restarted(self, error: BenchtopError, step: int) -> None:
        """A trainer died of ``error``, and another one begins after ``step``."""
        lost, self._caught_up = max(0, self._seen - step), max(self._seen, step)
        words = _restart_words(lost).format(step=f"{step:,}", count=f"{lost:,}")
        self.forget()
        self._notice = self._bar.post("warning", f"{_death_words(error)} {words}")

    def cancelled(self) -> None:
        """A person gave up what was being prepared."""
        text = _tr("Cancelled before the first step; nothing was begun.")
        self._bar.post("info", text, timeout_ms=CANCELLED_MS)

    def forget(self) -> None:
        """Take away what was told of a death: the run is past it."""
        notice, self._notice = self._notice, None
        if notice is not None:
            self._bar.remove(notice)

    def clear(self) -> None:
        """Another run."""
        self.forget()
        self._seen = self._caught_up = 0


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainNews", text)


def _death_words(error: BenchtopError) -> str:
    if error.facts.get("killed"):
        return _tr("The trainer was ended from outside, perhaps because memory ran out.")
    words = _tr("The trainer ended unexpectedly ({cause}).")
    return words.format(cause=error.facts.get("cause", ""))


def _restart_words(lost: int) -> str:
    if not lost:
        return _tr("It began again after step {step}; no step was lost.")
    if lost == 1:
        return _tr("It began again after step {step}; 1 step is made anew.")
    return _tr("It began again after step {step}; {count} steps are made anew.")
