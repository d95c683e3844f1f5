"""What is advised where memory is short takes less than what was asked for."""

from __future__ import annotations

from dataclasses import replace

from benchtop.domain.training import preset_settings
from benchtop.domain.training_memory import memory_advice


def test_what_is_advised_would_help() -> None:
    quick, balanced = (preset_settings(name, 24, 1_024) for name in ("quick", "balanced"))
    assert memory_advice(balanced) == (
        "close other programs, or choose the quick preset or a smaller model"
    )
    assert memory_advice(quick) == "close other programs, or choose a smaller model"
    long = replace(balanced, context_length=4_096)
    assert memory_advice(long) == (
        "close other programs, or choose the quick preset, a shorter context length or a smaller model"
    )
    assert "quick" not in memory_advice(replace(long, preset="", last_layers=8))
