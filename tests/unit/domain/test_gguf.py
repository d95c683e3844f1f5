from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gguf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from benchtop.domain.errors import BenchtopError
from benchtop.domain.gguf import TensorInfo, read_header
from benchtop.domain.gguf_reader import ArrayLength
from benchtop.domain.model_errors import (
    GgufDamaged,
    GgufTruncated,
    GgufVersionUnknown,
    ModelEmpty,
    ModelFileMissing,
    ModelIsFolder,
    ModelLoadFailed,
    NotGguf,
)
from unit.domain.gguf_files import WORDS, beginning, parse, text, write_gguf

UINT32, ARRAY, STRING, UINT64 = 4, 9, 8, 10


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a sound file."""
    return write_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@contextmanager
def little_memory(limit: int = 4 * 1024 * 1024) -> Iterator[None]:
    """Fail when Python allocates more than ``limit`` bytes inside."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


def test_a_sound_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    data = write_gguf(path)
    header = read_header(path)
    assert header.version == 3
    assert header.architecture == "llama"
    assert header.text("general.name") == "Tiny"
    assert header.of_architecture("context_length") == 512
    assert header.metadata["tokenizer.ggml.tokens"] == ArrayLength(WORDS)
    assert header.metadata["tokenizer.ggml.scores"] == (0.5,) * WORDS
    assert header.tensors[0] == TensorInfo("a.weight", (64, 3), 0, 0)
    assert (header.tensors[1].shape, header.tensors[1].type_name) == ((64, 5), "Q8_0")
    assert header.parameters == 64 * 8
    assert header.quantisation == "Q8_0"  # the type that holds most numbers
    assert header.data_end is not None
    assert header.data_end <= len(data) < header.data_end + 64


def test_it_reads_what_the_reference_reads(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    write_gguf(path, general__file_type=(15, gguf.GGUFValueType.UINT32))
    header, reference = read_header(path), gguf.GGUFReader(path)
    assert header.data_offset == reference.data_offset
    assert header.quantisation == "Q4_K_M"
    assert {t.name: (t.shape, t.nbytes) for t in header.tensors} == {
        t.name: (tuple(t.shape.tolist()), t.n_bytes) for t in reference.tensors
    }
    assert {t.name: header.data_offset + t.offset for t in header.tensors} == {
        t.name: t.data_offset for t in reference.tensors
    }
    for key, field in reference.fields.items():
        if not key.startswith("GGUF."):
            ours, theirs = header.metadata[key], field.contents()
            assert ours == (ArrayLength(WORDS) if key == "tokenizer.ggml.tokens" else
                            tuple(theirs) if isinstance(theirs, list) else theirs)  # fmt: skip


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    kinds = gguf.GGUFValueType
    values = {
        "u8": (255, kinds.UINT8), "i8": (-128, kinds.INT8), "u16": (65_535, kinds.UINT16),
        "i16": (-5, kinds.INT16), "u32": (2**32 - 1, kinds.UINT32), "i32": (-9, kinds.INT32),
        "f32": (0.5, kinds.FLOAT32), "yes": (True, kinds.BOOL), "words": ("ünï", kinds.STRING),
        "u64": (2**64 - 1, kinds.UINT64), "i64": (-(2**60), kinds.INT64), "f64": (0.1, kinds.FLOAT64),
    }  # fmt: skip
    path = tmp_path / "all.gguf"
    write_gguf(path, **values)
    metadata = read_header(path).metadata
    assert {key: metadata[key] for key in values} == {
        key: value for key, (value, _) in values.items()
    }


def test_cut_short_anywhere_it_is_said(whole: bytes) -> None:
    for length in [
        *range(64),
        *range(64, len(whole) - 200, 13),
        *range(len(whole) - 200, len(whole)),
    ]:
        try:
            header = parse(whole[:length])
        except (GgufTruncated, NotGguf, ModelEmpty):
            continue
        assert header.data_end is not None
        assert header.data_offset - 32 < length  # the header is whole, the weights are not


def test_weights_cut_short_are_said_with_the_bytes(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "cut.gguf"
    need = parse(whole).data_end
    assert need is not None
    path.write_bytes(whole[: need - 1])
    with pytest.raises(
        GgufTruncated, match=f"it has {need - 1:,} bytes of the {need:,} it should have"
    ):
        read_header(path)
    path.write_bytes(whole[:need])
    assert read_header(path).data_end == need


@pytest.mark.parametrize("version", [0, 1, 4, 1_000])
def test_a_wrong_version_is_said(version: int) -> None:
    with pytest.raises(GgufVersionUnknown, match=f"version {version},"):
        parse(beginning(version=version) + bytes(100))


def test_the_other_byte_order_is_said(whole: bytes) -> None:
    with pytest.raises(ModelLoadFailed, match="other byte order"):
        parse(whole[:4] + struct.pack(">I", 3) + whole[8:])


@pytest.mark.parametrize(
    ("key", "number"),
    [("block_count", 513), ("context_length", 2**31 + 1), ("embedding_length", 2**32 - 1)],
)
def test_numbers_that_cannot_be_are_damage(tmp_path: Path, key: str, number: int) -> None:
    write_gguf(tmp_path / "tiny.gguf", **{f"llama__{key}": (number, gguf.GGUFValueType.UINT32)})
    with pytest.raises(GgufDamaged, match=f"{key} is {number}"):
        read_header(tmp_path / "tiny.gguf")


def test_a_negative_number_in_a_list_is_damage(tmp_path: Path) -> None:
    heads = ([2, -1], gguf.GGUFValueType.ARRAY)
    write_gguf(tmp_path / "tiny.gguf", llama__attention__head_count_kv=heads)
    with pytest.raises(GgufDamaged, match="head_count_kv is -1"):
        read_header(tmp_path / "tiny.gguf")


def test_version_2_is_read_as_3(whole: bytes) -> None:
    assert parse(b"GGUF\x02\x00\x00\x00" + whole[8:]).metadata == parse(whole).metadata


HUGE = 2**63 + 5
KEY = text(b"k")


@pytest.mark.parametrize(
    "data",
    [
        beginning(tensors=HUGE),
        beginning(keys=HUGE),
        beginning(tensors=65_537) + bytes(10**6),
        beginning(keys=1) + text(b"", HUGE),
        beginning(keys=1) + text(b"", 65_536) + bytes(100_000),
        beginning(keys=1) + KEY + struct.pack("<I", STRING) + text(b"", HUGE),
        beginning(keys=1) + KEY + struct.pack("<IIQ", ARRAY, UINT32, HUGE),
        beginning(keys=1) + KEY + struct.pack("<IIQ", ARRAY, UINT64, 16_777_216),
        beginning(keys=1) + KEY + struct.pack("<IIQ", ARRAY, STRING, 16_777_216) + text(b"", HUGE),
        beginning(keys=1) + KEY + struct.pack("<IIQ", ARRAY, ARRAY, 1) * 9,
        beginning(keys=1) + KEY + struct.pack("<I", 13) + bytes(100),
        beginning(keys=1) + KEY + struct.pack("<IIQ", ARRAY, 99, 1) + bytes(100),
        beginning(tensors=1) + KEY + struct.pack("<I", 2**32 - 1),
        beginning(tensors=1) + KEY + struct.pack("<I", 0) + bytes(100),
        beginning(tensors=1) + KEY + struct.pack("<IQQQQ", 4, HUGE, HUGE, HUGE, HUGE) + bytes(100),
        beginning(tensors=1) + KEY + struct.pack("<IQ", 1, 0) + bytes(100),
        beginning(keys=1) + text(b"general.alignment") + struct.pack("<II", UINT32, 0),
        beginning(keys=1) + text(b"general.alignment") + struct.pack("<II", UINT32, 2**31),
        beginning(keys=1) + text(b"general.alignment") + struct.pack("<I", STRING) + text(b"32"),
    ],
)
def test_absurd_sizes_are_refused_without_making_room_for_them(data: bytes) -> None:
    with little_memory(), pytest.raises((GgufDamaged, GgufTruncated)):
        parse(data)


def test_a_text_as_long_as_a_terabyte_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sparse.gguf"
    with path.open("wb") as stream:
        stream.write(beginning(keys=1) + KEY + struct.pack("<I", STRING) + text(b"", 2**39))
        stream.truncate(2**40)
    with little_memory(), pytest.raises(GgufDamaged, match="text of 549,755,813,889 bytes"):
        read_header(path)


def test_many_long_texts_together_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sparse.gguf"
    with path.open("wb") as stream:
        stream.write(beginning(keys=1_000))
        for _ in range(1_000):
            stream.write(KEY + struct.pack("<I", STRING) + text(b"", 2**24))
            stream.seek(2**24, os.SEEK_CUR)
        stream.truncate(2**40)
    with little_memory(200 * 1024 * 1024), pytest.raises(GgufDamaged, match="text"):
        read_header(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.dictionaries(st.integers(0, 10_000), st.integers(0, 255), min_size=1, max_size=8))
def test_any_bytes_changed_it_is_a_header_or_an_error_of_ours(
    whole: bytes, places: dict[int, int]
) -> None:
    data = bytearray(whole)
    for place, byte in places.items():
        data[place % len(data)] = byte
    try_to_parse(bytes(data))


@settings(max_examples=300)
@given(
    st.binary(max_size=200)
    | st.tuples(st.integers(0, 5), st.integers(0, 5), st.binary(max_size=200)).map(
        lambda parts: beginning(parts[0], parts[1]) + parts[2]
    )
)
@example(beginning(keys=1) + text(b"\xff\xfe") + struct.pack("<I", STRING) + text(b"\xff"))
def test_random_bytes_are_a_header_or_an_error_of_ours(data: bytes) -> None:
    try_to_parse(data)


def try_to_parse(data: bytes) -> None:
    """Every property of what comes out must work, too."""
    try:
        header = parse(data)
    except BenchtopError:
        return
    assert header.parameters >= 0
    assert isinstance(header.quantisation, str)
    assert isinstance(header.of_architecture("block_count"), int)
    assert header.data_end is None or header.data_end >= header.data_offset


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileMissing):
        read_header(tmp_path / "gone.gguf")
    with pytest.raises(ModelIsFolder):
        read_header(tmp_path)
    with pytest.raises(ModelLoadFailed):
        read_header("a\0b.gguf")
    (tmp_path / "empty.gguf").touch()
    with pytest.raises(ModelEmpty):
        read_header(tmp_path / "empty.gguf")
    (tmp_path / "page.html").write_text("<html>")
    with pytest.raises(NotGguf):
        read_header(tmp_path / "page.html")


def test_a_pipe_in_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    with pytest.raises(ModelLoadFailed, match="not a regular file"):
        read_header(tmp_path / "pipe.gguf")


READ = """
import os, sys
from benchtop.domain.gguf import read_header
from benchtop.domain.errors import BenchtopError
if os.geteuid() == 0:  # permissions bind no one who is root
    os.setuid(65534)
try:
    read_header(sys.argv[1])
except BenchtopError as error:
    print(type(error).__name__)
"""


def test_a_file_that_may_not_be_read_is_said(whole: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "secret.gguf"
        path.write_bytes(whole)
        path.chmod(0o000)
        done = subprocess.run(
            [sys.executable, "-c", READ, path], capture_output=True, text=True, check=True
        )
    assert done.stdout == "ModelNoPermission\n"


def test_a_tensor_of_an_unknown_type_has_no_size() -> None:
    tensor = TensorInfo("x", (32, 2), 999, 0)
    assert (tensor.elements, tensor.nbytes, tensor.type_name) == (64, None, "type 999")
    assert TensorInfo("x", (64, 2), 8, 0).nbytes == 4 * 34
