"""What the worker holds and how it answers each kind of request."""

from __future__ import annotations

import sys
from dataclasses import replace

import psutil

from benchtop.domain.errors import BenchtopError, PromptError, WorkerError
from benchtop.domain.generation import Timings
from benchtop.engine.benchmark import benchmark
from benchtop.engine.count import TokenCounter
from benchtop.engine.encode import encode_examples
from benchtop.engine.job import Cancelled, Job
from benchtop.engine.lens import read_lens
from benchtop.engine.llama import Model, NativeLog
from benchtop.engine.loading import LoadedModel, Plan, load, plan_load, resident_bytes
from benchtop.engine.quantise import quantise
from benchtop.engine.reply import generate
from benchtop.engine.scoring import score
from benchtop.engine.template import TemplateProcess
from benchtop.engine.turn_lock import TurnLock
from benchtop.protocol.encode_messages import CountTokens, EncodeExamples, Quantise
from benchtop.protocol.measure_messages import Lens, Score
from benchtop.protocol.messages import (
    Answer,
    Failed,
    Finished,
    Forget,
    Generate,
    Loaded,
    LoadModel,
    Render,
    Rendered,
    RunBenchmark,
    Status,
)
from benchtop.protocol.wire import Message


class LlamaEngine:
    """At most one loaded model. ``serve`` runs on one thread; ``status`` may be asked from another."""

    def __init__(self, templates: TemplateProcess) -> None:
        self._log = NativeLog()
        self._templates = templates
        self._turn = TurnLock.of_environment()
        self._loaded: LoadedModel | None = None
        self._counter = TokenCounter(templates, self._log)
        self._held = (0, 0, 0)
        self._speed = 0.0

    def serve(self, request: Message, job: Job) -> None:
        """Answer one request, whatever comes of it."""
        try:
            job.check()
            self._answer(request, job)
        except Cancelled:
            job.send(self.cancelled(request, job.request_id))
        except BenchtopError as error:
            job.send(Failed.of(job.request_id, error))
        loaded = self._loaded
        self._held = loaded.cache.held() if loaded else (0, 0, 0)

    def status(self, request_id: str, busy_with: str) -> Status:
        """What is held now, as of the last request that ended."""
        loaded = self._loaded
        conversations, tokens, parked = self._held
        return Status(
            request_id=request_id,
            path=loaded.facts.path if loaded else "",
            memory_bytes=resident_bytes(),
            context_length=loaded.facts.context_length if loaded else 0,
            cached_conversations=conversations,
            cached_tokens=tokens,
            cache_bytes=parked,
            last_tokens_per_second=self._speed,
            busy_with=busy_with,
        )

    def cancelled(self, request: Message, request_id: str) -> Answer:
        """The last answer to a request that was stopped before its first token."""
        if isinstance(request, LoadModel):
            return Failed.of(request_id, BenchtopError(detail="loading was cancelled."))
        loaded = self._loaded
        length = loaded.facts.context_length if loaded else 0
        return Finished(request_id, "cancelled", Timings(), 0, length, resident_bytes())

    def _answer(self, request: Message, job: Job) -> None:
        match request:
            case LoadModel():
                self._load(request, job)
            case Generate():
                self._generate(request, job)
            case Render():
                self._render(request, job)
            case Forget(conversation=conversation):
                if self._loaded is not None:
                    self._loaded.cache.forget(conversation)
            case _:
                job.send(self._found(request, job))

    def _found(self, request: Message, job: Job) -> Answer:
        """The answer to what is measured or made without a reply being written."""
        match request:
            case RunBenchmark():
                return benchmark(self._ready(), request, job, self._turn)
            case Score():
                return score(self._ready(), request, job, self._turn)
            case Lens():
                return read_lens(self._ready(), request, job, self._turn)
            case EncodeExamples():
                return encode_examples(self._ready(), request, job)
            case CountTokens():
                return self._counter.count(request, job)
            case Quantise():
                return quantise(request, job, self._log)
            case _:
                detail = f"{type(request).__name__} is no request to an engine."
                raise WorkerError(role="engine", detail=detail)

    def _ready(self) -> LoadedModel:
        if self._loaded is None:
            raise PromptError(detail="no model is loaded.")
        return self._loaded

    def _generate(self, request: Generate, job: Job) -> None:
        loaded = self._ready()

        def end(finished: Finished) -> None:
            self._speed = finished.timings.tokens_per_second
            self._held = loaded.cache.held()
            job.send(finished)

        generate(loaded, request, job, turn=self._turn, log=self._log, end=end)

    def _render(self, request: Render, job: Job) -> None:
        loaded = self._ready()
        prompts = loaded.prompts
        if request.prompt is not None:
            prompt = prompts.raw(request.prompt)
        else:
            prompt = prompts.chat(
                request.turns,
                continue_last=request.continue_last,
                allow_fallback=request.allow_fallback,
                known={},
            )
        count = len(prompt.tokens)
        rendered = Rendered(job.request_id, prompt.text, count, prompt.template, prompt.problem)
        if request.ids:
            rendered = _with_ids(rendered, prompt.tokens, loaded.model, texts=request.texts)
        job.send(rendered)

    def _load(self, request: LoadModel, job: Job) -> None:
        """Load a model in the place of the one before, which stays when this one fails.

        Where the memory holds only one of them, the one before is freed first and loaded again.
        """
        before = self._loaded
        plan = plan_load(request, freed=_freed_by_closing(before.facts) if before else 0)
        free = plan.gpu.free if plan.gpu is not None else psutil.virtual_memory().available
        beside = plan.needed_bytes <= free
        if before is not None and not beside:
            before.close()
            self._loaded = None
        try:
            self._loaded = self._open(plan, request, job)
        except (BenchtopError, Cancelled):
            if before is not None and not beside:
                self._load_again(before.request, job)
            raise
        if before is not None and beside:
            before.close()
        job.send(replace(self._loaded.facts, memory_bytes=resident_bytes()))

    def _open(self, plan: Plan, request: LoadModel, job: Job) -> LoadedModel:
        return load(plan, request, job, turn=self._turn, templates=self._templates, log=self._log)

    def _load_again(self, request: LoadModel, job: Job) -> None:
        """Bring back the model of before without a word; it was there a moment ago."""
        quiet = Job(job.request_id, lambda _answer: None, job.arrived)
        plan = plan_load(request)
        self._loaded = self._open(plan, request, quiet)


def _with_ids(rendered: Rendered, tokens: list[int], model: Model, *, texts: bool) -> Rendered:
    named = set(tokens) if texts else set()
    return replace(
        rendered,
        ids=tuple(tokens),
        vocabulary=model.vocabulary_hash,
        vocabulary_size=model.vocabulary_size,
        bos=model.bos if model.adds_bos else None,
        texts={
            token: model.piece(token, special=True).decode("utf-8", "replace") for token in named
        },
    )


def _freed_by_closing(facts: Loaded) -> int:
    """Bytes that become available without the model: its weights are mapped from the file, and the
    system has counted such pages as available all along (see services/machine_memory.py)."""
    mapped = facts.file_bytes if sys.platform.startswith("linux") else 0
    return max(0, facts.estimated_bytes - mapped)
