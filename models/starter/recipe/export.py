"""Writes the model as one GGUF file: weights in Q8_0, vocabulary, chat template, and what it is."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType
from tokenizers import Tokenizer

from .decoder import Decoder
from .settings import Shape
from .tokenizer import CHAT_TEMPLATE, END_ID, PRE_TOKENIZER, START_ID, vocabulary

NAME = "Benchtop starter"
SUGGESTED_TEMPERATURE = 0.2
DESCRIPTION = (
    "A very small chat model that comes with Benchtop, so that there is something to talk with at once. "
    "It explains the app, knows a few words and tells tiny stories. It knows little else and can be wrong."
)


def write(model: Decoder, tokenizer: Tokenizer, path: Path) -> None:
    """Write `path`. Matrices become Q8_0; the norms' gains stay in 32-bit floats."""
    writer = GGUFWriter(str(path), "llama")
    _describe(writer, sum(w.numel() for w in model.parameters()))
    _dimensions(writer, model.shape)
    _words(writer, tokenizer)
    for name, weight in model.state_dict().items():
        values = np.ascontiguousarray(weight.detach().float().numpy())
        if values.ndim < 2:
            writer.add_tensor(name, values)
            continue
        packed = gguf.quants.quantize(values, GGMLQuantizationType.Q8_0)
        writer.add_tensor(name, packed, raw_dtype=GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: GGUFWriter, parameters: int) -> None:
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(NAME)
    writer.add_basename("benchtop-starter")
    writer.add_description(DESCRIPTION)
    writer.add_author("The Benchtop project")
    writer.add_license("MIT")
    writer.add_license_name("MIT License")
    writer.add_languages(["en"])
    writer.add_tags(["text-generation", "chat", "tiny"])
    writer.add_size_label(f"{parameters / 1e6:.1f}M")
    # Read by Benchtop (and llama.cpp's own programs): so small a model wanders off at higher ones.
    writer.add_sampling_temp(SUGGESTED_TEMPERATURE)
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def _dimensions(writer: GGUFWriter, shape: Shape) -> None:
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads_kv)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)


def _words(writer: GGUFWriter, tokenizer: Tokenizer) -> None:
    tokens, merges = vocabulary(tokenizer)
    kinds = [gguf.TokenType.NORMAL] * len(tokens)
    kinds[START_ID] = kinds[END_ID] = gguf.TokenType.CONTROL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE_TOKENIZER)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(START_ID)
    writer.add_eos_token_id(END_ID)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)
