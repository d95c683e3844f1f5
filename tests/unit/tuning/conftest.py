"""Decoders of random bases, on one thread, so that no test waits for another's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
import tqdm

from benchtop.services.ggml_library import ggml_library
from benchtop.tuning.base_model import open_decoder
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.packed import Unpacker
from unit.tuning.other_bases import OTHERS, other_base
from unit.tuning.random_bases import KINDS, random_base

OpenBase = Callable[[Path], Decoder]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Other tests of this machine run beside these."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A random model of each kind, in 32-bit floats."""
    folder = tmp_path_factory.mktemp("bases")
    return {
        kind: random_base(folder / f"{place}.gguf", kind, seed=2)
        for place, kind in enumerate(KINDS)
    }


@pytest.fixture
def open_base(library: Path) -> Iterator[OpenBase]:
    """Open a model as a decoder; its threads end with the test."""
    unpackers: list[Unpacker] = []

    def opened(path: Path) -> Decoder:
        unpackers.append(Unpacker(library, threads=2))
        return open_decoder(path, unpackers[-1])

    yield opened
    for unpacker in unpackers:
        unpacker.close()


@pytest.fixture(scope="session")
def library() -> Path:
    """ggml's library, as it came with llama-cpp-python."""
    return Path(ggml_library())


@pytest.fixture(autouse=True)
def no_progress_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker switches progress bars off before they are imported."""
    monkeypatch.setattr(tqdm.tqdm, "monitor_interval", 0)


@pytest.fixture(scope="session")
def others(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A random model of each architecture that transformers computes, in 32-bit floats."""
    folder = tmp_path_factory.mktemp("others")
    return {name: other_base(folder / f"{name}.gguf", name, seed=2) for name in OTHERS}
