from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch

from benchtop.domain.adapters import RUN_KEY, RUNS_KEY, UNKNOWN_RUN, runs_inside
from benchtop.domain.errors import AdapterFailed, FileNotWritten
from benchtop.domain.gguf import read_header
from benchtop.domain.model_errors import ModelFileMissing
from benchtop.services.gguf_texts import replace_texts
from benchtop.tuning.adapter_file import adapter_matrices, write_adapter
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.merge import merge_adapters
from unit.tuning.decoder_kit import adapted, some_tokens
from unit.tuning.plain_decoder import PlainDecoder
from unit.tuning.random_bases import KINDS, random_base
from unit.tuning.test_adapter_file import full_disk
from workers.raw_logits import raw_model
from workers.tiny_gguf import CHATML

OpenBase = Callable[[Path], Decoder]
Q8_0 = gguf.GGMLQuantizationType.Q8_0
PLAN = LoraPlan(4, 6.0, last_layers=3)


@pytest.fixture
def adapter(bases: dict[str, Path], open_base: OpenBase, tmp_path: Path) -> Path:
    """An adapter for the llama base that changes its last three layers."""
    return written(tmp_path / "adapter.gguf", open_base(bases["llama"]), PLAN)


def written(path: Path, decoder: Decoder, plan: LoraPlan, seed: int = 1) -> Path:
    write_adapter(path, adapted(decoder, plan, seed), plan, {"general.name": path.stem})
    return path


def said(_fraction: float) -> None:
    """A listener that does nothing."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_merged_model_computes_what_its_base_does_with_the_adapter(
    kind: str, bases: dict[str, Path], open_base: OpenBase, tmp_path: Path, library: Path
) -> None:
    adapter = written(tmp_path / "adapter.gguf", open_base(bases[kind]), PLAN)
    target, heard = tmp_path / "merged.gguf", [0.0]
    merge_adapters(bases[kind], [(adapter, 1.0)], library, target, heard.append)
    tokens = some_tokens(1, 40)[0].tolist()
    with raw_model(bases[kind]) as model:
        wanted, without = (model.logits(tokens, one, exact=True) for one in (adapter, None))
    with raw_model(target) as model:
        found = model.logits(tokens, exact=True)
    assert np.abs(wanted - without).max() > 0.3
    assert np.abs(wanted - found).max() < (1e-3 if kind == "gemma3" else 2e-5)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0, abs=1e-3)
    open_base(target)


def test_all_that_is_not_changed_is_copied_byte_for_byte(
    open_base: OpenBase, tmp_path: Path, library: Path
) -> None:
    base = random_base(tmp_path / "base.gguf", "qwen3", quantised=Q8_0)
    adapter = written(tmp_path / "some.gguf", open_base(base), PLAN)
    merge_adapters(base, [(adapter, 1.0)], library, tmp_path / "merged.gguf", said)
    before, after = (gguf.GGUFReader(path) for path in (base, tmp_path / "merged.gguf"))
    changed = {f"{name}.weight" for name in adapter_matrices(adapter)}
    assert [tensor.name for tensor in before.tensors] == [tensor.name for tensor in after.tensors]
    for old, new in zip(before.tensors, after.tensors, strict=True):
        assert list(old.shape) == list(new.shape)
        if old.name in changed:
            assert (old.tensor_type, new.tensor_type) == (Q8_0, gguf.GGMLQuantizationType.F16)
        else:
            assert old.tensor_type == new.tensor_type
            assert old.data.tobytes() == new.data.tobytes()
    other = {"general.name", "general.file_type", "general.base_model.count"}
    old_fields, new_fields = (
        {
            name: field.contents()
            for name, field in reader.fields.items()
            if not name.startswith("GGUF.")
        }
        for reader in (before, after)
    )
    assert {name: new_fields[name] for name in old_fields if name not in other} == {
        name: value for name, value in old_fields.items() if name not in other
    }
    assert new_fields["tokenizer.chat_template"] == CHATML
    assert new_fields["general.name"] == "random qwen3 + some"
    assert new_fields["general.base_model.count"] == 2
    assert new_fields["general.base_model.0.name"] == "random qwen3"
    assert new_fields["general.base_model.1.name"] == "some"


def test_the_sum_is_made_in_32_bits_with_the_strength_of_each(
    open_base: OpenBase, tmp_path: Path, library: Path
) -> None:
    base = random_base(tmp_path / "base.gguf", "llama", quantised=Q8_0)
    first = written(tmp_path / "first.gguf", open_base(base), PLAN)
    plan = LoraPlan(2, 5.0, targets=("ffn_up", "attn_v"))
    second = written(tmp_path / "second.gguf", open_base(base), plan, seed=7)
    target = tmp_path / "merged.gguf"
    merge_adapters(base, [(first, 0.5), (second, -2.0)], library, target, said)
    wanted, found = PlainDecoder(base).tensors, PlainDecoder(target).tensors
    for path, strength in ((first, 0.5), (second, -2.0)):
        for name, one in adapter_matrices(path).items():
            delta = torch.from_numpy(one.b) @ torch.from_numpy(one.a)
            wanted[f"{name}.weight"] = wanted[f"{name}.weight"] + strength * one.scale * delta
    for name, tensor in wanted.items():
        assert torch.allclose(found[name], tensor, atol=2e-5, rtol=6e-4), name  # a float of 16 bits
    assert read_header(target).quantisation == "F16"


def test_the_new_file_names_the_runs_that_made_what_is_inside(
    bases: dict[str, Path], adapter: Path, open_base: OpenBase, tmp_path: Path, library: Path
) -> None:
    base, named = bases["llama"], tmp_path / "named.gguf"
    facts = {"general.name": "named", RUN_KEY: "run7"}
    write_adapter(named, adapted(open_base(base), PLAN, 3), PLAN, facts)
    once, twice = tmp_path / "once.gguf", tmp_path / "twice.gguf"
    merge_adapters(base, [(named, 1.0)], library, once, said)
    merge_adapters(once, [(adapter, 1.0), (named, 0.5)], library, twice, said)
    assert [runs_inside(read_header(one)) for one in (base, once, twice)] == [
        (), ("run7",), ("run7", UNKNOWN_RUN),
    ]  # fmt: skip
    replace_texts(once, {RUNS_KEY: ""})  # as of one that was merged before this was said
    assert runs_inside(read_header(once)) == (UNKNOWN_RUN,)
    replace_texts(once, {"general.name": "a merge of another house"})
    assert runs_inside(read_header(once)) == ()


def test_adapters_that_do_not_fit_are_refused_before_anything_is_written(
    bases: dict[str, Path], adapter: Path, open_base: OpenBase, tmp_path: Path, library: Path
) -> None:
    target = tmp_path / "merged.gguf"
    wrong = written(tmp_path / "wrong.gguf", open_base(bases["qwen3"]), PLAN)
    with pytest.raises(AdapterFailed, match="one for qwen3 models") as caught:
        merge_adapters(bases["llama"], [(adapter, 1.0), (wrong, 1.0)], library, target, said)
    assert str(wrong) in str(caught.value)
    smaller = random_base(tmp_path / "s.gguf", "llama", without=["blk.6.attn_q.weight"])
    with pytest.raises(AdapterFailed, match=r"blk.6.attn_q is not one of the model's"):
        merge_adapters(smaller, [(adapter, 1.0)], library, target, said)
    packed = random_base(tmp_path / "p.gguf", "llama", quantised=Q8_0)
    with pytest.raises(AdapterFailed, match="too large to be written"):
        merge_adapters(packed, [(adapter, 1e9)], library, target, said)
    with pytest.raises(ModelFileMissing):
        merge_adapters(bases["llama"], [(tmp_path / "none", 1.0)], library, target, said)
    assert not target.exists()
    assert not list(tmp_path.glob(".*"))


def test_a_model_is_never_written_over_itself(
    bases: dict[str, Path], adapter: Path, tmp_path: Path, library: Path
) -> None:
    before = bases["llama"].read_bytes()
    link = tmp_path / "link.gguf"
    link.symlink_to(bases["llama"])
    for target in (bases["llama"], link):
        with pytest.raises(FileNotWritten, match="the model that is merged from"):
            merge_adapters(bases["llama"], [(adapter, 1.0)], library, target, said)
    assert bases["llama"].read_bytes() == before


@pytest.mark.parametrize("part", [0.01, 0.6, 0.9999])
def test_a_full_disk_leaves_nothing(
    part: float, bases: dict[str, Path], adapter: Path, tmp_path: Path, library: Path
) -> None:
    target, size = tmp_path / "merged.gguf", bases["llama"].stat().st_size
    with full_disk(int(size * part)), pytest.raises(FileNotWritten, match="large"):
        merge_adapters(bases["llama"], [(adapter, 1.0)], library, target, said)
    assert not target.exists()
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(FileNotWritten):
        merge_adapters(bases["llama"], [(adapter, 1.0)], library, tmp_path / "no" / "m.gguf", said)


def test_a_listener_that_raises_ends_it_and_leaves_what_was_there(
    bases: dict[str, Path], adapter: Path, tmp_path: Path, library: Path
) -> None:
    target = tmp_path / "merged.gguf"
    target.write_bytes(b"before")

    def enough(fraction: float) -> None:
        if fraction > 0.5:
            raise InterruptedError

    with pytest.raises((InterruptedError, FileNotWritten)):
        merge_adapters(bases["llama"], [(adapter, 1.0)], library, target, enough)
    assert target.read_bytes() == b"before"
    assert not list(tmp_path.glob(".*"))


DIE = """
import os, sys
from pathlib import Path
from benchtop.tuning.merge import merge_adapters
base, adapter, library, target = map(Path, sys.argv[1:])
merge_adapters(base, [(adapter, 1.0)], library, target, lambda part: part < 0.5 or os.kill(os.getpid(), 9))
"""


def test_a_death_in_the_middle_leaves_nothing_under_the_name_and_the_next_attempt_works(
    bases: dict[str, Path], adapter: Path, tmp_path: Path, library: Path
) -> None:
    target = tmp_path / "merged.gguf"
    words = [str(one) for one in (bases["llama"], adapter, library, target)]
    done = subprocess.run([sys.executable, "-c", DIE, *words], check=False)
    assert done.returncode == -9
    assert not target.exists()
    assert len(list(tmp_path.glob(".merged.gguf*"))) == 1
    merge_adapters(bases["llama"], [(adapter, 1.0)], library, target, said)
    assert read_header(target).data_end == target.stat().st_size
    assert not list(tmp_path.glob(".*"))
