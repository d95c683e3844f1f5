"""Loading: progress, facts, and every file that is no model, in one plain sentence."""

import os
import signal
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchtop.domain.errors import BadParameter, BenchtopError
from benchtop.domain.generation import SamplingParams
from benchtop.domain.model_errors import (
    ArchitectureUnknown,
    GgufDamaged,
    GgufTruncated,
    GgufVersionUnknown,
    ModelEmpty,
    ModelFileMissing,
    ModelIsAdapter,
    ModelIsFolder,
    ModelLoadFailed,
    ModelNoPermission,
    ModelTooLarge,
    NotGguf,
)
from benchtop.engine.gpus import GPU_TYPE, devices, gpus
from benchtop.engine.llama import native
from benchtop.protocol.messages import Failed, Loaded, Loading, LoadModel
from workers.conftest import StartEngine
from workers.engine_client import EngineClient
from workers.tiny_gguf import lora_adapter, random_model


def test_loading_tells_its_progress_and_measures_the_threads(
    engine: EngineClient, tiny_model: Path
) -> None:
    engine.send(LoadModel("l", str(tiny_model)))
    seen = []
    while not (seen and isinstance(seen[-1], Loaded)):
        seen.append(engine.next())
    stages = [message.stage for message in seen if isinstance(message, Loading)]
    fractions = [message.fraction for message in seen if isinstance(message, Loading)]
    assert list(dict.fromkeys(stages)) == ["reading", "warming", "measuring"]
    assert fractions == sorted(fractions)
    facts = seen[-1]
    assert isinstance(facts, Loaded)
    assert facts.threads in facts.thread_speeds
    assert all(speed > 0 for speed in facts.thread_speeds.values())
    assert (facts.architecture, facts.quantisation, facts.name) == ("llama", "F32", "tiny")
    assert facts.file_bytes == tiny_model.stat().st_size
    assert facts.trained_context == facts.context_length == 1024
    assert (facts.template, facts.template_problem) == ("model", "")
    assert facts.memory_bytes > 10_000_000
    assert facts.load_seconds > 0


def test_a_given_thread_count_is_not_measured(engine: EngineClient, tiny_model: Path) -> None:
    facts = engine.load(tiny_model, threads=2)
    assert facts.threads == 2
    assert facts.thread_speeds == {}


def test_a_context_beyond_the_training_is_cut_to_it(engine: EngineClient, tiny_model: Path) -> None:
    assert engine.load(tiny_model, context_length=1_000_000).context_length == 1024
    assert engine.load(tiny_model, context_length=100).context_length == 100


def write_part(model: Path, to: Path, share: float) -> None:
    data = model.read_bytes()
    to.write_bytes(data[: int(len(data) * share)])


def write_with(model: Path, to: Path, at: int, data: bytes) -> None:
    whole = bytearray(model.read_bytes())
    whole[at : at + len(data)] = data
    to.write_bytes(whole)


SPOILT: dict[str, tuple[Callable[[Path, Path], object], type[BenchtopError]]] = {
    "text": (lambda _model, to: to.write_text("a poem"), NotGguf),
    "empty": (lambda _model, to: to.write_bytes(b""), ModelEmpty),
    "folder": (lambda _model, to: to.mkdir(), ModelIsFolder),
    "gone": (lambda _model, _to: None, ModelFileMissing),
    "version 99": (lambda m, to: write_with(m, to, 4, struct.pack("<I", 99)), GgufVersionUnknown),
    "absurd count": (lambda m, to: write_with(m, to, 8, struct.pack("<Q", 2**60)), GgufDamaged),
    "half": (lambda m, to: write_part(m, to, 0.5), GgufTruncated),
    "last byte": (lambda m, to: write_part(m, to, 0.9999), GgufTruncated),
    "header only": (lambda m, to: write_part(m, to, 0.01), GgufTruncated),
    "adapter": (lambda _model, to: lora_adapter(to), ModelIsAdapter),
    "architecture": (lambda _m, to: random_model(to, architecture="martian"), ArchitectureUnknown),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_file_that_is_no_model_is_explained_and_the_model_before_stays(
    tiny_engine: EngineClient, tiny_model: Path, tmp_path: Path, case: str
) -> None:
    spoil, error = SPOILT[case]
    path = tmp_path / "spoilt.gguf"
    spoil(tiny_model, path)
    with pytest.raises(error) as caught:
        tiny_engine.load(path)
    assert caught.value.facts["path"] == str(path)
    assert tiny_engine.status().path == str(tiny_model)
    assert tiny_engine.chat("Hello", params=SamplingParams(max_tokens=2)).finished


def test_a_missing_tensor_is_explained_in_llama_cpps_words(
    engine: EngineClient, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "lame.gguf"
    path.write_bytes(tiny_model.read_bytes().replace(b"blk.1.ffn_up", b"blk.1.ffn_xx"))
    with pytest.raises(ModelLoadFailed, match=r"\(tensor 'blk.1.ffn_up.weight' not found\)"):
        engine.load(path)


def test_a_model_larger_than_the_memory_is_refused_before_it_is_loaded(
    tiny_engine: EngineClient, tiny_model: Path
) -> None:
    with pytest.raises(ModelTooLarge) as caught:
        tiny_engine.load(tiny_model, context_length=1024, free_bytes=100_000)
    assert caught.value.facts["free"] == "100 kB"
    assert tiny_engine.status().path == str(tiny_model)


def test_a_context_nobody_asked_for_is_made_to_fit(engine: EngineClient, tiny_model: Path) -> None:
    whole = engine.load(tiny_model)
    tight = engine.load(tiny_model, free_bytes=whole.estimated_bytes - 1)
    assert tight.context_length == 768
    assert tight.estimated_bytes < whole.estimated_bytes


def test_what_was_learned_here_counts_when_a_model_is_loaded(
    engine: EngineClient, tiny_model: Path
) -> None:
    whole = engine.load(tiny_model)
    assert engine.load(tiny_model, free_bytes=whole.estimated_bytes + 1_000).context_length == 1024
    tight = engine.load(tiny_model, free_bytes=whole.estimated_bytes + 1_000, extra_bytes=1_001)
    assert tight.context_length == 768
    with pytest.raises(ModelTooLarge):
        engine.load(tiny_model, free_bytes=whole.estimated_bytes, extra_bytes=10**9)


def test_a_split_model_is_loaded_with_all_its_parts(
    engine: EngineClient, tiny_model: Path, tmp_path: Path
) -> None:
    first = random_model(tmp_path / "parts.gguf", tensors_per_file=10)
    parts = sorted(tmp_path.glob("parts-*.gguf"))
    assert len(parts) > 1
    facts = engine.load(first)
    assert facts.file_bytes == sum(part.stat().st_size for part in parts)
    greedy = SamplingParams(temperature=0, max_tokens=12)
    told = engine.chat("a", params=greedy).text
    engine.load(tiny_model)
    assert told == engine.chat("a", params=greedy).text
    parts[-1].unlink()
    with pytest.raises(ModelLoadFailed, match=f"{parts[-1].name} is not beside it"):
        engine.load(first)


def test_a_build_for_the_processor_has_no_gpus(engine: EngineClient, tiny_model: Path) -> None:
    if native.llama_supports_gpu_offload():
        pytest.skip("this llama.cpp is built for a GPU")
    facts = engine.load(tiny_model)
    assert (facts.gpus, facts.gpu, facts.gpu_bytes) == ((), "", 0)
    assert gpus() == ()
    (processor, *_rest) = devices()  # asked through the same functions as a GPU would be
    name, kind, _pointer, total, free = processor
    assert name
    assert kind != GPU_TYPE
    assert 0 < free <= total


def test_numbers_out_of_range_are_refused(engine: EngineClient, tiny_model: Path) -> None:
    with pytest.raises(BadParameter, match="context_length"):
        engine.load(tiny_model, context_length=0)
    with pytest.raises(BadParameter, match="threads"):
        engine.load(tiny_model, threads=0)


def test_loading_is_cancelled(engine: EngineClient, tiny_model: Path) -> None:
    engine.process.send_signal(signal.SIGSTOP)  # so that the Cancel is there before the model
    engine.send(LoadModel("l", str(tiny_model)))
    engine.cancel("l")
    engine.process.send_signal(signal.SIGCONT)
    engine.send(LoadModel("m", str(tiny_model), threads=1))
    answers = []
    while not (answers and isinstance(answers[-1], Loaded) and answers[-1].request_id == "m"):
        answers.append(engine.next())
    ends = [a for a in answers if isinstance(a, Failed | Loaded) and a.request_id == "l"]
    assert len(ends) == 1  # cancelled, or done before it was heard


NOT_ALL_POWERFUL = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def test_a_file_without_permission_is_explained(
    start_engine: StartEngine, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "secret.gguf"
    path.write_bytes(tiny_model.read_bytes())
    path.chmod(0)
    prefix: tuple[str, ...] = ()
    if os.access(path, os.R_OK):  # root may read everything, unless that right is taken away
        prefix = NOT_ALL_POWERFUL
        tried = subprocess.run([*prefix, "cat", path], capture_output=True, check=False)
        if tried.returncode == 0 or b"Permission denied" not in tried.stderr:
            pytest.skip("these tests run as a root that cannot give up its right to read")
    with pytest.raises(ModelNoPermission, match="may not be read"):
        start_engine(prefix=prefix).load(path)
