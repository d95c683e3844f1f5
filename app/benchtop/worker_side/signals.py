"""Whom signals are for: the client, not the worker."""

from __future__ import annotations

import signal


def leave_signals_to_the_client() -> None:
    """What ends a whole group of processes (Ctrl+C, ``timeout``, a terminal that closes) reaches the
    client too: it decides, and the worker ends with its input or its parent."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None:
            signal.signal(number, signal.SIG_IGN)
