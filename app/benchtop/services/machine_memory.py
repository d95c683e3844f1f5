"""How much memory this machine has free, and how much ending a process would add to it."""

from __future__ import annotations

import sys


def free_memory() -> int:
    """Bytes that programs can take without others being moved to disk."""
    import psutil  # noqa: PLC0415  (not the standard library: only after the window's first paint)

    return int(psutil.virtual_memory().available)


def total_memory() -> int:
    """Bytes of memory that this machine has."""
    import psutil  # noqa: PLC0415  (as above)

    return int(psutil.virtual_memory().total)


def freed_by_ending(pid: int) -> int:
    """Bytes by which ``free_memory`` would grow if this process ended; 0 when there is none.

    Linux counts the pages of mapped files (a model's weights) as available while they are in use:
    MemAvailable, proc(5). There only the rest is freed: the resident pages less the file-backed and
    shared ones, RssAnon of /proc/PID/status. Windows and macOS count no page as available that is
    in a working set, mapped or not, so there it is all that is resident.
    """
    import psutil  # noqa: PLC0415  (as above)

    if not pid:
        return 0
    try:
        memory = psutil.Process(pid).memory_info()
    except psutil.Error:
        return 0
    shared = memory.shared if sys.platform.startswith("linux") else 0
    return max(0, int(memory.rss - shared))
