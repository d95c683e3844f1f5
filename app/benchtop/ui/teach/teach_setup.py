"""Training in the window: its services, the job in the status bar, and the two tabs once they are shown.

A run that was at work when the program ended goes on at the next start, whether the page is shown or not.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.models import ModelFile
from benchtop.domain.training import ENDED, TrainingRun, TrainingSettings
from benchtop.services.model_list import ModelList
from benchtop.services.run_checkpoint import pause_orphans
from benchtop.services.teach_services import TeachServices
from benchtop.services.training_judge import TrainingJudge
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.compare.compare_rows import AdapterRow, ContestantDraft
from benchtop.ui.compare_wiring import CompareWiring
from benchtop.ui.main_window import MainWindow
from benchtop.ui.models_wiring import ModelsWiring
from benchtop.ui.teach.data_wiring import DataWiring
from benchtop.ui.teach.length_wiring import LengthWiring
from benchtop.ui.teach.result_texts import added_words
from benchtop.ui.teach.teach_page import TeachPage
from benchtop.ui.teach.teacher_wiring import TeacherWiring

if TYPE_CHECKING:
    from benchtop.store.database import Store
    from benchtop.ui.teach.result_wiring import ResultWiring
    from benchtop.ui.teach.train_view import TrainView
    from benchtop.ui.teach.train_wiring import TrainWiring

JOB = "training"


class TeachSetup(QObject):
    """``services`` go on whether the page was ever shown or not."""

    _learner_changed = Signal()

    def __init__(
        self,
        window: MainWindow,
        chat: ChatPage,
        services: TeachServices,
        compare: CompareWiring,
        models: ModelsWiring,
    ) -> None:
        super().__init__(services)
        self._window, self._chat = window, chat
        self.services, self._compare, self._models = services, compare, models
        self.train: TrainWiring | None = None
        self.result: ResultWiring | None = None
        self._page: TeachPage | None = None
        self._train_view: TrainView | None = None
        self._data: DataWiring | None = None
        self.judge = TrainingJudge(
            services.folder, services.store, self._models_here, compare.suite_runner, self
        )
        runner = services.runner
        runner.changed.connect(self._show_job)
        runner.stepped.connect(lambda _point: self._show_job(runner.run))
        runner.begun.connect(lambda *_: self._share_threads())
        runner.ended.connect(self._ended)
        runner.refused.connect(lambda _error: window.status.end_job(JOB))
        window.status.job_clicked.connect(lambda job: self._show_train() if job == JOB else None)

    def go_on(self) -> None:
        """Go on with what was being trained when the program ended."""

        folder = self.services.folder

        def orphans(store: Store) -> TrainingRun | None:
            ids = pause_orphans(folder, store)
            runs = [one for one in store.training_runs.all() if one.id in ids]
            return runs[0] if runs else None

        def told(run: TrainingRun | None) -> None:
            if run is not None and not self.services.runner.busy:
                self._getting_ready(str(run.model.get("name", "")))
                self.services.runner.go_on(run)

        self.services.ask(orphans, told, lambda _error: None)

    def fill(self, page: TeachPage, data: DataWiring) -> None:
        """Put the tabs into the page, each when it is first shown: making one takes tens of milliseconds."""
        self._page, self._data = page, data
        TeacherWiring(data, self.services, self._models_here)
        session = self._chat.services.session
        lengths = LengthWiring(data, self.services.lengths(lambda: session.busy))
        learner = partial(self._tell_learner, lengths)
        session.model_changed.connect(learner)
        self._models_here.changed.connect(learner)
        self._learner_changed.connect(learner)
        learner()
        page.tab_shown.connect(lambda tab: QTimer.singleShot(0, self, partial(self._make, tab)))
        page.teach_requested.connect(self._teach)

    def _teach(self, dataset_id: str) -> None:
        self._made_train().choose_dataset(dataset_id)

    def _make(self, tab: str) -> None:
        if tab == "train":
            self._made_train()
        elif tab == "result":
            self._made_result()

    def _made_train(self) -> TrainWiring:
        """The Train tab, made now if need be."""
        from benchtop.ui.teach.train_view import TrainView  # noqa: PLC0415  (when it is looked at)
        from benchtop.ui.teach.train_wiring import TrainWiring  # noqa: PLC0415

        if self.train is not None:
            return self.train
        page, data = self._page, self._data
        assert page is not None
        assert data is not None
        view = TrainView()
        undo = self._chat.undo_stack
        train = self.train = TrainWiring(view, self.services, self._models_here, undo)
        page.fill("train", view, view.focus_first)
        self._train_view = view
        view.wish_changed.connect(lambda _wish: self._learner_changed.emit())
        self._learner_changed.emit()
        train.open_result.connect(self._open_result)
        train.started.connect(self._getting_ready)
        data.changed.connect(train.refresh)
        view.beside_chat_changed.connect(lambda _choice: self._share_threads())
        view.make_dataset_requested.connect(lambda: page.go_to_tab("data"))
        view.look_requested.connect(lambda dataset, _what: self._look(data, dataset))
        view.find_model_requested.connect(lambda: self._window.go_to("models"))
        return train

    def _made_result(self) -> ResultWiring:
        """The Result tab, likewise."""
        from benchtop.ui.teach.result_view import ResultView  # noqa: PLC0415
        from benchtop.ui.teach.result_wiring import ResultWiring  # noqa: PLC0415

        if self.result is not None:
            return self.result
        page = self._page
        assert page is not None
        view, models = ResultView(), self._models_here
        result = self.result = ResultWiring(view, self.services, models, self.judge, self._attached)
        page.fill("result", view, view.focus_first)
        view.train_requested.connect(lambda: page.go_to_tab("train"))
        result.vote_wanted.connect(self._vote)
        branch = self._chat.services.session.branch
        branch.opened.connect(lambda *_: result.refresh())
        branch.conversation_changed.connect(lambda *_: result.refresh())
        result.use_wanted.connect(self._use)
        result.merge_wanted.connect(self._models.merge_into)
        result.again_wanted.connect(self._again)
        return result

    @property
    def _models_here(self) -> ModelList:
        return self._chat.services.models

    def _tell_learner(self, lengths: LengthWiring, _news: object = None) -> None:
        """In which model's tokens examples are told: that which is chosen to be taught, else the chat's."""
        wish = self._train_view.wish if self._train_view is not None else None
        chosen, settings = (wish.model_id, wish.settings) if wish else ("", TrainingSettings())
        found = (one for one in self._models_here.models if one.id == chosen)
        model = next(found, self._chat.services.session.model)
        most = settings.context_length
        if model is not None and model.context_length:
            most = min(most, model.context_length)
        lengths.set_learner(model, most)

    def _attached(self) -> tuple[str, ...]:
        """The adapters of the conversation on show."""
        return tuple(use.path for use in self._chat.services.session.branch.adapters)

    def _share_threads(self) -> None:
        """Both have fewer threads while both are to work: more than there are cores stand in each other's
        way."""
        engine = self._chat.services.engine
        facts = engine.state.facts
        shares = self.services.runner.shares and facts is not None
        engine.most_threads = max(1, facts.threads // 2) if shares and facts is not None else None

    def _getting_ready(self, model: str) -> None:
        """From the start on there is a job, before anybody knows of how many steps."""
        text = self.tr("Teaching {model}: getting ready").format(model=model)
        short = self.tr("Teaching: getting ready"), self.tr("getting ready")
        self._window.status.set_job(JOB, text, None, model, short)

    def _show_job(self, run: TrainingRun | None) -> None:
        if run is None or run.state not in ("preparing", "running"):
            return
        model = str(run.model.get("name", ""))
        if not run.steps:  # it is being opened
            self._getting_ready(model)
            return
        facts = {"step": f"{run.step:,}", "steps": f"{run.steps:,}", "model": model}
        text = self.tr("Teaching {model}: step {step} of {steps}").format(**facts)
        short = self.tr("Teaching: {step} of {steps}"), self.tr("{step} of {steps}")
        short = tuple(one.format(**facts) for one in short)
        self._window.status.set_job(JOB, text, run.step / run.steps, model, short)

    def _ended(self, run: TrainingRun, _error: object) -> None:
        """A run is over or paused. What was taught is asked general questions, and who watched it sees the
        verdict."""
        self._window.status.end_job(JOB)
        self._share_threads()
        self._models_here.adapters.refresh()
        self._models_here.refresh()
        if not run.adapter_id or run.state not in ENDED:
            return
        self.judge.judge(run.id)
        if self._page is not None and self._page.isVisible() and self._page.tab == "train":
            self._open_result(run.id)

    def _open_result(self, run_id: str) -> None:
        assert self._page is not None
        self._page.show_tab("result")
        self._made_result().open(run_id)

    def _show_train(self) -> None:
        self._window.go_to("teach")
        if self._page is not None:
            self._page.go_to_tab("train")

    def _show_result(self) -> None:
        self._window.go_to("teach")
        if self._page is not None:
            self._page.go_to_tab("result")

    def _look(self, data: DataWiring, dataset_id: str) -> None:
        assert self._page is not None
        self._page.go_to_tab("data")
        data.view.dataset_chosen.emit(dataset_id)

    def _vote(self, model: ModelFile, adapter: str, name: str, question: str) -> None:
        params = model.suggested_params
        self._compare.ask_blind(
            [
                ContestantDraft(model_id=model.id, params=params),
                ContestantDraft(
                    model_id=model.id, name=name, params=params,
                    adapters=(AdapterRow(adapter, name),),
                ),
            ],
            question,
        )  # fmt: skip
        words = self.tr("After some votes look what they say of “{name}”.").format(name=name)
        back = self.tr("Back to the result")
        self._window.info_bar.post("info", words, back, self._show_result)

    def _use(self, model: ModelFile, adapter: str, on: bool) -> None:
        chat = self._chat
        if not on:
            chat.adapters_wiring.detach(adapter)
            return
        chat.adapters_wiring.use_here(adapter, model.id)
        self._window.go_to("chat")

    def _again(self, run: TrainingRun, adapter_id: str, added: int) -> None:
        assert self._page is not None
        self._page.go_to_tab("train")
        self._made_train().prepare_again(run, adapter_id)
        if added and self._train_view is not None:
            self._train_view.info_bar.post("info", added_words(added))
