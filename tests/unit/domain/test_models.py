from __future__ import annotations

import hashlib
from pathlib import Path

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.file_sums import file_sha256
from benchtop.domain.generation import SamplingParams
from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.model_errors import ModelFileMissing, NotGguf
from benchtop.domain.models import (
    bytes_text,
    inspect_model,
    model_id,
    parameters_text,
)
from unit.domain.gguf_files import write_gguf

TEXT, UINT32, INT32 = gguf.GGUFValueType.STRING, gguf.GGUFValueType.UINT32, gguf.GGUFValueType.INT32


def test_a_file_is_inspected_without_its_weights(tmp_path: Path) -> None:
    path = tmp_path / "Tiny Model.gguf"
    data = write_gguf(
        path, tokenizer__chat_template=("{{ messages }}", TEXT), general__license=("mit", TEXT)
    )
    model = inspect_model(path)
    assert (model.name, model.path, model.bytes) == ("Tiny", str(path), len(data))
    assert (model.architecture, model.parameters, model.quantisation) == ("llama", 512, "Q8_0")
    assert (model.context_length, model.chat_template) == (512, True)
    assert (model.licence, model.source, model.sha256) == ("mit", "imported", "")
    assert model.id.startswith("tiny-model-")


def test_a_file_without_a_name_or_a_template(tmp_path: Path) -> None:
    path = tmp_path / "plain.gguf"
    write_gguf(path, general__name=("  ", TEXT))
    model = inspect_model(path, source="starter")
    assert (model.name, model.chat_template, model.source) == ("plain", False, "starter")


def test_a_file_that_is_taken_away_while_it_is_read_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tiny.gguf"
    write_gguf(path)

    def read_and_lose(wanted: Path) -> GgufHeader:
        header = read_header(wanted)
        path.unlink()
        return header

    monkeypatch.setattr("benchtop.domain.models.read_header", read_and_lose)
    with pytest.raises(ModelFileMissing):
        inspect_model(path)


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileMissing):
        inspect_model(tmp_path / "gone.gguf")
    (tmp_path / "words.gguf").write_text("words")
    with pytest.raises(NotGguf):
        inspect_model(tmp_path / "words.gguf")


def test_a_relative_path_is_the_same_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_gguf(tmp_path / "tiny.gguf")
    monkeypatch.chdir(tmp_path)
    assert inspect_model("tiny.gguf") == inspect_model(tmp_path / "tiny.gguf")


@given(st.text(max_size=60).filter(lambda name: "/" not in name and "\0" not in name))
def test_an_id_is_short_plain_and_always_the_same(name: str) -> None:
    one = model_id(Path("/models") / f"x{name}.gguf")
    assert one == model_id(Path("/models") / f"x{name}.gguf")
    assert one != model_id(Path("/other") / f"x{name}.gguf")
    assert 7 < len(one) <= 47
    assert all(c.isalnum() or c in "._-" for c in one)


def test_a_path_that_is_no_text_has_an_id() -> None:
    assert model_id(Path("/models/caf\udce9.gguf")).startswith("caf")


def test_the_sum_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"words" * 100_000)
    assert file_sha256(tmp_path / "x") == hashlib.sha256(b"words" * 100_000).hexdigest()
    with pytest.raises(OSError, match="No such file"):
        file_sha256(tmp_path / "gone")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, ""), (7, "7"), (999, "999"), (1_000, "1K"), (260_000, "260K"), (999_900, "1M"),
        (3_580_000, "3.58M"), (134_515_008, "135M"), (1_543_714_304, "1.54B"), (7e12, "7T"),
    ],
)  # fmt: skip
def test_sizes_of_models(count: int, text: str) -> None:
    assert parameters_text(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (1_234_567, "1.2 MB"),
        (99_940_000, "99.9 MB"), (99_960_000, "100 MB"), (999_999_999, "1.0 GB"), (150e9, "150 GB"),
    ],
)  # fmt: skip
def test_sizes_of_files(count: int, text: str) -> None:
    assert bytes_text(count) == text


def test_what_the_makers_suggest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    write_gguf(
        path,
        general__sampling__temp=(0.3, gguf.GGUFValueType.FLOAT32),
        general__sampling__top_k=(20, INT32),
        general__sampling__min_p=(0.0, gguf.GGUFValueType.FLOAT32),
        general__sampling__penalty_repeat=(1.05, gguf.GGUFValueType.FLOAT32),
        general__sampling__mirostat=(0, INT32),
    )
    model = inspect_model(path)
    assert model.suggested == {
        "temperature": 0.3, "top_k": 20, "min_p": 0.0, "repeat_penalty": 1.05,
    }  # fmt: skip
    assert model.suggested_params == SamplingParams(0.3, 20, min_p=0.0, repeat_penalty=1.05)


def test_a_suggestion_without_sense_is_none(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    write_gguf(
        path,
        general__sampling__temp=(-1.0, gguf.GGUFValueType.FLOAT32),
        general__sampling__top_k=("forty", TEXT),
        general__sampling__top_p=(float("nan"), gguf.GGUFValueType.FLOAT32),
        general__sampling__min_p=(True, gguf.GGUFValueType.BOOL),
    )
    assert inspect_model(path).suggested == {}
    assert inspect_model(path).suggested_params == SamplingParams()
