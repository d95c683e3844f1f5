"""The messages between the window (or a command) and the engine worker.

    client                                engine worker
    Hello          ->                     Hello, then
    LoadModel      -> Loading...,         Loaded     | Failed
    Generate       -> Waiting?, Started, PromptProgress..., Chunk..., Finished | Failed
    Render         ->                     Rendered   | Failed
    RunBenchmark   -> Progress...         BenchmarkDone | Failed
    Score, Lens    -> (see measure_messages.py)
    EncodeExamples, CountTokens, Quantise -> (see encode_messages.py)
    Cancel, Forget -> (no answer of their own)
    AskStatus      ->                     Status

Every request carries an id that its answers repeat. A worker serves one request after another;
Cancel and AskStatus are heard at any time. A message is frozen and holds plain values only. To add a
field, give it a default; to change a meaning, raise PROTOCOL_VERSION.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from benchtop.domain.errors import BenchtopError, Fact, rebuild_error
from benchtop.domain.generation import (
    AdapterUse,
    SamplingParams,
    StopReason,
    TemplateUsed,
    Timings,
    TokenInfo,
)
from benchtop.domain.memory import Gpu
from benchtop.protocol.chat_turn import ChatTurn as ChatTurn  # noqa: PLC0414  (given on from here)
from benchtop.protocol.encode_messages import (
    Counted,
    CountTokens,
    Encoded,
    EncodeExamples,
    Quantise,
    Quantised,
)
from benchtop.protocol.measure_messages import DepthRates, Lens, LensRead, Score, Scored

PROTOCOL_VERSION = 1
MOST_THREADS = 512
"""What LoadModel, Generate and RunBenchmark may ask for: llama.cpp's GGML_MAX_N_THREADS."""
MOST_REPEATS = 1_000
"""What RunBenchmark may ask for."""

WorkerRole = Literal["engine", "hub", "trainer"]


# Requests


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message in both directions. ``pid`` is the sender's process id."""

    role: WorkerRole
    protocol: int
    benchtop: str
    pid: int


@dataclass(frozen=True, slots=True)
class LoadModel:
    """Load a GGUF file, in place of the one loaded before.

    ``context_length`` in tokens; None takes the model's own, at most 4,096 or what fits the memory.
    ``threads`` None: measure on this machine and say so in Loaded. ``cache_bytes`` is how much memory
    the KV caches of conversations that are not on show may take. ``free_bytes`` is a limit on the
    memory the model may take (None: what the system has free); ``extra_bytes`` what models like this
    one took on this machine beyond the estimate. ``use_gpu``: a GPU that holds all of it is used.
    """

    request_id: str
    path: str
    context_length: int | None = None
    threads: int | None = None
    cache_bytes: int = 512 * 1024 * 1024
    free_bytes: int | None = None
    extra_bytes: int = 0
    use_gpu: bool = True


@dataclass(frozen=True, slots=True)
class Generate:
    """Write a reply.

    Either ``turns`` (rendered with the chat template) or ``prompt`` (raw text to go on with) is
    given. ``continue_last`` goes on inside the last assistant turn instead of opening a new one.
    ``conversation`` names the KV cache to reuse; None keeps none. ``begins_as`` names another one whose
    cache it begins with while it has none of its own (under the same adapters, as far as the prompts are
    the same): what several ask of one model is evaluated once. ``allow_fallback`` lets the plain
    fallback template stand in when the model's own is missing or fails; without it TemplateFailed.
    ``ignore_end`` never chooses an end-of-generation token: for measuring speed. ``threads`` is how many
    this reply may take at most, while other work is to go on.
    """

    request_id: str
    turns: tuple[ChatTurn, ...] = ()
    prompt: str | None = None
    params: SamplingParams = field(default_factory=SamplingParams)
    adapters: tuple[AdapterUse, ...] = ()
    conversation: str | None = None
    continue_last: bool = False
    allow_fallback: bool = True
    ignore_end: bool = False
    begins_as: str | None = None
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Render:
    """Show the exact text a template makes of these turns, and how many tokens it is.

    ``ids`` asks for the tokens themselves, and for a mark of the vocabulary they are of; ``texts`` for
    the text of each as well.
    """

    request_id: str
    turns: tuple[ChatTurn, ...] = ()
    prompt: str | None = None
    continue_last: bool = False
    allow_fallback: bool = True
    ids: bool = False
    texts: bool = False


@dataclass(frozen=True, slots=True)
class RunBenchmark:
    """Measure speed inside the worker as llama-bench does: random tokens, no sampling.

    ``depths`` are how many tokens the context holds already when a measurement begins.
    """

    request_id: str
    prompt_tokens: int = 512
    tokens: int = 128
    repeat: int = 5
    threads: int | None = None
    depths: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop a request after the token at hand; its answer is Finished with stop "cancelled"."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Free the KV cache of a conversation (it was deleted or changed)."""

    conversation: str


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Ask for Status."""

    request_id: str


# Answers


@dataclass(frozen=True, slots=True)
class Loading:
    """How far loading is, from 0 to 1, and what is being done."""

    request_id: str
    fraction: float
    stage: Literal["reading", "warming", "measuring"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model is ready. ``memory_bytes`` is the worker's resident memory; seconds are wall-clock.

    ``thread_speeds`` maps the thread counts that were tried to tokens/s, when they were measured.
    ``template_problem`` says why the model's own chat template cannot be used, or is empty.
    ``gpus`` are those this build can use, as they are after the load; ``gpu`` names the one the model
    runs on, where it took ``gpu_bytes``; empty for the processor.
    """

    request_id: str
    path: str
    name: str
    architecture: str
    parameters: int
    quantisation: str
    file_bytes: int
    trained_context: int
    context_length: int
    threads: int
    thread_speeds: Mapping[int, float]
    template: TemplateUsed
    template_problem: str
    memory_bytes: int
    estimated_bytes: int
    load_seconds: float
    gpus: tuple[Gpu, ...] = ()
    gpu: str = ""
    gpu_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another model is generating; this request goes on when it is its turn."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Started:
    """The prompt is known: how many tokens it has, and how many of them need no evaluation."""

    request_id: str
    prompt_tokens: int
    cached_tokens: int
    context_length: int
    template: TemplateUsed
    template_problem: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class PromptProgress:
    """Prompt tokens evaluated so far, of those that need it."""

    request_id: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the reply: what was added to its text and to its reasoning since the last one."""

    request_id: str
    text: str = ""
    reasoning: str = ""
    completion_tokens: int = 0
    tokens: tuple[TokenInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """A reply ended. ``context_used`` tokens of ``context_length`` are taken now.

    ``context_full`` tells a stop of "length" because the context ended from one because of
    ``max_tokens``.
    """

    request_id: str
    stop: StopReason
    timings: Timings
    context_used: int
    context_length: int
    memory_bytes: int
    context_full: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of a prompt, how many tokens it is, and whose template made it.

    When asked for: their ``ids``, the SHA-256 of the whole ``vocabulary`` (equal for two models whose
    tokens mean the same), its size, and the token that begins every text (``bos``) if there is one;
    the ``texts`` of the ids, U+FFFD for a part of a character.
    """

    request_id: str
    text: str
    tokens: int
    template: TemplateUsed
    template_problem: str = ""
    ids: tuple[int, ...] = ()
    vocabulary: str = ""
    vocabulary_size: int = 0
    bos: int | None = None
    texts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long request is, from 0 to 1."""

    request_id: str
    fraction: float


@dataclass(frozen=True, slots=True)
class BenchmarkDone:
    """Tokens per second of each repetition, prompt and generation apart.

    ``depths`` has them for each depth; the other two are those of the first.
    """

    request_id: str
    prompt_rates: tuple[float, ...]
    generation_rates: tuple[float, ...]
    threads: int
    depths: tuple[DepthRates, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What the worker holds. ``busy_with`` is the id of the request at hand, or empty."""

    request_id: str
    path: str
    memory_bytes: int
    context_length: int
    cached_conversations: int
    cached_tokens: int
    cache_bytes: int
    last_tokens_per_second: float
    busy_with: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A request failed: the class of the error and the facts that fill its sentence."""

    request_id: str
    kind: str
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, request_id: str, error: BenchtopError) -> Failed:
        """The message that carries ``error``."""
        return cls(request_id, type(error).__name__, error.facts)

    def error(self) -> BenchtopError:
        """The error that was sent."""
        return rebuild_error(self.kind, dict(self.facts))


Request = (
    Hello | LoadModel | Generate | Render | RunBenchmark | Score | Lens | EncodeExamples | CountTokens
    | Quantise | Cancel | Forget | AskStatus
)  # fmt: skip
Answer = (
    Hello | Loading | Loaded | Waiting | Started | PromptProgress | Chunk | Finished | Rendered
    | Progress | BenchmarkDone | Scored | LensRead | Encoded | Counted | Quantised | Status | Failed
)  # fmt: skip
AnyMessage = Request | Answer
MESSAGES: tuple[type[AnyMessage], ...] = (
    Hello, LoadModel, Generate, Render, RunBenchmark, Score, Lens, EncodeExamples, CountTokens, Quantise,
    Cancel, Forget, AskStatus, Loading, Loaded, Waiting, Started, PromptProgress, Chunk, Finished, Rendered,
    Progress, BenchmarkDone, Scored, LensRead, Encoded, Counted, Quantised, Status, Failed,
)  # fmt: skip
