"""How much memory this machine has free."""

from __future__ import annotations


def free_memory() -> int:
    """Bytes that programs can take without others being moved to disk."""
    import psutil  # noqa: PLC0415  (not the standard library: only after the window's first paint)

    return int(psutil.virtual_memory().available)
