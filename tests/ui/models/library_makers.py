"""Models to show in tests and pictures."""

from __future__ import annotations

from benchtop.ui.models.library_rows import (
    DiskShare,
    LibraryDetail,
    LibraryRow,
    ModelAdapter,
    PastLoad,
)
from benchtop.ui.models.rows import FitRow

GB = 1_000_000_000
NOW = 1_795_000_000.0
EASY = FitRow("easy", 8_192, 8_192, 3 * GB, 11 * GB)
TIGHT = FitRow("tight", 8_192, 8_192, 10 * GB, 11 * GB)
SMALLER = FitRow("smaller", 8_192, 2_048, 13 * GB, 11 * GB)
HOME = "/home/me/.local/share/benchtop/models"


def some_models() -> list[LibraryRow]:
    """One of each kind."""
    return [
        LibraryRow(
            "q", "Qwen3 4B", f"{HOME}/Qwen3-4B-Q4_K_M.gguf", 2_500_000_000, "Q4_K_M", "qwen3",
            4_020_000_000, 40_960, "apache-2.0", "hub", repo="Qwen/Qwen3-4B-GGUF", added=NOW - 9e6,
            last_used=NOW - 500, tokens_per_second=11.7, predicted_bytes=3_100_000_000,
            measured_bytes=2_980_000_000, fit=EASY, in_use=True, owned=True, files=2, freed=3_350_000_000,
        ),
        LibraryRow(
            "l", "Llama 3.2 3B Instruct", f"{HOME}/Llama-3.2-3B.gguf", 2_020_000_000, "Q4_K_M",
            "llama", 3_210_000_000, 131_072, "llama3.2", "hub", added=NOW - 4e6,
            last_used=NOW - 90_000, tokens_per_second=14.2, predicted_bytes=2_900_000_000,
            measured_bytes=2_750_000_000, fit=EASY, newer=True, owned=True, freed=2_020_000_000,
            same_file="x",
        ),
        LibraryRow(
            "o", "llama3.2:3b", "/usr/share/ollama/.ollama/models/blobs/sha256-dde5aa3fc5ff",
            2_020_000_000, "Q4_K_M", "llama", 3_210_000_000, 131_072, "llama3.2", "found", "Ollama",
            added=NOW - 4e6, predicted_bytes=2_900_000_000, fit=EASY, same_file="x",
        ),
        LibraryRow(
            "s", "starter", "/opt/benchtop/starter.gguf", 3_900_000, "Q8_0", "llama", 3_580_000,
            1_024, "mit", "starter", added=NOW - 9e7, last_used=NOW - 3e6, tokens_per_second=1_241,
            predicted_bytes=41_000_000, measured_bytes=40_200_000, fit=EASY, removable=False,
        ),
        LibraryRow(
            "g", "Gemma 3 12B", "/mnt/usb/gemma-3-12b.gguf", 7_300_000_000, "Q4_K_M", "gemma3",
            11_800_000_000, 131_072, "gemma", "imported", added=NOW - 2e6,
            predicted_bytes=9_800_000_000, fit=SMALLER, missing=True,
        ),
        LibraryRow(
            "p", "Phi-4 mini instruct with a rather long name of its own", f"{HOME}/phi.gguf",
            2_490_000_000, "Q4_K_M", "phi3", 3_840_000_000, 131_072, "mit", "hub", added=NOW - 100,
            predicted_bytes=3_300_000_000, fit=TIGHT, checking=0.42, owned=True, freed=2_490_000_000,
        ),
    ]  # fmt: skip


def many_models(count: int = 500) -> list[LibraryRow]:
    """Enough to fill any list."""
    kinds = ("llama", "qwen3", "gemma3", "phi3", "granite")
    return [
        LibraryRow(
            f"id{number}", f"Model {number} of many", f"{HOME}/model-{number}.gguf",
            (number % 37 + 1) * 130_000_000, "Q4_K_M" if number % 3 else "Q8_0", kinds[number % 5],
            (number % 80 + 1) * 100_000_000, 32_768, "apache-2.0", "hub", added=NOW - number * 1_000,
            last_used=NOW - number * 5_000 if number % 2 else None,
            tokens_per_second=number / 7 if number % 2 else None,
            predicted_bytes=(number % 37 + 1) * 150_000_000, fit=EASY, owned=True,
        )
        for number in range(count)
    ]  # fmt: skip


def a_disk() -> DiskShare:
    """A disk with the models above."""
    sizes = tuple((row.name, row.bytes) for row in some_models() if row.id not in "og")
    return DiskShare("/home", 128 * GB, 31 * GB, (*sizes, ("Mistral 7B", 4_370_000_000)))


def a_detail(keys: int = 40) -> LibraryDetail:
    """Everything about the first model, with so many metadata keys."""
    metadata = [
        ("general.architecture", "qwen3"),
        ("general.name", "Qwen3 4B"),
        ("tokenizer.chat_template", "{%- if tools %}\n" + "{{ message.content }}\n" * 400),
        *((f"qwen3.key_{number:04}", str(number * 37)) for number in range(max(keys - 3, 0))),
    ]
    loads = tuple(
        PastLoad(NOW - day * 86_400, 4_096 * (day + 1), 3_100_000_000, 2_980_000_000 + day * 9_000_000,
                 11.7 - day / 5, 88.0 if day else None)
        for day in range(5)
    )  # fmt: skip
    return LibraryDetail(
        some_models()[0],
        "9c" * 32,
        NOW - 4_000,
        (
            ModelAdapter(
                "m",
                "My answers, 14 Nov",
                "/adapters/m.gguf",
                2_310_000,
                16,
                NOW - 90_000,
                learnt_from="My answers, version 3",
                has_card=True,
            ),
            ModelAdapter("s", "Shorter, kinder", "/adapters/s.gguf", 1_150_000, 8, NOW - 190_000),
        ),
        loads,
        tuple(metadata),
    )
