"""What graphics cards take, from counters in the place of NVIDIA's: none is in the machines of CI."""

from __future__ import annotations

import pytest

from benchtop.domain.compare_errors import EnergyUnmeasurable
from benchtop.services.energy import EnergyMeter
from benchtop.services.gpu_energy import GpuCounter, GpuMeter, gpu_meter, nvidia_counters
from benchtop.services.measure_kinds import EnergyMeters

CARD = "NVIDIA GeForce RTX 3060"


class Card:
    """A counter that is put."""

    def __init__(self, millijoules: int) -> None:
        self.millijoules = millijoules

    def counter(self, name: str = CARD) -> GpuCounter:
        return GpuCounter(name, lambda: self.millijoules)


def test_only_cards_of_the_name_are_counted() -> None:
    first, second, other = Card(5_000), Card(100), Card(9_000)
    counters = [first.counter(), second.counter(CARD.upper()), other.counter("NVIDIA T400")]
    meter = gpu_meter(CARD, counters)
    before = meter.read()
    first.millijoules += 2_500
    second.millijoules += 500
    other.millijoules += 70_000
    assert meter.joules(before, meter.read()) == pytest.approx(3.0)


def test_a_counter_that_began_again_says_so() -> None:
    card = Card(5_000)
    meter = gpu_meter(CARD, [card.counter()])
    before = meter.read()
    card.millijoules = 10
    with pytest.raises(EnergyUnmeasurable, match="began again"):
        meter.joules(before, meter.read())


def test_a_card_that_does_not_tell_is_named() -> None:
    with pytest.raises(EnergyUnmeasurable, match="Radeon"):
        gpu_meter("AMD Radeon", [Card(1).counter()])


def test_the_meter_is_that_of_what_the_model_runs_on() -> None:
    processor = EnergyMeter((), 1, has_memory=False)
    meters = EnergyMeters(processor, (Card(1).counter(),))
    assert meters.of("") is processor
    assert isinstance(meters.of(CARD), GpuMeter)
    without = EnergyMeters(EnergyUnmeasurable(detail="no counters"), meters.gpus)
    assert isinstance(without.of(CARD), GpuMeter)
    with pytest.raises(EnergyUnmeasurable, match="no counters"):
        without.of("")


def test_cards_are_looked_for_on_any_machine() -> None:
    for counter in nvidia_counters():  # none without NVIDIA's driver, and no error
        assert counter.read() >= 0
