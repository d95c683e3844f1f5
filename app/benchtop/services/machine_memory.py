"""How much memory this machine has free, and how much ending a process would add to it."""

from __future__ import annotations

import sys
from pathlib import Path


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


def most_resident(pid: int) -> int:
    """Bytes of a process that were resident at most until now; 0 when there is none.

    VmHWM of /proc/PID/status on Linux (proc(5)), the peak working set on Windows; elsewhere the system
    does not tell, and it is what is resident now.
    """
    import psutil  # noqa: PLC0415  (as above)

    try:
        memory = psutil.Process(pid).memory_info() if pid else None
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except psutil.Error:
        return 0
    except OSError:
        status = ""
    if memory is None:
        return 0
    for line in status.splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0]) * 1024
    return int(getattr(memory, "peak_wset", memory.rss))
