"""Measured models to show."""

from __future__ import annotations

from benchtop.ui.compare.measure_rows import DepthSpeed, Measured, MeasureJob, MeasureRow

TEXT = "my chats, 48,120 tokens, windows of 512"
NOT_HERE = "This machine's processor has no energy counter that Benchtop may read."


def speeds(prompt: float, reply: float) -> tuple[DepthSpeed, ...]:
    """They fall with depth; the last is beyond the context."""
    return (
        DepthSpeed(0, prompt, reply),
        DepthSpeed(1_024, prompt * 0.8, reply * 0.7),
        DepthSpeed(4_096, None, None),
    )


def model(number: int, name: str, perplexity: float, speed: float, memory: int) -> MeasureRow:
    """A model of which all is known but energy."""
    return MeasureRow(
        f"m{number}", name, memory - 20_000_000, Measured(perplexity, perplexity / 80, TEXT),
        speeds=speeds(speed * 9, speed), memory=memory, unmeasurable=NOT_HERE,
    )  # fmt: skip


def some_models() -> list[MeasureRow]:
    """The reference, its quantisations, one under way, one that failed, one with energy."""
    damage = {"reference": "SmolLM2 135M · F16"}
    return [
        MeasureRow(
            "f16", "SmolLM2 135M · F16", 271_000_000, Measured(17.42, 0.21, TEXT), is_reference=True,
            speeds=speeds(410, 38.4), memory=340_000_000, joules=812.0,
            energy_scope="The whole processor package, by RAPL.",
        ),
        MeasureRow(
            "q8", "SmolLM2 135M · Q8_0", 145_000_000, Measured(17.45, 0.21, TEXT),
            Measured(0.0014, 0.0001), Measured(0.021, 0.002), Measured(0.984, 0.002), **damage,
            speeds=speeds(520, 61.2), memory=213_000_000, joules=470.0,
            energy_scope="The whole processor package, by RAPL.",
        ),
        MeasureRow(
            "q4", "SmolLM2 135M · Q4_K_M", 105_000_000, Measured(18.61, 0.23, TEXT), **damage,
            speeds=speeds(480, 84.0), memory=171_000_000, unmeasurable=NOT_HERE,
            jobs={"divergence": MeasureJob(0.43)},
        ),
        MeasureRow(
            "st", "starter · 3.6M · Q8_0", 4_100_000, Measured(151.3, 2.9, TEXT),
            speeds=(DepthSpeed(0, 21_400, 2_310.0), DepthSpeed(1_024)), memory=41_000_000,
            troubles={"divergence": "starter and SmolLM2 135M · F16 have different vocabularies: "
                      "choose another reference."},
        ),
        MeasureRow("new", "Qwen3 0.6B · Q8_0", 640_000_000),
    ]  # fmt: skip


def cloud() -> list[MeasureRow]:
    """Many models close together, whose names have to find room."""
    return [
        model(
            n,
            f"model {n} · Q{2 + n % 6}",
            14 + n % 5 * 0.6,
            30 + n // 5 * 9,
            90_000_000 * (1 + n % 7),
        )
        for n in range(14)
    ]
