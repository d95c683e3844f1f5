"""Loading a model: every check that can be made before, then llama.cpp, a warm-up, the threads."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from benchtop.domain.errors import BadParameter
from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.memory import (
    Gpu,
    estimate_memory,
    gpu_for,
    largest_context,
    needed_bytes,
    shape_of,
)
from benchtop.domain.model_errors import (
    ArchitectureUnknown,
    ModelFileError,
    ModelIsAdapter,
    ModelLoadFailed,
    ModelTooLarge,
)
from benchtop.domain.models import bytes_text
from benchtop.domain.split_model import parts_of
from benchtop.engine.adapter_check import BaseTensors
from benchtop.engine.adapters import Adapters
from benchtop.engine.context import Context
from benchtop.engine.conversation_cache import ConversationCache
from benchtop.engine.gpus import device_list, device_of, gpus
from benchtop.engine.job import Job
from benchtop.engine.llama import Model, NativeLog
from benchtop.engine.prompt import PromptBuilder
from benchtop.engine.template import ChatTemplate, TemplateProcess
from benchtop.engine.threads import best_threads, measure_threads, usable_cores
from benchtop.engine.turn_lock import TurnLock
from benchtop.protocol.messages import MOST_THREADS, Loaded, Loading, LoadModel

USUAL_CONTEXT = 4_096
SMALLEST_CONTEXT = 16
PROGRESS_SECONDS = 0.05
READING, WARMING, MEASURING = 0.9, 0.93, 0.96  # the fraction done when each stage begins or ends


@dataclass(slots=True)
class LoadedModel:
    """A model ready to write, and all that belongs to it. ``close()`` frees it."""

    request: LoadModel
    model: Model
    context: Context
    prompts: PromptBuilder
    cache: ConversationCache
    adapters: Adapters
    facts: Loaded

    def close(self) -> None:
        """Free the context, then the weights (and the adapters with them)."""
        self.context.close()
        self.model.close()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a file before llama.cpp sees it.

    ``estimated_bytes`` is without, ``needed_bytes`` with what was learned on this machine. ``gpu`` is
    where it will run, None for the processor.
    """

    path: str
    header: GgufHeader
    file_bytes: int
    context_length: int
    estimated_bytes: int
    needed_bytes: int
    gpu: Gpu | None = None


def plan_load(request: LoadModel, freed: int = 0) -> Plan:
    """Check the file and the memory. ``freed`` bytes are given back before the model is loaded.

    Raises the errors of ``read_header``, ModelLoadFailed, ModelTooLarge and BadParameter.
    """
    if request.threads is not None and not 1 <= request.threads <= MOST_THREADS:
        allowed = f"1 to {MOST_THREADS}"
        raise BadParameter(name="threads", value=request.threads, allowed=allowed)
    header = read_header(request.path)
    if header.is_adapter:
        raise ModelIsAdapter(path=request.path)
    file_bytes = _all_bytes(request.path, header)
    free = request.free_bytes
    if free is None:
        free = psutil.virtual_memory().available + freed
    length, shape, extra = _context_length(request, header), shape_of(header), request.extra_bytes
    need = needed_bytes(shape, file_bytes, length, extra)
    gpu = gpu_for(need, gpus()) if request.use_gpu else None
    if gpu is None and need > free:
        if request.context_length is None:
            length = largest_context(shape, file_bytes, length, free, extra) or length
        need = needed_bytes(shape, file_bytes, length, extra)
        if need > free:
            raise ModelTooLarge(path=request.path, need=bytes_text(need), free=bytes_text(free))
    estimate = estimate_memory(shape, file_bytes, length).total
    return Plan(request.path, header, file_bytes, length, estimate, need, gpu)


def load(
    plan: Plan,
    request: LoadModel,
    job: Job,
    *,
    turn: TurnLock,
    templates: TemplateProcess,
    log: NativeLog,
) -> LoadedModel:
    """Load what was planned, telling the progress. Raises ModelLoadFailed and its kin, Cancelled."""
    begun = time.perf_counter()
    log.clear()
    model = _read(plan, job, log)
    context: Context | None = None
    try:
        context = _make_context(plan, request, model, log)
        speeds = _prepare(model, context, request, job, turn)
        prompts = prompts_of(plan.path, plan.header, model, templates)
        loaded = LoadedModel(
            request=replace(request, context_length=plan.context_length, threads=context.threads),
            model=model,
            context=context,
            prompts=prompts,
            cache=ConversationCache(context, request.cache_bytes),
            adapters=Adapters(model, context, BaseTensors(plan.path, plan.header), log),
            facts=_facts(plan, request, context, prompts),
        )
    except BaseException:  # whatever stops it, the weights must not stay behind
        if context is not None:
            context.close()
        model.close()
        raise
    loaded.facts = replace(
        loaded.facts,
        thread_speeds={count: round(speed, 2) for count, speed in speeds.items()},
        load_seconds=time.perf_counter() - begun,
    )
    return loaded


def _all_bytes(path: str, header: GgufHeader) -> int:
    """The size of the file, and of its sisters where a model is split over several."""
    return sum(part.stat().st_size for part in (Path(path), *parts_of(path, header)))


def _context_length(request: LoadModel, header: GgufHeader) -> int:
    """Tokens: as asked for or USUAL_CONTEXT, and never more than the model was trained on."""
    trained = header.of_architecture("context_length")
    asked = request.context_length
    if asked is not None and asked < SMALLEST_CONTEXT:
        allowed = f"{SMALLEST_CONTEXT} or more"
        raise BadParameter(name="context_length", value=asked, allowed=allowed)
    length = asked if asked is not None else USUAL_CONTEXT
    return min(length, trained) if trained > 0 else length


def _read(plan: Plan, job: Job, log: NativeLog) -> Model:
    told = 0.0

    def progress(fraction: float) -> bool:
        nonlocal told
        now = time.perf_counter()
        if now - told >= PROGRESS_SECONDS:
            told = now
            job.send(Loading(job.request_id, round(fraction * READING, 3), "reading"))
        return not job.cancel.is_set()

    job.send(Loading(job.request_id, 0.0, "reading"))
    device = device_of(plan.gpu.name) if plan.gpu is not None else None
    try:
        model = Model(plan.path, progress, None if device is None else device_list(device))
    except OSError as error:
        job.check()
        raise _load_error(plan, log) from error
    unsuited = model.unsuited()
    if unsuited:
        model.close()
        raise ModelLoadFailed(path=plan.path, detail=unsuited)
    return model


def _load_error(plan: Plan, log: NativeLog) -> ModelFileError:
    """llama.cpp's own reason in the words of our errors."""
    unknown = any("unknown model architecture" in line for line in log.lines())
    if unknown:
        architecture = plan.header.architecture or "(none)"
        return ArchitectureUnknown(path=plan.path, architecture=architecture)
    detail = log.cause("llama.cpp gave no reason").rstrip(".")
    return ModelLoadFailed(path=plan.path, detail=detail)


def _make_context(plan: Plan, request: LoadModel, model: Model, log: NativeLog) -> Context:
    threads = request.threads or usable_cores()[0]
    log.clear()
    try:
        return Context(model, plan.context_length, threads)
    except MemoryError as error:
        detail = f"no context of {plan.context_length} tokens: {log.cause('not enough memory')}"
        raise ModelLoadFailed(path=plan.path, detail=detail) from error
    except ValueError as error:
        detail = "it is an embedding model, which reads text and writes none"
        raise ModelLoadFailed(path=plan.path, detail=detail) from error


def _prepare(
    model: Model, context: Context, request: LoadModel, job: Job, turn: TurnLock
) -> dict[int, float]:
    """The warm-up, then the threads' speeds; empty when a count was given."""
    token = max(model.bos, 0)
    with turn.held(job):
        job.send(Loading(job.request_id, WARMING, "warming"))
        context.warm_up(token)
        job.check()
        if request.threads is not None:
            return {}
        job.send(Loading(job.request_id, MEASURING, "measuring"))
        speeds = measure_threads(context, token, job.check)
        context.set_threads(best_threads(speeds))
        return speeds


def prompts_of(
    path: str, header: GgufHeader, model: Model, templates: TemplateProcess
) -> PromptBuilder:
    """What makes the prompts of the model in a file, with the chat template of its header."""
    source = header.text("tokenizer.chat_template")
    template = ChatTemplate(source, _special_texts(model, header), templates.ask)
    return PromptBuilder(path, model, template)


def _facts(plan: Plan, request: LoadModel, context: Context, prompts: PromptBuilder) -> Loaded:
    """What is known of the model; the caller adds what it measured."""
    header, now = plan.header, gpus()
    left = next((gpu.free for gpu in now if plan.gpu and gpu.name == plan.gpu.name), 0)
    taken = max(0, plan.gpu.free - left) if plan.gpu is not None else 0
    problem = prompts.check()
    return Loaded(
        request_id=request.request_id,
        path=plan.path,
        name=header.text("general.name").strip() or Path(plan.path).stem,
        architecture=header.architecture,
        parameters=header.parameters,
        quantisation=header.quantisation,
        file_bytes=plan.file_bytes,
        trained_context=header.of_architecture("context_length"),
        context_length=plan.context_length,
        threads=context.threads,
        thread_speeds={},
        template="none" if not prompts.has_template else "fallback" if problem else "model",
        template_problem=problem,
        memory_bytes=resident_bytes(),
        estimated_bytes=plan.estimated_bytes,
        load_seconds=0.0,
        gpus=now,
        gpu=plan.gpu.name if plan.gpu is not None else "",
        gpu_bytes=taken,
    )


def _special_texts(model: Model, header: GgufHeader) -> dict[str, str]:
    """The names under which templates know a few tokens, and the tokens' texts."""
    found = {"bos_token": model.bos, "eos_token": model.eos}
    for name, key in (("unk_token", "unknown"), ("pad_token", "padding")):
        found[name] = header.number(f"tokenizer.ggml.{key}_token_id", -1)
    size = model.vocabulary_size
    return {
        name: model.piece(token, special=True).decode("utf-8", "replace")
        for name, token in found.items()
        if 0 <= token < size
    } | {name: "" for name in ("bos_token", "eos_token") if not 0 <= found[name] < size}


def resident_bytes() -> int:
    """The memory of this process that is in RAM."""
    return int(psutil.Process().memory_info().rss)
