"""What this machine's processor takes, by its own counters: RAPL, as Linux shows it.

Source: Linux, Documentation/power/powercap/powercap.rst. Each zone is a folder with its ``name``, a counter
``energy_uj`` (microjoules, since the start) and ``max_energy_range_uj``, after which the counter begins at 0
again. ``package-N`` is a whole processor, its graphics included; ``dram`` below it is its memory, and is not
in it. Cores and graphics lie within the package and are left out; so is ``psys``, which machines define
differently, and ``intel-rapl-mmio``, the same counters once more. Since Linux 5.10 only administrators may
read energy_uj, because it tells secrets of other programs (CVE-2020-8694).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.compare_errors import EnergyUnmeasurable

POWERCAP = Path("/sys/class/powercap")
_ZONES = "intel-rapl*:*"
_MICRO = 1e-6


@dataclass(frozen=True, slots=True)
class EnergyZone:
    """A counter. ``limit`` is where it begins again, in microjoules; 0 where that is not known."""

    name: str
    path: Path
    limit: int = 0


Reading = Mapping[Path, int]
"""Microjoules by the path of the counter."""


@dataclass(frozen=True, slots=True)
class EnergyMeter:
    """The counters of this machine; ``has_memory``: those of its memory are among them."""

    zones: tuple[EnergyZone, ...]
    processors: int
    has_memory: bool

    def read(self) -> Reading:
        """All counters now; raises EnergyUnmeasurable where one cannot be read any more."""
        return {zone.path: _counter(zone.path) for zone in self.zones}

    def joules(self, before: Reading, after: Reading) -> float:
        """Joules between two readings. A counter that is lower than before has begun again once: at 100
        watts that takes minutes, so that nothing longer is to be measured at a time."""
        total = 0
        for zone in self.zones:
            grown = after[zone.path] - before[zone.path]
            if grown < 0:
                if not zone.limit:
                    detail = f"the counter {zone.path} began again, and nobody knows where"
                    raise EnergyUnmeasurable(detail=detail)
                grown += zone.limit
            total += grown
        return total * _MICRO


def find_meter(root: Path = POWERCAP) -> EnergyMeter:
    """The counters below ``root``. Raises EnergyUnmeasurable where there are none, or none that this
    person may read."""
    zones: list[EnergyZone] = []
    processors = memories = 0
    for folder in _folders(root):
        name = _text(folder / "name")
        if name.startswith("package"):
            processors += 1
        elif name == "dram":
            memories += 1
        else:
            continue
        limit = _text(folder / "max_energy_range_uj")
        path = folder / "energy_uj"
        _counter(path)
        zones.append(EnergyZone(name, path, int(limit) if limit.isdecimal() else 0))
    if not processors:
        detail = "this system shows no counters of what its processor takes (RAPL)"
        raise EnergyUnmeasurable(detail=detail)
    return EnergyMeter(tuple(zones), processors, memories > 0)


def _folders(root: Path) -> list[Path]:
    """The zones; those below a zone lie beside it as links, and within it as folders."""
    try:
        found = {folder.resolve(): folder for folder in sorted(root.glob(_ZONES))}
        for zone in list(found.values()):
            found |= {folder.resolve(): folder for folder in sorted(zone.glob(_ZONES))}
    except OSError:
        return []
    return [folder for folder in found if "mmio" not in folder.name]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _counter(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except PermissionError as error:
        detail = f"only administrators may read the counter {path}"
        raise EnergyUnmeasurable(detail=detail) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no number"
        detail = f"the counter {path} cannot be read ({reason.lower()})"
        raise EnergyUnmeasurable(detail=detail) from error
