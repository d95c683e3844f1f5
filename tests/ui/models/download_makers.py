"""Downloads to show in tests and pictures."""

from __future__ import annotations

from benchtop.domain.downloads import Wait
from benchtop.ui.models.download_rows import DownloadRow

GB = 1_000_000_000
CUT = (
    "The download of Llama-3.2-3B-Instruct-Q4_K_M.gguf broke off at 1.1 GB of 2.0 GB: what is here "
    "stays, and trying again goes on from there."
)


def some_downloads() -> list[DownloadRow]:
    """One of each state."""
    return [
        DownloadRow("a", "Qwen3 4B Q4_K_M", "Qwen/Qwen3-4B-GGUF", "running",
                    1_230_000_000, 4_100_000_000, 8_300_000),
        DownloadRow("b", "Gemma 3 1B Q8_0", "ggml-org/gemma-3-1b-it-GGUF", "checking",
                    1_070_000_000, 1_070_000_000),
        DownloadRow("c", "Llama 3.2 3B Instruct Q4_K_M", "bartowski/Llama-3.2-3B-Instruct-GGUF",
                    "failed", 1_100_000_000, 2_020_000_000, error=CUT),
        DownloadRow("d", "Phi-4 mini", "unsloth/Phi-4-mini-instruct-GGUF", "paused",
                    410_000_000, 2_490_000_000),
        DownloadRow("e", "SmolLM3 3B", "ggml-org/SmolLM3-3B-GGUF", "queued", 0, 1_920_000_000),
        DownloadRow("f", "LFM2 350M", "LiquidAI/LFM2-350M-GGUF", "done", 379_000_000, 379_000_000),
    ]  # fmt: skip


GATED = (
    "The makers of google/gemma-3-1b-it-qat-q4_0-gguf ask for your agreement: accept their terms at "
    "https://huggingface.co/google/gemma-3-1b-it-qat-q4_0-gguf, and sign in with the same account in "
    "Settings or by `benchtop models login`."
)


def held_up_downloads() -> list[DownloadRow]:
    """One that runs, one of each wait, and one whose makers ask for agreement."""
    waits = (Wait("hub", 1_800_000_000.0), Wait("elsewhere"), Wait("shared"), Wait("again"))
    states = ("queued", "queued", "queued", "running")
    names = ("Qwen3 4B Q4_K_M", "SmolLM3 3B Q4_K_M", "Gemma 3 4B Q8_0", "LFM2 1.2B Q4_K_M")
    rows = [
        DownloadRow(f"w{n}", name, "ggml-org/some-GGUF", state, n * 300_000_000, 2 * GB, wait=wait)
        for n, (name, state, wait) in enumerate(zip(names, states, waits, strict=True))
    ]
    gated = DownloadRow(
        "gated", "gemma-3-1b-it-qat-q4_0-gguf Q4_0", "google/gemma-3-1b-it-qat-q4_0-gguf", "failed",
        0, GB, error=GATED, terms="https://huggingface.co/google/gemma-3-1b-it-qat-q4_0-gguf",
    )  # fmt: skip
    return [some_downloads()[0], gated, *rows]


def many_downloads(step: int, count: int = 50) -> list[DownloadRow]:
    """Two running, the rest waiting; each ``step`` they are a little further."""
    return [
        DownloadRow(
            f"id{number}",
            f"Model number {number}",
            f"owner/model-{number}",
            "running" if number < 2 else "queued",
            (step * 1_000_000 + number) % (2 * GB) if number < 40 else 0,
            2 * GB,
            8_000_000.0 + step if number < 2 else 0.0,
        )
        for number in range(count)
    ]
