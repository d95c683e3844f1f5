"""Connections to show in tests and pictures."""

from __future__ import annotations

from benchtop.domain.hub import Purpose
from benchtop.ui.models.ledger_rows import HostTotal, LedgerRow, LedgerState

NOW = 1_795_000_000.0
_KINDS: tuple[tuple[str, Purpose, str, LedgerState, int, str], ...] = (
    ("cdn-lfs-us-1.hf.co", "download", "Qwen/Qwen3-4B-GGUF", "begun", 1_230_000_000, ""),
    ("huggingface.co", "header", "Qwen/Qwen3-4B-GGUF", "ended", 310_000, ""),
    ("huggingface.co", "search", "qwen 4b", "ended", 48_000, ""),
    ("huggingface.co", "updates", "3 repositories", "refused", 0, "Benchtop is offline."),
    (
        "huggingface.co",
        "card",
        "unsloth/Phi-4-mini-instruct-GGUF",
        "failed",
        0,
        "no answer in 20 s",
    ),
)


def some_connections(count: int = 12, start: int = 0) -> list[LedgerRow]:
    """Newest first."""
    rows = []
    for number in range(start, start + count):
        host, purpose, subject, state, received, detail = _KINDS[number % len(_KINDS)]
        when = NOW - number * 71
        rows.append(LedgerRow(f"c{number}", when, host, purpose, subject, state, received, detail))
    return rows


def some_totals() -> list[HostTotal]:
    """Two hosts."""
    return [
        HostTotal("huggingface.co", 124, 5_400_000, 3, 1),
        HostTotal("cdn-lfs-us-1.hf.co", 1, 1_230_000_000),
    ]
