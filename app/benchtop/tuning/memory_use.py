"""How much memory this process holds."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.platform == "win32":
    import psutil

    def resident_bytes() -> int:
        """What is in memory now."""
        return int(psutil.Process().memory_info().rss)

    def peak_bytes() -> int:
        """The most that was resident at once: the peak of the working set."""
        return int(psutil.Process().memory_info().peak_wset)

else:
    import resource

    _PAGE = resource.getpagesize()

    def resident_bytes() -> int:
        """Resident memory now; where the system does not tell, its peak so far."""
        try:
            return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
        except (OSError, IndexError, ValueError):
            return peak_bytes()

    def peak_bytes() -> int:
        """The most that was resident at once."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
