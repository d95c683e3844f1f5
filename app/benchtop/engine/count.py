"""How long conversations are in a model's tokens, from its vocabulary alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchtop.domain.gguf import read_header
from benchtop.domain.model_errors import ModelIsAdapter, ModelLoadFailed
from benchtop.engine.encode import TELL_SECONDS, Encoder
from benchtop.engine.job import Job
from benchtop.engine.llama import Model, NativeLog
from benchtop.engine.loading import prompts_of
from benchtop.engine.prompt import PromptBuilder
from benchtop.engine.template import TemplateProcess
from benchtop.protocol.encode_messages import Counted, CountTokens
from benchtop.protocol.messages import Progress

_ANY: Final = 1 << 30
"""Tokens: longer than any conversation, so that none is cut."""


@dataclass(slots=True)
class _Words:
    """The vocabulary and the template of a file, ``stamp`` being its path, size and date."""

    stamp: tuple[str, int, int]
    model: Model
    prompts: PromptBuilder


class TokenCounter:
    """Counts for one file at a time, whose vocabulary it keeps."""

    def __init__(self, templates: TemplateProcess, log: NativeLog) -> None:
        self._templates, self._log = templates, log
        self._words: _Words | None = None

    def count(self, request: CountTokens, job: Job) -> Counted:
        """The lengths of the examples. Raises the errors of read_header(), ModelLoadFailed and its kin,
        Cancelled."""
        words = self._ready(request.path, job)
        encoder = Encoder(words.prompts, words.model, _ANY)
        lengths: list[int] = []
        told = time.perf_counter()
        for number, turns in enumerate(request.examples):
            found = encoder.example(number, turns)
            lengths.append(max(len(one.ids) for one in found))
            job.check()
            now = time.perf_counter()
            if now - told >= TELL_SECONDS:
                told = now
                job.send(Progress(job.request_id, (number + 1) / len(request.examples)))
        return Counted(job.request_id, tuple(lengths))

    def _ready(self, path: str, job: Job) -> _Words:
        header = read_header(path)
        if header.is_adapter:
            raise ModelIsAdapter(path=path)
        facts = Path(path).stat()
        stamp = path, facts.st_size, facts.st_mtime_ns
        if self._words is not None:
            if self._words.stamp == stamp:
                return self._words
            self._words.model.close()
            self._words = None
        self._log.clear()
        try:
            model = Model(path, lambda _done: not job.cancel.is_set(), only_words=True)
        except OSError as error:
            job.check()
            detail = self._log.cause("llama.cpp gave no reason").rstrip(".")
            raise ModelLoadFailed(path=path, detail=detail) from error
        if unsuited := model.unsuited():
            model.close()
            raise ModelLoadFailed(path=path, detail=unsuited)
        try:
            prompts = prompts_of(path, header, model, self._templates)
            prompts.check()
        except BaseException:
            model.close()
            raise
        self._words = _Words(stamp, model, prompts)
        return self._words
