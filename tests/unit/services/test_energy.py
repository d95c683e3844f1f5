"""RAPL's counters, in folders laid out as Linux shows them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchtop.domain.compare_errors import EnergyUnmeasurable
from benchtop.services.energy import find_meter

LIMIT = 262_143_328_850  # of a real machine


def zone(root: Path, folder: str, name: str, energy: int, limit: int = LIMIT) -> Path:
    """A zone's folder with its three files."""
    place = root / folder
    place.mkdir(parents=True)
    (place / "name").write_text(f"{name}\n")
    (place / "max_energy_range_uj").write_text(f"{limit}\n")
    counter = place / "energy_uj"
    counter.write_text(f"{energy}\n")
    return counter


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two processors: a desktop's zones, nested and linked as in sysfs, and what must not be counted."""
    devices, shown = tmp_path / "devices", tmp_path / "powercap"
    zone(devices, "intel-rapl:0", "package-0", 5_000_000)
    zone(devices, "intel-rapl:0/intel-rapl:0:0", "core", 1_000_000)
    zone(devices, "intel-rapl:0/intel-rapl:0:1", "dram", 700_000)
    zone(devices, "intel-rapl:1", "package-1", 9_000_000)
    zone(devices, "intel-rapl:2", "psys", 50_000_000)
    zone(devices, "intel-rapl-mmio:0", "package-0", 5_000_000)
    shown.mkdir()
    for path in devices.rglob("intel-rapl*:*"):
        (shown / path.name).symlink_to(path)
    (shown / "intel-rapl").mkdir()  # the control type: no zone
    return shown


def put(root: Path, folder: str, energy: int) -> None:
    (root / folder / "energy_uj").write_text(f"{energy}\n")


def test_packages_and_memory_count_each_once(root: Path) -> None:
    meter = find_meter(root)
    assert sorted(one.name for one in meter.zones) == ["dram", "package-0", "package-1"]
    assert (meter.processors, meter.has_memory) == (2, True)
    before = meter.read()
    put(root, "intel-rapl:0", 7_500_000)
    put(root, "intel-rapl:0:0", 3_000_000)  # within the package: not counted again
    put(root, "intel-rapl:0:1", 950_000)
    put(root, "intel-rapl:1", 9_250_000)
    assert meter.joules(before, meter.read()) == pytest.approx(2.5 + 0.25 + 0.25)


def test_a_counter_that_began_again(root: Path) -> None:
    meter = find_meter(root)
    put(root, "intel-rapl:0", LIMIT - 1_000_000)
    before = meter.read()
    put(root, "intel-rapl:0", 2_000_000)
    assert meter.joules(before, meter.read()) == pytest.approx(3.0)


def test_a_counter_that_began_again_nobody_knows_where(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", "package-0", 5_000_000)
    (tmp_path / "intel-rapl:0" / "max_energy_range_uj").unlink()
    meter = find_meter(tmp_path)
    before = meter.read()
    put(tmp_path, "intel-rapl:0", 1)
    with pytest.raises(EnergyUnmeasurable, match="began again"):
        meter.joules(before, meter.read())


@pytest.mark.parametrize("name", [None, "core", "psys"])
def test_a_machine_without_counters(tmp_path: Path, name: str | None) -> None:
    if name:
        zone(tmp_path, "intel-rapl:0", name, 1)
    with pytest.raises(EnergyUnmeasurable, match="no counters"):
        find_meter(tmp_path / "nowhere" if name is None else tmp_path)


def test_what_only_administrators_may_read(tmp_path: Path) -> None:
    counter = zone(tmp_path, "intel-rapl:0", "package-0", 1)
    counter.chmod(0)
    if os.access(counter, os.R_OK):
        pytest.skip("this test's user may read everything")
    with pytest.raises(EnergyUnmeasurable, match=r"only administrators.*energy_uj"):
        find_meter(tmp_path)


def test_a_counter_that_goes_away(tmp_path: Path) -> None:
    counter = zone(tmp_path, "intel-rapl:0", "package-0", 1)
    meter = find_meter(tmp_path)
    counter.unlink()
    with pytest.raises(EnergyUnmeasurable, match="cannot be read"):
        meter.read()


def test_a_counter_that_is_no_number(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", "package-0", 1).write_text("\n")
    with pytest.raises(EnergyUnmeasurable, match="no number"):
        find_meter(tmp_path)
