"""The one place that imports llama_cpp: its C functions, its log, and a loaded model's vocabulary.

llama-cpp-python's high-level ``Llama`` is not used: it detokenises the whole reply for each token.
``native`` is the module of C functions as the header llama.h declares them; the other files of this
package take it from here. Pointers are opaque integers.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
from collections import deque
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from llama_cpp import llama_cpp as _native
from llama_cpp.llama_grammar import PRIMITIVE_RULES as _PRIMITIVE_RULES
from llama_cpp.llama_grammar import STRING_FORMAT_RULES as _FORMAT_RULES
from llama_cpp.llama_grammar import SchemaConverter as _SchemaConverter

from benchtop.engine.processor_code import load_processor_code

native: Any = _native
SchemaConverter: Any = _SchemaConverter
"""llama.cpp's converter of JSON schemas to GBNF grammars."""
PRIMITIVE_RULES: Any = _PRIMITIVE_RULES
FORMAT_RULES: Any = _FORMAT_RULES

LOG_DEBUG, LOG_WARN, LOG_ERROR, LOG_CONTINUED = 1, 3, 4, 5  # ggml_log_level of ggml.h
MMAP = 1  # llama_load_mode: map the file, so that its pages are shared and need no swap
ALL_LAYERS = -1  # llama_model_params.n_gpu_layers: "a negative value means all layers"
PIECE_BYTES = 512


class NativeLog:
    """Hears all that llama.cpp says: hands it on to stderr and keeps the last warnings and errors.

    The callback must live as long as the process, so one NativeLog is made at the worker's start, before
    anything is asked of llama.cpp: what is loaded for the processor is told through it.
    ``listener`` is given each line that is no warning, in the place of stderr, on the thread that says it.
    """

    def __init__(self) -> None:
        self._kept: deque[str] = deque(maxlen=40)
        self._level = 0
        self.listener: Callable[[str], None] | None = None
        self._callback = native.llama_log_callback(self._hear)
        native.llama_log_set(self._callback, ctypes.c_void_p(0))
        load_processor_code(Path(_native.__file__).parent / "lib")  # it says which one it took

    def _hear(self, level: int, text: bytes, _data: object) -> None:
        if level != LOG_CONTINUED:
            self._level = level
        if self._level == LOG_DEBUG:
            return
        if self.listener is not None and self._level not in (LOG_WARN, LOG_ERROR):
            self.listener(text.decode("utf-8", "replace"))
            return
        with contextlib.suppress(OSError):  # a closed stderr must not stop a reply
            os.write(2, text)
        if self._level in (LOG_WARN, LOG_ERROR) and level != LOG_CONTINUED:
            self._kept.append(text.decode("utf-8", "replace").strip())

    def clear(self) -> None:
        """Forget what was said until now."""
        self._kept.clear()

    def lines(self) -> list[str]:
        """The warnings and errors since ``clear()``, oldest first."""
        return list(self._kept)

    def cause(self, default: str) -> str:
        """The most telling of them without the names of C functions, or ``default``."""
        marks = (
            "error loading model: ", "failed to load lora adapter: ", "failed to quantize: ", "exception: ",
        )  # fmt: skip
        for line in reversed(self._kept):
            for mark in marks:
                if mark in line:
                    return _plain(line.split(mark, 1)[1]) or default
        return next((_plain(line) for line in reversed(self._kept) if _plain(line)), default)


def quantise_file(source: str, target: str, kind: str, threads: int) -> bool:
    """Write a model in another quantisation, ``kind`` as llama.cpp names it; the log says why it failed.

    ``target`` is written over. It takes as long as it takes, without the interpreter's lock.
    """
    params = native.llama_model_quantize_default_params()
    params.ftype = getattr(native, f"LLAMA_FTYPE_MOSTLY_{kind}")
    params.nthread = threads
    params.allow_requantize = True
    code = native.llama_model_quantize(
        os.fsencode(source), os.fsencode(target), ctypes.byref(params)
    )
    return int(code) == 0


def _plain(line: str) -> str:
    """A line of the log without the name of the C function it begins with."""
    function, colon, rest = line.strip().partition(": ")
    return rest.strip() if colon and function.isidentifier() else line.strip()


class Model:
    """A loaded model: its vocabulary, and what it says of itself. ``close()`` frees it.

    Raises OSError when llama.cpp returns no model; its log says why. ``progress`` is called with
    0 to 1 and stops the loading by returning False. ``devices`` is a list of GPUs that ends with
    NULL, on which all layers are put; without it they stay with the processor. Of one with ``only_words``
    no weights are read: it can tokenise, and nothing else.
    """

    def __init__(
        self,
        path: str,
        progress: Callable[[float], bool],
        devices: Any | None = None,
        *,
        only_words: bool = False,
    ) -> None:
        params = native.llama_model_default_params()
        params.load_mode = MMAP
        params.vocab_only = only_words
        params.n_gpu_layers = 0 if devices is None else ALL_LAYERS
        if devices is not None:
            params.devices = ctypes.cast(devices, ctypes.c_void_p)
        callback = native.llama_progress_callback(lambda fraction, _data: progress(fraction))
        params.progress_callback = callback
        self.pointer = native.llama_model_load_from_file(os.fsencode(path), params)
        if not self.pointer:
            raise OSError("llama.cpp returned no model")
        self.vocab = native.llama_model_get_vocab(self.pointer)
        self.vocabulary_size: int = native.llama_vocab_n_tokens(self.vocab)
        self._piece = ctypes.create_string_buffer(PIECE_BYTES)

    def close(self) -> None:
        """Free the weights; contexts and adapters made from them must be gone or unused by then."""
        if self.pointer:
            native.llama_model_free(self.pointer)
            self.pointer = None

    @property
    def bos(self) -> int:
        """The token that begins a text, or -1."""
        return int(native.llama_vocab_bos(self.vocab))

    @property
    def eos(self) -> int:
        """The token that ends a text, or -1."""
        return int(native.llama_vocab_eos(self.vocab))

    @property
    def adds_bos(self) -> bool:
        """Whether prompts of this model begin with ``bos``."""
        return bool(native.llama_vocab_get_add_bos(self.vocab)) and self.bos >= 0

    @property
    def trained_context(self) -> int:
        """Tokens the model was trained to read at once; 0 where the file does not say."""
        return int(native.llama_model_n_ctx_train(self.pointer))

    @property
    def kv_bytes(self) -> int:
        """Bytes of KV cache a token takes, at most (formula: domain/memory.py, kv_bytes_per_token)."""
        heads = max(1, native.llama_model_n_head(self.pointer))
        head_length = -(-native.llama_model_n_embd(self.pointer) // heads)
        layers = native.llama_model_n_layer(self.pointer)
        return int(layers * native.llama_model_n_head_kv(self.pointer) * head_length * 2 * 2)

    def unsuited(self) -> str:
        """Why this model cannot write text one token after another, or an empty string."""
        if native.llama_model_has_encoder(self.pointer):
            return "it is an encoder-decoder model, and Benchtop runs decoder models"
        if native.llama_model_is_diffusion(self.pointer):
            return "it is a diffusion model, and Benchtop runs decoder models"
        if self.vocabulary_size <= 0:
            return "it has no vocabulary"
        return ""

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """The tokens of ``text``, without BOS; ``special``: its control tokens count as such."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 16
        while True:
            tokens = (native.llama_token * room)()
            count = native.llama_tokenize(self.vocab, data, len(data), tokens, room, False, special)
            if count >= 0:
                return list(tokens[:count])
            room = -count

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of a token, maybe part of a character; of a control token only if ``special``."""
        buffer = self._piece
        while True:
            size = len(buffer)
            count = native.llama_token_to_piece(self.vocab, token, buffer, size, 0, special)
            if count >= 0:
                return bytes(buffer.raw[:count])
            buffer = ctypes.create_string_buffer(-count)

    @cached_property
    def control_tokens(self) -> dict[str, int]:
        """Every control or unknown token by its text: what a person's text must never become."""
        wanted = native.LLAMA_TOKEN_ATTR_CONTROL | native.LLAMA_TOKEN_ATTR_UNKNOWN
        attributes, vocab = native.llama_vocab_get_attr, self.vocab
        found = {}
        for token in range(self.vocabulary_size):
            if attributes(vocab, token) & wanted:
                text = native.llama_vocab_get_text(vocab, token) or b""
                found[text.decode("utf-8", "replace")] = token
        found.pop("", None)
        return found

    @cached_property
    def vocabulary_hash(self) -> str:
        """SHA-256 over the texts of all tokens in their order: two models that share it mean the same
        by a token, whatever else differs between them."""
        digest = hashlib.sha256()
        for token in range(self.vocabulary_size):
            digest.update((native.llama_vocab_get_text(self.vocab, token) or b"") + b"\0")
        return digest.hexdigest()

    @cached_property
    def end_tokens(self) -> tuple[int, ...]:
        """Every token that ends a reply."""
        return tuple(token for token in range(self.vocabulary_size) if self.ends(token))

    @cached_property
    def end_texts(self) -> dict[str, int]:
        """Every token that ends a reply by its text, as a chat template writes it."""
        texts = ((self.piece(token, special=True), token) for token in self.end_tokens)
        return {text.decode("utf-8", "replace"): token for text, token in texts if text}

    @property
    def usual_end(self) -> int | None:
        """The token that ends a reply where no template says which: EOS, else EOT, else any."""
        named = (self.eos, int(native.llama_vocab_eot(self.vocab)), *self.end_tokens[:1])
        return next((token for token in named if token >= 0 and self.ends(token)), None)

    @cached_property
    def first_bytes(self) -> tuple[int, ...]:
        """The first byte of each token's text; 256 for a token without text."""
        pieces = (self.piece(token) for token in range(self.vocabulary_size))
        return tuple(piece[0] if piece else 256 for piece in pieces)

    def ends(self, token: int) -> bool:
        """Whether a token ends the reply (EOS, end of turn and the like)."""
        return bool(native.llama_vocab_is_eog(self.vocab, token))
