"""A text read by one or two models, and by counting one's own: what is asked, and what comes of it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from benchtop.domain.compare_errors import VocabulariesDiffer
from benchtop.domain.errors import PromptError
from benchtop.evaluation.count_model import CountModel, count_options, count_places
from benchtop.evaluation.next_token import Place, TokenOption
from benchtop.protocol.messages import ChatTurn, Render, Rendered
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import DataFolder
from benchtop.services.measures import Step, Steps, lens_steps, two_lens_steps

_T = TypeVar("_T")
MOST_INTERVALS = 2_000
"""Intervals of the model that counts, a millisecond each; in a long text they are of the likeliest."""


@dataclass(frozen=True, slots=True)
class LensWish:
    """``prompt`` as plain text, read by one or two of the ``readers``, each with its adapters; ``top``
    alternatives at each place; ``counting``: by the person's own text too, in the first one's tokens.

    ``as_chat``: the prompt is a message of the person in the model's template, after which a reply that
    begins with ``reply`` comes.
    """

    prompt: str
    readers: tuple[Entry, ...]
    top: int = 10
    counting: bool = False
    as_chat: bool = False
    reply: str = ""

    @property
    def asked(self) -> str | tuple[ChatTurn, ...]:
        """What the readers are given."""
        if not self.as_chat:
            return self.prompt
        begun = (ChatTurn("assistant", self.reply),) if self.reply else ()
        return ChatTurn("user", self.prompt), *begun


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What one reader expected. ``leading`` places at the beginning stand for no text."""

    places: tuple[Place, ...]
    leading: int = 0


@dataclass(frozen=True, slots=True)
class LensReading:
    """A row for each reader, and one of counts where that was wished, over ``counted`` tokens of the
    person's own. ``comparable``: two readers have one vocabulary, so that the second knows how far it is
    from the first."""

    wish: LensWish
    tokens: tuple[int, ...]
    rows: tuple[ReadRow, ...]
    counts: ReadRow | None = None
    counted: int = 0
    comparable: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Begin:
    """What a model puts before every text, and a mark of its vocabulary."""

    ids: tuple[int, ...]
    vocabulary: str
    size: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A model that counts, for one vocabulary and one state of the chats."""

    key: tuple[str, str]
    model: CountModel
    texts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToCount:
    """The tokens of the person's texts, of which nobody has counted yet."""

    key: tuple[str, str]
    texts: tuple[tuple[int, ...], ...]
    vocabulary: int
    pieces: Mapping[int, str]


def no_chats() -> PromptError:
    """Why nothing can be counted."""
    return PromptError(detail="there are no chats yet to count words in: chat first.")


def reading_steps(
    wish: LensWish, texts: Sequence[str], known: tuple[str, str], folder: DataFolder
) -> Steps[tuple[LensReading, ToCount | None]]:
    """Everything that models are asked; ``known`` is what has been counted already, as in ToCount."""
    first = yield from _begin()
    to_count = None
    if wish.counting:
        key = first.vocabulary, _sum(texts)
        if key != known:
            to_count = yield from _counting_steps(texts, key, first.size)
    adapters = [reader.adapters for reader in wish.readers]
    top = min(wish.top, first.size)
    if len(wish.readers) == 1:
        view = yield from lens_steps(wish.asked, top, adapters[0])
        rows = (_row(view.first, first),)
        return LensReading(wish, view.tokens, rows, seconds=view.seconds), to_count
    names = (wish.readers[0].model.path, wish.readers[1].model.path)
    try:
        pair = (adapters[0], adapters[1])
        view = yield from two_lens_steps(wish.asked, top, folder, names, pair)
    except VocabulariesDiffer:
        return (yield from _apart(wish, first)), to_count
    both = (_row(view.first, first), _row(view.second, first))
    return LensReading(wish, view.tokens, both, seconds=view.seconds), to_count


def _apart(wish: LensWish, first: _Begin) -> Steps[LensReading]:
    """Two that cut text into other tokens: each has its own places, and no probability of one can be
    held against the other's. The second, which was asked last, comes first."""
    second = yield from _of_second(_begin())
    one, two = wish.readers
    other = yield from _of_second(lens_steps(wish.asked, min(wish.top, second.size), two.adapters))
    view = yield from lens_steps(wish.asked, min(wish.top, first.size), one.adapters)
    rows = (_row(view.first, first), _row(other.first, second))
    return LensReading(wish, view.tokens, rows, comparable=False, seconds=view.seconds)


def _begin() -> Steps[_Begin]:
    rendered = yield from _rendered("", texts=False)
    return _Begin(rendered.ids, rendered.vocabulary, rendered.vocabulary_size)


def _counting_steps(texts: Sequence[str], key: tuple[str, str], size: int) -> Steps[ToCount]:
    """The tokens of each text; progress is told below 0, from -1 on."""
    ids: list[tuple[int, ...]] = []
    pieces: dict[int, str] = {}
    for number, text in enumerate(texts):
        rendered = yield from _rendered(text, texts=True, begins=number / len(texts) - 1)
        ids.append(rendered.ids)
        pieces |= rendered.texts
    return ToCount(key, tuple(ids), size, pieces)


def _rendered(text: str, *, texts: bool, begins: float = 0.0) -> Steps[Rendered]:
    request = Render(uuid.uuid4().hex, prompt=text, ids=True, texts=texts)
    answer = yield Step(0, request, begins, begins)
    assert isinstance(answer, Rendered)
    return answer


def _of_second(steps: Steps[_T]) -> Steps[_T]:
    """The same steps, asked of the second model."""
    try:
        step = next(steps)
        while True:
            step = steps.send((yield replace(step, model=1)))
    except StopIteration as end:
        result: _T = end.value
        return result
    finally:
        steps.close()


def _row(places: tuple[Place, ...], begin: _Begin) -> ReadRow:
    """A row whose places for what stands before every text are counted."""
    there = tuple(place.id for place in places[: len(begin.ids)])
    return ReadRow(places, len(begin.ids) if there == begin.ids else 0)


def counted(found: ToCount) -> Counted:
    """Count: seconds for a long life of chats."""
    return Counted(found.key, CountModel(found.texts, found.vocabulary), found.pieces)


def with_counts(reading: LensReading, known: Counted) -> LensReading:
    """The reading with a row of what counting expects at the first one's places."""
    first, top = reading.rows[0], reading.wish.top
    texts = dict(known.texts)
    for place in first.places:
        texts |= {option.id: option.text for option in place.options}
        if place.came is not None:
            texts[place.id] = place.text
    places = count_places(known.model, reading.tokens, texts, top)
    with_intervals = max(1, min(top, MOST_INTERVALS // len(places)))
    found = []
    for at, place in enumerate(places):
        if at < first.leading:
            found.append(first.places[at])
            continue
        history = reading.tokens[max(0, at - known.model.order) : at]
        best = count_options(known.model, history, texts, with_intervals)
        options = (*best, *place.options[with_intervals:])
        found.append(replace(place, options=options, came=_came(known.model, history, place.came)))
    row = ReadRow(tuple(found), first.leading)
    return replace(reading, counts=row, counted=known.model.tokens)


def _came(
    model: CountModel, history: Sequence[int], came: TokenOption | None
) -> TokenOption | None:
    if came is None:
        return None
    known = model.posterior(history, came.id)
    return replace(came, low=known.low, high=known.high)


def _sum(texts: Sequence[str]) -> str:
    whole = hashlib.sha256()
    for text in texts:
        whole.update(hashlib.sha256(text.encode("utf-8", "replace")).digest())
    return whole.hexdigest()
