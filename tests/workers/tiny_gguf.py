"""Small GGUF files written on the spot: real ones for llama.cpp, with weights of no use to a person.

Three kinds of model share one vocabulary (SentencePiece-like: 256 bytes, letters, a few control
tokens): random weights; weights set by hand so that the model says a script word for word; and LoRA
adapters for the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
WIDTH, FEED_FORWARD, LAYERS, HEADS = 32, 64, 2, 2
CONTEXT = 1024
TokenType = gguf.TokenType
CONTROLS = ("<|im_start|>", "<|im_end|>", "<think>", "</think>")


def vocabulary(
    extra: Sequence[str] = (),
    marks: TokenType = TokenType.USER_DEFINED,
    controls: Sequence[str] = (),
) -> tuple[list[str], list[float], list[int]]:
    """Tokens, scores and types; ``extra`` are normal tokens at the end, ``marks`` types those of
    reasoning: models differ in it; ``controls`` are more control tokens, after all others."""
    tokens = ["<unk>", "<s>", "</s>"]
    types = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL]
    tokens += [f"<0x{value:02X}>" for value in range(256)]
    types += [TokenType.BYTE] * 256
    tokens += CONTROLS
    types += [TokenType.CONTROL] * 2 + [marks] * 2
    letters = ["▁", *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,?!:"]
    words = ["▁a", "▁t", "he", "▁the", "in", "er", "▁of"]
    tokens += letters + words + list(extra)
    types += [TokenType.NORMAL] * (len(letters) + len(words) + len(extra))
    tokens += controls
    types += [TokenType.CONTROL] * len(controls)
    scores = [
        -float(place) if kind == TokenType.NORMAL else 0.0 for place, kind in enumerate(types)
    ]
    return tokens, scores, [int(kind) for kind in types]


def token_id(text: str, extra: Sequence[str] = ()) -> int:
    """The id of a token of ``vocabulary(extra)``."""
    return vocabulary(extra)[0].index(text)


NEVER_END = {token_id(text): -1e9 for text in ("</s>", "<|im_end|>")}
"""Logit biases that keep ``random_model`` talking up to ``max_tokens``."""


def random_model(
    path: Path,
    *,
    template: str | None = CHATML,
    architecture: str = "llama",
    seed: int = 0,
    temperature: float | None = None,
    name: str = "tiny",
    tensors_per_file: int = 0,
    width: int = WIDTH,
    extra: Sequence[str] = (),
    controls: Sequence[str] = (),
    eos: str = "<|im_end|>",
    space_prefix: bool = False,
    marks: TokenType = TokenType.USER_DEFINED,
) -> Path:
    """A llama model with random weights, which writes nonsense but always the same nonsense.

    ``temperature`` is what the file suggests; ``tensors_per_file`` splits it over several files, of which
    the first is returned. ``extra``, ``controls`` and ``marks`` are those of ``vocabulary``;
    ``space_prefix``: a text begins with a space of the vocabulary's own, as with Llama 2.
    """
    draw = np.random.default_rng(seed)

    def weights(*shape: int) -> NDArray[np.float32]:
        return (draw.standard_normal(shape) * 0.25).astype(np.float32)

    writer = _writer(
        path, architecture, width, template, extra, name=name, marks=marks, split=tensors_per_file,
        controls=controls, eos=eos, space_prefix=space_prefix,
    )  # fmt: skip
    if temperature is not None:
        writer.add_sampling_temp(temperature)
    count = len(vocabulary(extra, controls=controls)[0])
    writer.add_tensor("token_embd.weight", weights(count, width))
    writer.add_tensor("output.weight", weights(count, width))
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    for layer in range(LAYERS):
        for part, shape in _layer_shapes(width).items():
            data = np.ones(shape, np.float32) if len(shape) == 1 else weights(*shape)
            writer.add_tensor(f"blk.{layer}.{part}.weight", data)
    return _finish(writer, path)


def scripted_model(
    path: Path,
    script: Sequence[str],
    *,
    after: str = "<0x0A>",
    template: str | None = CHATML,
    marks: TokenType = TokenType.USER_DEFINED,
) -> Path:
    """A model that says ``script``, token by token, after a prompt that ends with ``after``.

    The attention and the feed-forward are zero, so that the next token depends on the last one
    only; the embedding is a unit matrix, and the output has one large number in the row of the token
    to come. No token may be in the script twice. A last token outside the script ends the reply.
    """
    extra = [text for text in script if text not in vocabulary()[0]]
    tokens = vocabulary(extra)[0]
    width = -(-len(tokens) // 32) * 32
    output = np.zeros((len(tokens), width), np.float32)
    steps = [after, *script, "<|im_end|>"]
    assert len(set(steps)) == len(steps)
    for now, then in pairwise(steps):
        output[tokens.index(then), tokens.index(now)] = 10.0
    output[tokens.index("<|im_end|>"), -1] = 0.001
    writer = _writer(path, "llama", width, template, extra, marks=marks)
    writer.add_tensor("token_embd.weight", np.eye(len(tokens), width, dtype=np.float32))
    writer.add_tensor("output.weight", output)
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    for layer in range(LAYERS):
        for name, shape in _layer_shapes(width).items():
            data = np.ones(shape, np.float32) if len(shape) == 1 else np.zeros(shape, np.float32)
            writer.add_tensor(f"blk.{layer}.{name}.weight", data)
    return _finish(writer, path)


def lora_adapter(
    path: Path,
    *,
    rank: int = 2,
    seed: int = 7,
    architecture: str = "llama",
    width: int = WIDTH,
    facts: Mapping[str, str] | None = None,
) -> Path:
    """A LoRA adapter with random values for ``random_model``: strong enough to change its text.

    ``facts`` are further texts of its metadata; with another ``width`` it fits no model here.
    """
    draw = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    for key, text in (facts or {}).items():
        writer.add_string(key, text)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_v", "ffn_down"):
            rows, columns = _layer_shapes(width)[name]
            down = draw.standard_normal((rank, columns)).astype(np.float32)
            up = draw.standard_normal((rows, rank)).astype(np.float32)
            writer.add_tensor(f"blk.{layer}.{name}.weight.lora_a", down)
            writer.add_tensor(f"blk.{layer}.{name}.weight.lora_b", up)
    return _finish(writer, path)


def _layer_shapes(width: int) -> dict[str, tuple[int, ...]]:
    """Shapes of a layer's tensors, rows first."""
    square = (width, width)
    return {
        "attn_norm": (width,),
        "ffn_norm": (width,),
        "attn_q": square,
        "attn_k": square,
        "attn_v": square,
        "attn_output": square,
        "ffn_gate": (FEED_FORWARD, width),
        "ffn_up": (FEED_FORWARD, width),
        "ffn_down": (width, FEED_FORWARD),
    }


def _writer(
    path: Path,
    architecture: str,
    width: int,
    template: str | None,
    extra: Sequence[str],
    *,
    name: str = "tiny",
    marks: TokenType = TokenType.USER_DEFINED,
    split: int = 0,
    controls: Sequence[str] = (),
    eos: str = "<|im_end|>",
    space_prefix: bool = False,
) -> gguf.GGUFWriter:
    writer = gguf.GGUFWriter(path, architecture, split_max_tensors=split)
    writer.add_name(name)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // HEADS)
    writer.add_file_type(int(gguf.LlamaFileType.ALL_F32))
    tokens, scores, types = vocabulary(extra, marks, controls)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(tokens.index(eos))
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(space_prefix)
    if template is not None:
        writer.add_chat_template(template)
    return writer


def _finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file(path)
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path if path.exists() else min(path.parent.glob(f"{path.stem}-00001-of-*.gguf"))
