"""The next token: who can read, what is read, and the results as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.models import ModelFile
from benchtop.domain.told_apart import told_apart
from benchtop.services.compare_services import CompareServices
from benchtop.services.contest_entry import Entry
from benchtop.services.lens_card import lens_card
from benchtop.services.lens_reading import LensReading, LensWish, no_chats
from benchtop.services.library import is_missing
from benchtop.services.model_list import ModelList
from benchtop.services.reply_stream import explain
from benchtop.ui.compare.card_saver import CardSaver
from benchtop.ui.compare.contestants_wiring import ContestantsWiring
from benchtop.ui.compare.lens_rows import (
    LensRequest,
    LensRow,
    is_end,
    mostly_astonishing,
    prefix,
    text_of,
)
from benchtop.ui.compare.lens_view import LensView
from benchtop.ui.widgets.info_bar import InfoBar

COUNT_ID = "count"
_PART = "\ufffd"


class LensWiring(QObject):
    """The contestants can read, and every model of the list that none of them is without an adapter."""

    def __init__(
        self,
        view: LensView,
        services: CompareServices,
        contestants: ContestantsWiring,
        models: ModelList,
        info: InfoBar,
    ) -> None:
        super().__init__(view)
        self._view, self._services = view, services
        self._cards = CardSaver(view, info)
        self._contestants, self._models = contestants, models
        self._lens = services.lens()
        self._readers: dict[str, tuple[str, Entry]] = {}
        self._request: LensRequest | None = None
        self._shown: tuple[LensRequest, LensReading, tuple[LensRow, ...]] | None = None
        view.read_requested.connect(self._read)
        view.stop_requested.connect(self._lens.stop)
        view.continue_requested.connect(self._go_on)
        view.card_requested.connect(self._save)
        contestants.shown.connect(lambda _rows: self._offer())
        models.changed.connect(lambda _models: self._offer())
        self._lens.loading.connect(self._loading)
        self._lens.reading.connect(lambda: self._view.set_running(self.tr("Reading…")))
        self._lens.counting.connect(self._counting)
        self._lens.done.connect(self._done)
        self._lens.failed.connect(self._failed)
        self.look()

    def look(self) -> None:
        """Bring up to date who can read, and whether there is something to count."""
        self._offer()

        def told(messages: int) -> None:
            why = "" if messages else explain(no_chats())
            self._view.set_counting(possible=messages > 0, why=why)

        self._services.store.run(
            lambda store: store.messages.count(),
            told,
            lambda error: self._view.set_counting(possible=False, why=explain(error)),
        )

    def _offer(self) -> None:
        entries = [
            (key, entry.name, entry)
            for key, entry in self._contestants.entries()
            if not is_missing(entry.model)
        ]
        plain = {entry.model.id for _key, _name, entry in entries if not entry.adapters}
        entries += [
            (f"model {model.id}", model.name, Entry(model, name=model.name))
            for model in self._models.models
            if model.id not in plain and not is_missing(model)
        ]
        names = told_apart([name for _key, name, _entry in entries])
        self._readers = {
            key: (name, entry) for (key, _name, entry), name in zip(entries, names, strict=True)
        }
        self._view.set_contestants([(key, name) for key, (name, _) in self._readers.items()])

    # Reading

    def _read(self, request: LensRequest) -> None:
        keys = [key for key in (request.first, request.second) if key]
        if self._lens.is_busy or not keys or any(key not in self._readers for key in keys):
            return
        self._request = request
        self._view.set_trouble("")
        self._view.set_running(self.tr("Reading…"))
        readers = tuple(self._readers[key][1] for key in keys)
        self._lens.read(
            LensWish(
                request.prompt,
                readers,
                request.top,
                request.counting,
                as_chat=request.as_chat,
                reply=request.reply,
            )
        )

    def _loading(self, model: ModelFile, fraction: float) -> None:
        words = self.tr("Loading {name}, {share} %…")
        self._view.set_running(words.format(name=model.name, share=f"{fraction * 100:.0f}"))

    def _counting(self, fraction: float) -> None:
        words = self.tr("Counting your chats, {share} %…")
        self._view.set_running(words.format(share=f"{fraction * 100:.0f}"))

    def _done(self, reading: LensReading) -> None:
        request = self._request
        if request is None:
            return
        rows = self._rows(request, reading)
        self._shown = (request, reading, rows)
        words = self.tr("{tokens} tokens")
        if not reading.comparable:
            words = self.tr(
                "{tokens} tokens; the two cut text into other tokens: no KL between them"
            )
        words = words.format(tokens=f"{len(reading.tokens):,}")
        if not request.as_chat and mostly_astonishing(rows[0]):
            hint = self.tr("Bare text surprises a chat model: try “as a chat message”.")
            words = f"{words}. {hint}"
        self._view.set_running(words, going=False)
        self._view.set_result(rows)

    def _rows(self, request: LensRequest, reading: LensReading) -> tuple[LensRow, ...]:
        keys = [key for key in (request.first, request.second) if key]
        rows = [
            LensRow(key, self._name(key, entry), row.places, leading=row.leading)
            for key, entry, row in zip(keys, reading.wish.readers, reading.rows, strict=True)
        ]
        if reading.counts is not None:
            name = self.tr("my chats, counted")
            counts = reading.counts
            rows.append(LensRow(COUNT_ID, name, counts.places, "count", counts.leading))
        return tuple(rows)

    def _name(self, key: str, entry: Entry) -> str:
        return self._readers[key][0] if key in self._readers else entry.name

    def _failed(self, error: BenchtopError) -> None:
        stopped = isinstance(error, Interrupted)
        self._view.set_running(self.tr("Stopped.") if stopped else "", going=False)
        self._view.set_trouble("" if stopped else explain(error))

    def _go_on(self, reader_id: str, position: int, text: str) -> None:
        """Read the text up to a place, and from there on what was chosen."""
        if self._shown is None or self._lens.is_busy:
            return
        request, _reading, rows = self._shown
        row = next((one for one in rows if one.id == reader_id), None)
        wanted = None
        if row is not None and _PART not in text:
            wanted = (chat_with_token if request.as_chat else prompt_with_token)(
                request, row, position, text
            )
        if wanted is None:
            words = self.tr(
                "The text cannot go on from a part of a character: choose another token."
            )
            if request.as_chat and _PART not in text:
                words = self.tr(
                    "The text cannot go on from here: choose a token of your text, or what comes next."
                )
            self._view.set_trouble(words)
            return
        self._view.set_prompt(wanted.prompt)
        self._read(wanted)

    # A card

    def _save(self) -> None:
        if self._shown is None:
            return
        _request, reading, rows = self._shown
        names = [row.name for row in rows if row.kind == "model"]
        counted, folder = self.tr("my chats, counted"), self._services.folder
        self._cards.save("benchtop-lens", lambda: lens_card(reading, names, counted, folder))


def prompt_with_token(
    request: LensRequest, row: LensRow, position: int, text: str
) -> LensRequest | None:
    """The text up to a place of a row, and a token from there on; None in the middle of a character."""
    before = text_before(request.prompt, row, position)
    if before is None:
        return None
    return replace(request, prompt=with_token(request.prompt, row, before, text))


def chat_with_token(
    request: LensRequest, row: LensRow, position: int, text: str
) -> LensRequest | None:
    """The same of a message in a template: a token in it, or in the reply to it, which the place after the
    end begins. None for the words of the template, and where it cannot be told which these are."""
    texts = [text_of(place) for place in row.places]
    whole, at = "".join(texts), len("".join(texts[:position]))
    said, reply = request.prompt.strip(), request.reply
    if whole.count(said) != 1:
        return None
    start = whole.index(said)
    if start <= at <= start + len(said):
        return replace(request, prompt=whole[start:at] + text, reply="")
    if is_end(row.places[position]):
        return replace(request, reply=reply + text)
    begun = len(whole) - len(reply)
    if reply and whole.endswith(reply) and at >= begun:
        return replace(request, reply=whole[begun:at] + text)
    return None


def text_before(prompt: str, row: LensRow, position: int) -> str | None:
    """The part of a prompt before a place of a row that read it; None in the middle of a character.

    Tokens that are parts of a character have U+FFFD in their texts: what they stand for ends where the
    next whole token begins. A model may put a space before the first word, which is in the tokens only.
    """
    texts = [text_of(place) for place in row.places[row.leading :]]
    here = position - row.leading
    added = _added_space(prompt, texts)
    if not any(_PART in text for text in texts[:here]):
        return prefix(row, position)[added:]
    shown, at, in_part = " " * added + prompt, 0, False
    for text in texts[:here]:
        if _PART in text:
            in_part = True
            continue
        at = shown.find(text, at + in_part)
        if at < 0:
            return None
        at, in_part = at + len(text), False
    if in_part:
        rest = texts[here] if here < len(texts) else ""
        if _PART in rest:
            return None
        at = shown.find(rest, at + 1) if rest else len(shown)
    return shown[added:at] if at >= 0 else None


def with_token(prompt: str, row: LensRow, before: str, text: str) -> str:
    """The text with a token in the place of what came; at the beginning without the space that the model
    itself puts there."""
    texts = [text_of(place) for place in row.places[row.leading :]]
    return before + (text if before else text.removeprefix(" " * _added_space(prompt, texts)))


def _added_space(prompt: str, texts: Sequence[str]) -> int:
    return int("".join(texts)[:1] == " " and prompt[:1] != " ")
