"""The decode loop: a prompt evaluated in batches, then one token after another onto the wire.

The work per token is the same at token 10 and at token 10,000: nothing here looks at the reply as a
whole. Tokens that come faster than FLUSH_SECONDS share a message.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchtop.domain.errors import BadParameter, ContextFull, WorkerError
from benchtop.domain.generation import (
    StopReason,
    Timings,
    TokenChoice,
    TokenInfo,
)
from benchtop.engine.context import ABORTED, BATCH_TOKENS
from benchtop.engine.conversation_cache import Key, Slot
from benchtop.engine.job import Cancelled, Job
from benchtop.engine.llama import NativeLog
from benchtop.engine.loading import LoadedModel, resident_bytes
from benchtop.engine.log_probabilities import LEAST_LOGPROB
from benchtop.engine.prompt import Prompt
from benchtop.engine.reply_text import TAG_TOKENS, Piece, ReplyText
from benchtop.engine.sampling import NoCandidate, Sampler, new_seed
from benchtop.engine.turn_lock import TurnLock
from benchtop.protocol.messages import (
    MOST_THREADS,
    Chunk,
    Finished,
    Generate,
    PromptProgress,
    Started,
)

FLUSH_SECONDS = 0.025
"""Looks like writing, and wakes the client seldom: each wake-up is felt by the threads of llama.cpp."""
ROOM_FOR_REPLY = 8
"""A prompt must leave this many tokens of the context free, or there is no point in asking."""


def generate(
    loaded: LoadedModel,
    request: Generate,
    job: Job,
    *,
    turn: TurnLock,
    log: NativeLog,
    end: Callable[[Finished], None],
) -> None:
    """Write one reply. All but Finished is sent on the way; ``end`` is given Finished to send.

    Raises BenchtopError for a request that cannot be run, Cancelled before anything was started.
    """
    params = request.params.checked()
    usual = loaded.context.threads
    threads = _threads(request, usual)
    if request.ignore_end:
        never = dict.fromkeys(loaded.model.end_tokens, -math.inf)
        params = replace(params, logit_bias={**params.logit_bias, **never})
    adapters = loaded.adapters.load(request.adapters)
    key: Key | None = (request.conversation, adapters) if request.conversation else None
    prompt = _prompt(loaded, request, key)
    length = loaded.facts.context_length
    if len(prompt.tokens) + ROOM_FOR_REPLY > length:
        raise ContextFull(need=len(prompt.tokens) + ROOM_FOR_REPLY, context=length)
    seed = new_seed() if params.seed is None else params.seed
    sampler = Sampler(loaded.model, loaded.context, params, seed, log)
    try:
        with turn.held(job):
            loaded.context.set_threads(threads)
            loaded.adapters.attach(adapters)
            slot = loaded.cache.show(
                key, (request.begins_as, adapters) if request.begins_as else None
            )
            cached = loaded.cache.reuse(prompt.tokens)
            job.send(
                Started(
                    job.request_id, len(prompt.tokens), cached, length, prompt.template,
                    prompt.problem, seed,
                )
            )  # fmt: skip
            sampler.heed(prompt.tokens)
            reply = _Reply(loaded, request, job, prompt=prompt, slot=slot, sampler=sampler)
            stop = reply.write(end)
            reply.settle(stop)
    finally:
        loaded.context.set_threads(usual)
        sampler.close()


def _threads(request: Generate, usual: int) -> int:
    """How many threads this reply may take."""
    if request.threads is None:
        return usual
    if not 1 <= request.threads <= MOST_THREADS:
        raise BadParameter(name="threads", value=request.threads, allowed=f"1 to {MOST_THREADS}")
    return min(request.threads, usual)


def _prompt(loaded: LoadedModel, request: Generate, key: Key | None) -> Prompt:
    if request.prompt is not None:
        return loaded.prompts.raw(request.prompt)
    return loaded.prompts.chat(
        request.turns,
        continue_last=request.continue_last,
        allow_fallback=request.allow_fallback,
        known=loaded.cache.replies(key),
    )


@dataclass(slots=True)
class _Times:
    """time.perf_counter() when things happened, in seconds; 0 until they do."""

    begun: float = 0.0
    prompt_done: float = 0.0
    first_token: float = 0.0


class _Reply:
    """One reply in the making."""

    def __init__(
        self,
        loaded: LoadedModel,
        request: Generate,
        job: Job,
        *,
        prompt: Prompt,
        slot: Slot,
        sampler: Sampler,
    ) -> None:
        params = request.params
        self._loaded = loaded
        self._context = loaded.context
        self._params = params
        self._prompt = prompt
        self._slot = slot
        self._sampler = sampler
        self._job = job
        self._cached = len(slot.tokens)
        chat = request.prompt is None
        continues = chat and request.continue_last and bool(request.turns[-1].content)
        self._trims = chat and not continues
        self._splits = self._trims and params.json_schema is None
        # Held to a schema a reply ends by its grammar; the template's marks may stand in its strings.
        stops = prompt.stops if params.json_schema is None else ()
        self._text = ReplyText(
            (*params.stop, *stops),
            opened=prompt.opened if self._splits else None,
            split=self._splits,
            trim=self._trims,
        )
        controls = loaded.model.control_tokens
        self._marks = frozenset(controls[text] for text in TAG_TOKENS if text in controls)
        self._tokens: list[int] = []
        self._infos: list[TokenInfo] = []
        self._waiting_text: list[str] = []
        self._waiting_reasoning: list[str] = []
        self._sent_text: list[str] = []
        self._reasoned = False
        self._full = False
        self._times = _Times()

    def write(self, tell: Callable[[Finished], None]) -> StopReason:
        """Evaluate the prompt, write the reply, and ``tell`` how it ended."""
        self._times.begun = time.perf_counter()
        try:
            self._evaluate_prompt()
            stop = self._write()
        except Cancelled:
            stop = "cancelled"
        except NoCandidate:
            stop = "end"
        except WorkerError:
            self._loaded.cache.drop()
            raise
        end = time.perf_counter()
        self._take(self._text.finish(whole=stop == "end"))
        self._flush()
        self._remember()
        tell(self._finished(stop, end))
        return stop

    def _evaluate_prompt(self) -> None:
        """All but the last token in batches, the last one alone.

        A regenerate evaluates that last token alone too, so that its logits, and with one seed its
        text, are the same to the last bit.
        """
        tokens, held = self._prompt.tokens, self._slot.tokens
        total = len(tokens) - self._cached
        self._context.abort_when(self._job.cancel.is_set)
        try:
            while len(held) < len(tokens) - 1:
                batch = tokens[len(held) : min(len(held) + BATCH_TOKENS, len(tokens) - 1)]
                self._check(self._context.evaluate(batch, len(held)))
                held.extend(batch)
                done = len(held) - self._cached
                self._job.send(PromptProgress(self._job.request_id, done, total))
                self._job.check()
        finally:
            self._context.abort_when(None)
        self._check(self._context.step(tokens[-1], len(held)))
        held.append(tokens[-1])
        self._job.send(PromptProgress(self._job.request_id, total, total))
        self._times.prompt_done = time.perf_counter()

    def _check(self, code: int) -> None:
        if code == 0:
            return
        if code == ABORTED:
            if not self._context.keep(len(self._slot.tokens)):
                self._loaded.cache.drop()
            raise Cancelled
        raise WorkerError(role="engine", detail=f"llama.cpp could not go on (code {code}).")

    def _write(self) -> StopReason:
        """The loop. Names are bound to locals: it runs thousands of times a second."""
        sample, step = self._sampler.next, self._context.step
        ends, piece_of = self._loaded.model.ends, self._loaded.model.piece
        text, marks = self._text, self._marks
        feed, cancelled, clock = text.feed, self._job.cancel.is_set, time.perf_counter
        tokens, held, length = self._tokens, self._slot.tokens, self._loaded.facts.context_length
        most = self._params.max_tokens or length
        wants_infos = self._params.logprobs is not None
        flushed = 0.0
        while True:
            token = sample()
            if ends(token):
                return "end"
            tokens.append(token)
            self._times.first_token = self._times.first_token or clock()
            if wants_infos:
                self._infos.append(self._info(token))
            self._take(feed(piece_of(token, special=token in marks and text.splitting)))
            now = clock()
            if now - flushed >= FLUSH_SECONDS and self._flush():
                flushed = now
            if text.stopped is not None:
                return "end" if text.stopped in self._prompt.stops else "stop_string"
            if len(tokens) >= most:
                return "length"
            if len(held) >= length:
                self._full = True
                return "length"
            if cancelled():
                return "cancelled"
            self._check(step(token, len(held)))
            held.append(token)

    def _take(self, piece: Piece) -> None:
        if piece.text:
            self._waiting_text.append(piece.text)
        if piece.reasoning:
            self._reasoned = True
            self._waiting_reasoning.append(piece.reasoning)

    def _flush(self) -> bool:
        """Send what has come together since the last time; False when that is nothing."""
        if not (self._waiting_text or self._waiting_reasoning or self._infos):
            return False
        text, reasoning = "".join(self._waiting_text), "".join(self._waiting_reasoning)
        infos = tuple(self._infos)
        self._job.send(Chunk(self._job.request_id, text, reasoning, len(self._tokens), infos))
        if text:
            self._sent_text.append(text)
        self._waiting_text.clear()
        self._waiting_reasoning.clear()
        self._infos.clear()
        return True

    def _info(self, token: int) -> TokenInfo:
        """The token's log-probability by the raw logits (a softmax, before any sampler)."""
        logits = self._context.logits().astype(np.float64)
        top = float(logits.max())
        logits -= top + float(np.log(np.exp(logits - top).sum()))
        np.maximum(logits, LEAST_LOGPROB, out=logits)
        wanted = min(self._params.logprobs or 0, len(logits))
        best = np.argpartition(logits, -wanted)[-wanted:] if wanted else np.empty(0, np.int64)
        ranked = best[np.argsort(-logits[best], kind="stable")]
        choices = tuple(TokenChoice(self._shown(int(t)), float(logits[t])) for t in ranked)
        return TokenInfo(self._shown(token), float(logits[token]), choices)

    def _shown(self, token: int) -> str:
        return self._loaded.model.piece(token, special=True).decode("utf-8", "replace")

    def _finished(self, stop: StopReason, end: float) -> Finished:
        times = self._times
        prompt_done = times.prompt_done or end
        timings = Timings(
            prompt_tokens=len(self._prompt.tokens),
            cached_tokens=self._cached,
            completion_tokens=len(self._tokens),
            prompt_seconds=prompt_done - times.begun,
            generation_seconds=end - prompt_done,
            first_token_seconds=(times.first_token or end) - self._job.arrived,
        )
        return Finished(
            self._job.request_id,
            stop,
            timings,
            context_used=min(
                len(self._prompt.tokens) + len(self._tokens), self._loaded.facts.context_length
            ),
            context_length=self._loaded.facts.context_length,
            memory_bytes=resident_bytes(),
            context_full=self._full,
        )

    def _remember(self) -> None:
        """Keep the reply's tokens for the next turn, or the cache of nobody no longer."""
        if self._slot.key is None:
            self._loaded.cache.drop()
        elif not self._reasoned:
            text = "".join(self._sent_text)
            kept = self._tokens_of(text) if self._text.stopped is not None else self._tokens
            self._slot.remember(text, kept)

    def settle(self, stop: StopReason) -> None:
        """Ready the cache for the next turn, which begins with this reply.

        A reply cut by its length was not evaluated to its last token: that is done now, when nobody
        waits for it, so that the next turn evaluates its own tokens only.
        """
        at = len(self._slot.tokens)
        unread = stop == "length" and self._slot.key is not None and at < self._context.length
        if unread and self._context.step(self._tokens[-1], at) == 0:
            self._slot.tokens.append(self._tokens[-1])

    def _tokens_of(self, text: str) -> list[int]:
        """The tokens that spell ``text``, of a reply cut at a stop string.

        None of them if it cuts a token, or if other text than white space was parted from it.
        """
        pieces = [self._loaded.model.piece(token) for token in self._tokens]
        whole = b"".join(pieces)
        lead = len(whole) - len(whole.lstrip()) if self._trims else 0
        wanted, size = lead + len(text.encode()), 0
        if whole[lead:wanted] != text.encode():
            return []
        for count, piece in enumerate(pieces):
            if size == wanted:
                return self._tokens[:count]
            size += len(piece)
        return self._tokens if size == wanted else []
