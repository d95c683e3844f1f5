"""The teacher's panel with a larger model behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError
from benchtop.domain.examples import Example
from benchtop.domain.models import ModelFile, parameters_text
from benchtop.services.library import is_missing
from benchtop.services.model_list import ModelList
from benchtop.services.reply_stream import explain
from benchtop.services.teach_services import TeachServices
from benchtop.services.teacher import Teacher
from benchtop.services.teacher_steps import Drafting, DraftOutcome
from benchtop.ui.teach.data_rows import DraftProgress, DraftWish, TeacherModel
from benchtop.ui.teach.data_texts import drafted_words
from benchtop.ui.teach.data_wiring import DataWiring

if TYPE_CHECKING:
    from benchtop.store.database import Store

MOST_SEEDS = 500
"""Examples that drafts are made from, where all of a data set are meant."""


class TeacherWiring(QObject):
    """Starts and stops the teacher, and shows how far it is."""

    def __init__(self, data: DataWiring, services: TeachServices, models: ModelList) -> None:
        super().__init__(data)
        self._data, self._services, self._models = data, services, models
        self._panel = data.view.teacher
        self._teacher: Teacher | None = None
        self._panel.start_wanted.connect(self._start)
        self._panel.stop_wanted.connect(self._stop)
        data.view.teacher_shown.connect(self._show_models)
        models.changed.connect(lambda _models: self._show_models())
        data.view.set_teacher_ready(ready=True)
        self._show_models()

    def _show_models(self) -> None:
        found = [one for one in self._models.models if not is_missing(one)]
        found.sort(key=lambda one: -one.parameters)
        self._panel.set_models(
            [
                TeacherModel(
                    one.id, one.name, parameters_text(one.parameters), caution=self._caution(one)
                )
                for one in found
            ]
        )

    def _caution(self, teacher: ModelFile) -> str:
        """A teacher should know more than who is taught, which is most likely the one that one chats with."""
        taught = self._services.engine.state.model
        if taught is None or teacher.parameters > taught.parameters:
            return ""
        if teacher.id == taught.id:
            words = self.tr(
                "{teacher} answers in your chats now. A model learns little from its own drafts: "
                "find a larger one for that."
            )
        else:
            words = self.tr(
                "{teacher} is no larger than {model}, which answers in your chats now: it has little "
                "to teach it."
            )
        return words.format(teacher=teacher.name, model=taught.name)

    def _start(self, wish: DraftWish) -> None:
        model, dataset_id = self._models.by_id(wish.model_id), self._data.dataset_id
        if model is None or not dataset_id or self._made().busy:
            return
        chosen = self._data.view.table.chosen_ids() if wish.of_chosen else []

        def read(store: Store) -> list[Example]:
            # Held out before anything is shown: a later holdout would hold what the teacher has seen.
            store.versions.freeze_holdout(dataset_id)
            if chosen:
                return store.examples.of_ids(chosen)
            found = []
            for example in store.examples.each(dataset_id):
                if example.included and example.state == "kept":
                    found.append(example)
                if len(found) >= MOST_SEEDS:
                    break
            return found

        self._services.ask(
            read, lambda some: self._begin(model, dataset_id, wish, some), self._data.say
        )

    def _begin(
        self, model: ModelFile, dataset_id: str, wish: DraftWish, some: list[Example]
    ) -> None:
        if not any(not one.holdout and not one.problem() for one in some):
            self._data.tell(
                self.tr("A teacher needs an example with an answer that is not held out.")
            )
            return
        drafting = Drafting(wish.kind, some, wish.count, model.name)
        self._made().start(model, dataset_id, drafting)

    def _stop(self) -> None:
        if self._teacher is not None:
            self._teacher.stop()

    def _made(self) -> Teacher:
        if self._teacher is None:
            self._teacher = self._services.teacher()
            self._teacher.progressed.connect(self._progressed)
            self._teacher.drafted.connect(lambda _draft: self._data.refresh())
            self._teacher.ended.connect(self._ended)
        return self._teacher

    def _progressed(self, done: int, wanted: int) -> None:
        self._panel.set_progress(DraftProgress(done, wanted))

    def _ended(self, made: int, error: BenchtopError | None) -> None:
        self._panel.set_progress(None)
        if error is not None:
            self._data.tell(explain(error))
        else:
            outcome = self._made().outcome
            self._data.tell(drafted_words(made, outcome or DraftOutcome(made)))
        self._data.examples_changed()
