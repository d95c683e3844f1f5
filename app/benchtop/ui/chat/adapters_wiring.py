"""What the header's "Adapters" shows and does: attached to the conversation, from the next reply on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.chat import Conversation
from benchtop.domain.errors import BenchtopError
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.services.adapter_check import AdapterCheck
from benchtop.ui.chat.adapter_rows import AdapterRow
from benchtop.ui.chat.adapter_words import adapter_detail, adapter_problem

if TYPE_CHECKING:
    from benchtop.ui.chat.chat_page import ChatPage

Uses = tuple[AdapterUse, ...]


class AdaptersWiring(QObject):
    """Connects the list of adapters of a chat page.

    A model that is chosen in the place of another takes along the adapters that fit it; those it had in this
    conversation before come back with it.
    """

    more_requested = Signal(str)
    """The id of the model that answers: its adapters are wanted under Models."""

    def __init__(self, page: ChatPage) -> None:
        super().__init__(page)
        self._page = page
        self._session = page.services.session
        self._library = page.services.models.adapters
        self._check = AdapterCheck(page.services.engine.folder, self)
        self._before: dict[tuple[str, str], Uses] = {}
        self._first: frozenset[str] = frozenset()
        button = page.header.adapters
        button.wanted.connect(self._wanted)
        button.changed.connect(self._changed)
        button.more_requested.connect(self._more)
        self._library.changed.connect(self._library_changed)
        self._session.model_changed.connect(lambda _model: self.show())
        self._session.branch.opened.connect(lambda *_: self.show())
        self._session.branch.created.connect(lambda _conversation: self.show())
        self._session.branch.conversation_changed.connect(lambda _conversation: self.show())
        self.show()

    def show(self) -> None:
        """Show what there is, and what is attached here."""
        model = self._session.model
        self._page.header.set_adapters(self._rows(model), model.name if model else "")

    def attach(self, path: str, scale: float = 1.0) -> None:
        """Attach an adapter from the next reply on."""
        self._set((*self._others(path), AdapterUse(path, scale)))
        self._look_at(path)

    def use_here(self, path: str, model_id: str) -> None:
        """Let a model answer with an adapter in the conversation on show; which one is said, with Undo."""
        session, before = self._session, self._session.model
        here, uses = session.branch.conversation, session.branch.adapters
        if before is None or before.id != model_id:
            self._page.header_wiring.choose(model_id)
        self.attach(path)
        name = self._named(AdapterUse(path)).shown
        if here is None:
            words = self.tr("“{name}” is used in the new chat, from its first reply on.")
        else:
            words = self.tr("“{name}” is used in the chat “{title}”, from the next reply on.")
        self._page.undo_stack.push(
            words.format(name=name, title=here.title if here is not None else ""),
            lambda _left: self._use_no_more(path, here, uses, before),
            removed=False,
        )

    def _use_no_more(
        self, path: str, here: Conversation | None, uses: Uses, model: ModelFile | None
    ) -> None:
        """As it was, also where another conversation is on show by now."""
        now = self._session.branch.conversation
        if here is not None and (now is None or now.id != here.id):
            model_id = {} if model is None else {"model_id": model.id}
            self._page.services.conversations.change(here.id, adapters=uses, **model_id)
            return
        answering = self._session.model
        if model is not None and (answering is None or answering.id != model.id):
            self._page.header_wiring.choose(model.id)
        if here is None and now is not None:
            self.detach(path)  # the new chat has become a conversation of its own
        else:
            self._set(uses)

    def detach(self, path: str) -> None:
        """Take an adapter off, from the next reply on."""
        self._set(self._others(path))

    def take_along(self, before: ModelFile | None, model: ModelFile) -> None:
        """Another model is to answer here: told before it does."""
        attached = self._session.branch.adapters
        here = self._session.branch.conversation
        place = here.id if here is not None else ""
        if before is not None:
            self._before[place, before.id] = attached
        kept = tuple(use for use in attached if not self._problem(use.path, model))
        self._set(self._before.get((place, model.id), kept))

    def close(self) -> None:
        """Look at nothing more."""
        self._check.close()

    def _wanted(self) -> None:
        # Those in use stand first, and stay where they are while the list is open.
        self._first = frozenset(use.path for use in self._session.branch.adapters)
        self._library.refresh()
        self.show()

    def _more(self) -> None:
        model = self._session.model
        if model is not None:
            self.more_requested.emit(model.id)

    def _changed(self, rows: list[AdapterRow]) -> None:
        """Those that were attached keep their order; what is new comes after them."""
        old = [use.path for use in self._session.branch.adapters]
        on = {row.path: AdapterUse(row.path, row.scale, row.name) for row in rows if row.on}
        new = [path for path in on if path not in old]
        self._set(tuple(on[path] for path in (*old, *new) if path in on))
        for path in new:
            self._look_at(path)

    def _set(self, uses: Uses) -> None:
        self._session.branch.set_adapters(tuple(map(self._named, uses)))
        self.show()

    def _named(self, use: AdapterUse) -> AdapterUse:
        """With its name on the list: replies say what wrote them also when it is on no list any more."""
        known = self._library.by_path(use.path)
        return replace(use, name=known.name) if known is not None else use

    def _library_changed(self) -> None:
        uses = self._session.branch.adapters
        if any(not use.name and self._named(use).name for use in uses):
            self._set(uses)  # one that was just made was attached before the list knew it
        else:
            self.show()

    def _others(self, path: str) -> Uses:
        return tuple(use for use in self._session.branch.adapters if use.path != path)

    def _look_at(self, path: str) -> None:
        """What only the model's whole file tells comes later; then it is switched off again, and said."""
        model, here = self._session.model, self._session.branch.conversation

        def told(error: BenchtopError | None) -> None:
            now = self._session.branch.conversation
            same = (now.id if now else "") == (here.id if here else "")
            if error is not None and same and self._session.model == model:
                self._set(self._others(path))
                self._page.show_error(error)

        if model is not None:
            self._check.run(model, [AdapterUse(path)], told)

    def _rows(self, model: ModelFile | None) -> list[AdapterRow]:
        """What is in use, what can be used, what cannot, and what is attached and on no list."""
        attached = {use.path: use for use in self._session.branch.adapters}
        known = [self._row(one, model, attached) for one in self._library.adapters]
        listed = {row.path for row in known}
        gone = self.tr("Its file is not there any more")
        unknown = [
            AdapterRow(
                path,
                use.shown,
                str(Path(path).parent),
                on=True,
                scale=use.scale,
                problem="" if Path(path).is_file() else gone,
            )
            for path, use in attached.items()
            if path not in listed
        ]
        known.sort(key=lambda row: (row.path not in self._first, bool(row.problem)))
        return [*known, *unknown]

    def _row(
        self, adapter: AdapterFile, model: ModelFile | None, attached: dict[str, AdapterUse]
    ) -> AdapterRow:
        return AdapterRow(
            adapter.path,
            adapter.name,
            adapter_detail(adapter),
            on=adapter.path in attached,
            scale=attached[adapter.path].scale if adapter.path in attached else 1.0,
            problem=self._problem(adapter.path, model),
        )

    def _problem(self, path: str, model: ModelFile | None) -> str:
        adapter = self._library.by_path(path)
        if adapter is None or model is None:
            return ""
        return adapter_problem(adapter, self._library.judge(adapter, model))
