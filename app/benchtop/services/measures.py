"""Measurements of loaded models as steps: what to ask which model, and what the answers come to.

A measurement is a generator. It gives a Step and is sent the last answer to it (a Written, where a reply was
asked for); its return value is the result; closing it at any place leaves nothing behind. A command drives it
by waiting (cli/measuring.py), the window by signals (measure_run.py). All raise BenchtopErrors.
"""

from __future__ import annotations

import uuid
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchtop.domain.compare_errors import TextTooShort, VocabulariesDiffer
from benchtop.domain.errors import FileUnreadable, WorkerError
from benchtop.domain.generation import AdapterUse
from benchtop.domain.windows import USUAL_WINDOW, first_scored, window_count, windows
from benchtop.evaluation.divergence import Divergence, divergence
from benchtop.evaluation.next_token import Place, places
from benchtop.evaluation.perplexity import Perplexity, perplexity
from benchtop.protocol.measure_messages import Lens, LensRead, Score, Scored
from benchtop.protocol.messages import Answer, ChatTurn, Render, Rendered
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import Asked
from benchtop.services.rows_file import rows_file
from benchtop.services.written import Written

T = TypeVar("T")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Step:
    """A request to one of the models (0 or 1). The whole is ``begins`` done before and ``ends`` after it,
    from 0 to 1; what the model tells of its progress lies between."""

    model: int
    request: Asked
    begins: float = 0.0
    ends: float = 1.0


Steps = Generator[Step, Answer | Written, T]


@dataclass(frozen=True, slots=True)
class LensView:
    """What one or two models expected at each place of one text. ``seconds`` are the first one's, in its
    worker. The places of the second tell how far its predictions are from the first one's."""

    tokens: tuple[int, ...]
    first: tuple[Place, ...]
    second: tuple[Place, ...] = ()
    seconds: float = 0.0


def measured_text(path: str) -> str:
    """The text of a file, without one newline at its end, which llama.cpp's tools leave out as well
    (common/arg.cpp, --file). Raises FileUnreadable for one that is missing, empty or not UTF-8."""
    try:
        data = Path(path).expanduser().read_bytes()  # as they are: read_text would change line ends
        text = data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, detail="it is not UTF-8 text") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileUnreadable(path=path, detail=reason.lower()) from error
    if not text.strip():
        raise FileUnreadable(path=path, detail="it is empty, and there is nothing to measure")
    return text


def usual_context(*trained: int, wanted: int = USUAL_WINDOW) -> int:
    """Tokens of a window: as many as wanted (llama-perplexity's own), or what all of these models can
    read; 0 is unknown."""
    return min([wanted, *(length for length in trained if length > 0)])


def perplexity_steps(
    text: str, context: int, adapters: Sequence[AdapterUse] = ()
) -> Steps[Perplexity]:
    """Perplexity of one model on a text, in windows of ``context`` tokens."""
    scored = expected(Scored, (yield Step(0, Score(new_id(), text, context, tuple(adapters)))))
    return perplexity(scored.nll, scored.nll_squares, scored.tokens, scored.context_length)


def divergence_steps(
    text: str,
    context: int,
    folder: DataFolder,
    names: tuple[str, str],
    adapters: tuple[Sequence[AdapterUse], Sequence[AdapterUse]] = ((), ()),
) -> Steps[Divergence]:
    """How far the second model's predictions are from the first one's, window by window: the first writes
    its log-probabilities of one window, the second reads them. ``names`` are for messages."""
    rendered = yield from _same_vocabulary(Render(new_id(), prompt=text, ids=True), names)
    tokens, first = rendered.ids, first_scored(context)
    count = window_count(len(tokens), context)
    if count == 0:
        raise TextTooShort(have=len(tokens), need=context)
    values: list[float] = []
    same: list[bool] = []
    logprobs: tuple[list[float], list[float]] = ([], [])
    with rows_file(folder, context - first, rendered.vocabulary_size) as rows:
        for number, window in enumerate(windows(tokens, context, rendered.bos)):
            reads = yield from _both(
                window, str(rows), first=first, top=0, adapters=adapters, part=(number, count)
            )
            for kept, read in zip(logprobs, reads, strict=True):
                kept.extend(read.logprobs)
            # The last position predicts what is not in the window.
            values.extend(reads[1].divergences[:-1])
            same.extend(reads[1].same_top[:-1])
    return divergence(values, same, logprobs, context)


def lens_steps(
    prompt: str | Sequence[ChatTurn] | Sequence[int],
    top: int,
    adapters: Sequence[AdapterUse] = (),
) -> Steps[LensView]:
    """What one model expected at each place of plain text, of a conversation in the model's template, or
    of exactly these tokens."""
    tokens, text = yield from _lens_tokens(prompt)
    request = Lens(new_id(), text, tokens, top=top, adapters=tuple(adapters))
    read = expected(LensRead, (yield Step(0, request, 0.1)))
    return LensView(read.tokens, _places(read), seconds=read.seconds)


def two_lens_steps(
    prompt: str | Sequence[ChatTurn] | Sequence[int],
    top: int,
    folder: DataFolder,
    names: tuple[str, str],
    adapters: tuple[Sequence[AdapterUse], Sequence[AdapterUse]] = ((), ()),
) -> Steps[LensView]:
    """The same of two models with one vocabulary, and where they differ. The tokens are the first one's."""
    tokens, text = yield from _lens_tokens(prompt)
    rendered = yield from _same_vocabulary(Render(new_id(), prompt=text or "", ids=True), names)
    read = tokens or rendered.ids
    with rows_file(folder, len(read), rendered.vocabulary_size) as rows:
        first, second = yield from _both(
            read, str(rows), first=0, top=top, adapters=adapters, part=(0, 1)
        )
    return LensView(first.tokens, _places(first), _places(second), first.seconds)


def _lens_tokens(
    prompt: str | Sequence[ChatTurn] | Sequence[int],
) -> Steps[tuple[tuple[int, ...], str | None]]:
    """The tokens where they are known or a template makes them, else the plain text."""
    if isinstance(prompt, str):
        return (), prompt
    turns = tuple(turn for turn in prompt if isinstance(turn, ChatTurn))
    if not turns:
        return tuple(token for token in prompt if isinstance(token, int)), None
    render = Render(new_id(), turns, continue_last=turns[-1].role == "assistant", ids=True)
    return expected(Rendered, (yield Step(0, render, 0.0, 0.1))).ids, None


def _same_vocabulary(request: Render, names: tuple[str, str]) -> Steps[Rendered]:
    """The first model's tokens of a text, when both mean the same by a token; VocabulariesDiffer."""
    first = expected(Rendered, (yield Step(0, request, 0.0, 0.0)))
    second = expected(Rendered, (yield Step(1, Render(new_id(), prompt="", ids=True), 0.0, 0.0)))
    if first.vocabulary != second.vocabulary:
        raise VocabulariesDiffer(first=names[0], second=names[1])
    return first


def _both(
    tokens: Sequence[int],
    rows: str,
    *,
    first: int,
    top: int,
    adapters: tuple[Sequence[AdapterUse], Sequence[AdapterUse]],
    part: tuple[int, int],
) -> Steps[tuple[LensRead, LensRead]]:
    """Both models read the same tokens, the second against the rows of the first."""
    number, count = part
    middle = (number + 0.5) / count
    write = Lens(
        new_id(), None, tuple(tokens), top, first, tuple(adapters[0]), keep_rows=rows
    )  # fmt: skip
    compare = Lens(
        new_id(), None, tuple(tokens), top, first, tuple(adapters[1]), compare_rows=rows
    )  # fmt: skip
    one = expected(LensRead, (yield Step(0, write, number / count, middle)))
    two = expected(LensRead, (yield Step(1, compare, middle, (number + 1) / count)))
    return one, two


def _places(read: LensRead) -> tuple[Place, ...]:
    return tuple(
        places(
            read.tokens,
            read.logprobs,
            read.top,
            top_ids=read.top_ids,
            top_logprobs=read.top_logprobs,
            texts=read.texts,
            divergences=read.divergences,
            same_top=read.same_top,
        )
    )


def expected(kind: type[A], answer: Answer | Written) -> A:
    """The answer, which is of this kind; WorkerError for another."""
    if not isinstance(answer, kind):
        raise WorkerError(role="engine", detail=f"it answered with {type(answer).__name__}.")
    return answer


def new_id() -> str:
    """The name of a request."""
    return uuid.uuid4().hex
