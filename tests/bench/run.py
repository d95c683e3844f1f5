"""`make bench`: speed and memory as one JSON object. It never fails on time.

The names and their targets are explained in CONTRIBUTING.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import (
    compare_bench,
    download_bench,
    lens_bench,
    models_bench,
    random_models,
    search_bench,
    suite_bench,
    transcript_bench,
    tune_bench,
    window_bench,
    wire_bench,
)
from benchtop.resources import starter_model
from benchtop.services.data_folder import DataFolder

MODELS = Path(__file__).resolve().parents[2] / ".bench"


def main() -> int:
    """Measure everything; print one JSON object on stdout, what is being measured on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra-model", type=Path, help="measure the wire with this model too")
    parser.add_argument("--only", help="measure only names that contain this")
    parser.add_argument("--here", metavar="NAME", help="measure this one in this process")
    options = parser.parse_args()
    extra = options.extra_model.absolute() if options.extra_model else None
    if options.here:
        print(json.dumps(one(options.here, extra)))
        return 0
    results: dict[str, Any] = {}
    if "tune" in (options.only or "tune"):
        sys.stderr.write(tune_bench.missing())
    for name in names(extra):
        if not options.only or options.only in name:
            sys.stderr.write(f"{name}\n")
            results.update(in_own_process(name, extra))
    print(json.dumps(results, indent=1))
    return 0


def in_own_process(name: str, extra: Path | None) -> dict[str, Any]:
    """One measure in a process of its own, so that none finds what another has left in memory."""
    words = [sys.executable, __file__, "--here", name]
    words += ["--extra-model", str(extra)] if extra else []
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stderr[-3000:])
        raise SystemExit(f"{name} could not be measured")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def one(name: str, extra: Path | None) -> dict[str, Any]:
    """What one measure found, by name."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["BENCHTOP_HOME"] = scratch
        folder = DataFolder(Path(scratch))
        folder.prepare()
        found = measures(folder, extra)[name]()
    return found if isinstance(found, dict) else {name: found}


def names(extra: Path | None) -> list[str]:
    """Every measure's name; makes the models that are missing."""
    return list(measures(DataFolder(Path()), extra))


def measures(folder: DataFolder, extra: Path | None) -> dict[str, Callable[[], Any]]:
    """What is measured, by name, in an order that leaves the machine quiet for each."""
    big = random_models.random_model(MODELS / "random-135m-q8_0.gguf", random_models.SMOLLM2_135M)
    tiny = random_models.random_model(MODELS / "random-tiny-q8_0.gguf", random_models.TINY_LONG)
    starter = starter_model()
    found: dict[str, Callable[[], Any]] = {
        "wire_vs_decode": lambda: _wire("wire_vs_decode", folder, big, 384),
        "wire_vs_decode_starter": lambda: _wire("wire_vs_decode_starter", folder, starter, 512),
    }
    if extra is not None:
        found["wire_vs_decode_extra"] = lambda: _wire("wire_vs_decode_extra", folder, extra, 384)
    found |= {
        "token_cost_growth": lambda: wire_bench.token_cost_growth(folder, tiny),
        "reuse": lambda: wire_bench.reuse(folder, starter),
        "compare_overhead": lambda: compare_bench.compare_overhead(folder, big),
        "adapter_switch_ms": lambda: compare_bench.adapter_switch_ms(folder, big),
        "adapter_attach_ms": lambda: tune_bench.adapter_attach_ms(
            folder, big, random_models.SMOLLM2_135M
        ),
        "tune_tokens_per_second": lambda: tune_bench.tune_tokens_per_second(big),
        "tune_peak_memory_checkpointing": lambda: tune_bench.tune_peak_memory_checkpointing(big),
        "tune_load_ratio": lambda: tune_bench.tune_load_ratio(big),
        "tune_last8_speedup": lambda: tune_bench.tune_last8_speedup(big),
        "suite_throughput": lambda: suite_bench.suite_throughput(folder, big),
        "rank_ms": compare_bench.rank_ms,
        "lens_ms": lambda: lens_bench.lens_ms(folder, big),
        "lens_starter_ms": lambda: lens_bench.lens_starter_ms(folder, starter),
        "transcript_p95_ms": lambda: round(transcript_bench.transcript_p95_ms(), 2),
        "transcript_list_p95_ms": lambda: round(transcript_bench.transcript_list_p95_ms(), 2),
        "open_conversation_ms": lambda: round(transcript_bench.open_conversation_ms(folder), 1),
        "search_ms": lambda: search_bench.search_ms(folder.root / "search"),
        "download_ratio": lambda: download_bench.download_ratio(folder),
        "parallel_ratio": lambda: download_bench.parallel_ratio(folder),
        "resume_refetched_bytes": lambda: download_bench.resume_refetched_bytes(folder),
        "remote_header_bytes": lambda: download_bench.remote_header_bytes(folder),
        "library_open_ms": lambda: models_bench.library_open_ms(folder),
        "models_ui_stall_ms": lambda: models_bench.models_ui_stall_ms(folder),
        "first_paint_ms": lambda: window_bench.first_paint_ms(folder.root / "window"),
        "gui_rss_mb": lambda: window_bench.gui_rss_mb(folder.root / "window"),
    }
    return found


def _wire(name: str, folder: DataFolder, path: Path, tokens: int) -> dict[str, Any]:
    """The ratio under its own name, and the rates it came from beside it."""
    found = wire_bench.wire_vs_decode(folder, path, tokens)
    return {name: found.pop("ratio"), f"{name}_rates": found}


if __name__ == "__main__":
    sys.exit(main())
