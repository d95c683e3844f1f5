from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch

from benchtop.domain.adapters import inspect_adapter
from benchtop.domain.errors import AdapterFailed
from benchtop.domain.gguf import read_header
from benchtop.domain.model_errors import GgufTruncated, ModelFileMissing
from benchtop.domain.training import TrainingSettings
from benchtop.tuning.adapter_file import adapter_matrices, read_adapter, write_adapter
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.lora import LoraPlan
from unit.tuning.decoder_kit import adapted, gradients, mean_loss, some_tokens
from unit.tuning.random_bases import KINDS, LAYERS
from workers.raw_logits import raw_model

OpenBase = Callable[[Path], Decoder]
PLAN = LoraPlan(4, 6.0)
FACTS = {"general.name": "rows", "benchtop.run": "r1", "benchtop.step": 12, "benchtop.loss": 0.5}


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file grows beyond ``size`` bytes: the system refuses the write as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", KINDS)
def test_llama_cpp_computes_with_the_adapter_what_the_trainer_does(
    kind: str, bases: dict[str, Path], open_base: OpenBase, tmp_path: Path
) -> None:
    decoder = adapted(open_base(bases[kind]), PLAN)
    write_adapter(tmp_path / "a.gguf", decoder, PLAN, FACTS)
    tokens = some_tokens(1, 40)
    with torch.no_grad():
        ours = decoder.logits(tokens)[0].double().numpy()
    with raw_model(bases[kind]) as model:
        theirs = model.logits(tokens[0].tolist(), tmp_path / "a.gguf", exact=True)
        without = model.logits(tokens[0].tolist(), exact=True)
    assert np.abs(theirs - without).max() > 0.5
    assert np.abs(ours - theirs).max() < (1e-3 if kind == "gemma3" else 2e-5)


def test_an_adapter_says_what_it_is(
    bases: dict[str, Path], open_base: OpenBase, tmp_path: Path
) -> None:
    plan = LoraPlan.of(TrainingSettings(rank=3, alpha=6.0, last_layers=2))
    decoder = adapted(open_base(bases["qwen3"]), plan)
    write_adapter(tmp_path / "a.gguf", decoder, plan, FACTS)
    found = inspect_adapter(tmp_path / "a.gguf")
    assert (found.name, found.architecture, found.rank) == ("rows", "qwen3", 3)
    assert (found.width, found.feed_forward, found.layers) == (96, 160, LAYERS)
    metadata = read_header(tmp_path / "a.gguf").metadata
    assert metadata["adapter.lora.alpha"] == 6.0
    assert metadata["benchtop.step"] == 12
    assert metadata["benchtop.loss"] == 0.5
    fields = gguf.GGUFReader(tmp_path / "a.gguf").tensors  # another reader of the format
    assert {tensor.name for tensor in fields} == {
        f"{name}.weight.lora_{half}" for name in decoder.adapters() for half in "ab"
    }


def test_what_was_written_is_read_back_to_the_bit(
    bases: dict[str, Path], open_base: OpenBase, tmp_path: Path
) -> None:
    decoder, other = open_base(bases["llama"]), open_base(bases["llama"])
    write_adapter(tmp_path / "a.gguf", adapted(decoder, PLAN, seed=1), PLAN, FACTS)
    adapted(other, PLAN, seed=2)
    read_adapter(tmp_path / "a.gguf", other)
    for name, lora in decoder.adapters().items():
        assert torch.equal(lora.a, other.adapters()[name].a)
        assert torch.equal(lora.b, other.adapters()[name].b)
    tokens = some_tokens(1, 12)
    gradients(other, mean_loss(other, tokens))  # they still learn


def test_the_same_seed_makes_the_same_bytes(
    bases: dict[str, Path], open_base: OpenBase, tmp_path: Path
) -> None:
    def trained(name: str, seed: int) -> bytes:
        decoder, tokens = open_base(bases["qwen2"]), some_tokens(2, 20)
        decoder.add_adapters(PLAN, seed)
        optimiser = torch.optim.AdamW(decoder.parameters(), lr=1e-2)
        for _step in range(3):
            optimiser.zero_grad()
            mean_loss(decoder, tokens).backward()
            optimiser.step()
        write_adapter(tmp_path / name, decoder, PLAN, FACTS)
        return (tmp_path / name).read_bytes()

    first = trained("a.gguf", 5)
    assert trained("b.gguf", 5) == first
    assert trained("c.gguf", 6) != first


@pytest.mark.parametrize("part", [0.0, 0.001, 0.5, 0.9999])
def test_a_full_disk_is_told_and_leaves_what_was_there(
    part: float, bases: dict[str, Path], open_base: OpenBase, tmp_path: Path
) -> None:
    decoder, path = adapted(open_base(bases["llama"]), PLAN), tmp_path / "a.gguf"
    write_adapter(path, decoder, PLAN, FACTS)
    before = path.read_bytes()
    with full_disk(int(len(before) * part)), pytest.raises(OSError, match="large"):
        write_adapter(path, decoder, PLAN, FACTS | {"general.name": "newer"})
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.glob("*.gguf*")] == ["a.gguf"]
    assert not list(tmp_path.glob(".*"))


DIE = """
import os, sys
from pathlib import Path
from benchtop.tuning.whole_file import whole_file
path = Path(sys.argv[1])
with whole_file(path) as beside, beside.open("wb") as stream:
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), 9)
"""


def test_a_writer_that_is_killed_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"whole")
    done = subprocess.run([sys.executable, "-c", DIE, str(path)], check=False)
    assert done.returncode == -9
    assert path.read_bytes() == b"whole"


OTHERS = [
    ("qwen3", PLAN, "one for qwen3 models"),
    ("llama", LoraPlan(4, 6.0, last_layers=2), "changes other matrices"),
    ("llama", LoraPlan(4, 6.0, targets=("attn_q",)), "changes other matrices"),
    ("llama", LoraPlan(2, 3.0), "of another size or rank"),
    ("llama", LoraPlan(4, 8.0), "another alpha"),
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other[2])
def test_an_adapter_of_another_kind_is_refused_and_nothing_changed(
    other: tuple[str, LoraPlan, str], bases: dict[str, Path], open_base: OpenBase, tmp_path: Path
) -> None:
    kind, plan, words = other
    path = tmp_path / "other.gguf"
    write_adapter(path, adapted(open_base(bases[kind]), plan), plan, FACTS)
    decoder = adapted(open_base(bases["llama"]), PLAN)
    before = [parameter.clone() for parameter in decoder.parameters()]
    with pytest.raises(AdapterFailed, match=words) as caught:
        read_adapter(path, decoder)
    assert str(path) in str(caught.value)
    assert all(map(torch.equal, before, decoder.parameters()))


def test_files_that_are_no_adapters_are_refused(
    bases: dict[str, Path], open_base: OpenBase, tmp_path: Path
) -> None:
    decoder = adapted(open_base(bases["llama"]), PLAN)
    with pytest.raises(AdapterFailed, match="not a LoRA adapter"):
        read_adapter(bases["llama"], decoder)
    with pytest.raises(ModelFileMissing):
        read_adapter(tmp_path / "none.gguf", decoder)
    write_adapter(tmp_path / "a.gguf", decoder, PLAN, FACTS)
    whole = (tmp_path / "a.gguf").read_bytes()
    (tmp_path / "a.gguf").write_bytes(whole[:-100])
    with pytest.raises(GgufTruncated):
        read_adapter(tmp_path / "a.gguf", decoder)
    (tmp_path / "a.gguf").write_bytes(
        whole.replace(b"blk.0.attn_k.weight.lora_a", b"blk.0.attn_k.weight.lora_c")
    )
    with pytest.raises(AdapterFailed, match=r"has a tensor blk.0.attn_k.weight.lora_c"):
        read_adapter(tmp_path / "a.gguf", decoder)
    with torch.no_grad():
        decoder.adapters()["blk.1.ffn_up"].b[0, 0] = torch.nan
    write_adapter(tmp_path / "a.gguf", decoder, PLAN, FACTS)
    with pytest.raises(AdapterFailed, match=r"blk.1.ffn_up.weight.lora_b holds what is no number"):
        adapter_matrices(tmp_path / "a.gguf")
