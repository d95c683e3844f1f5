"""What was rated since is told where it is taught, and not beside a result."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.store.database import open_store
from ui.teach.teach_makers import a_run
from ui.teach.training_kit import with_colours
from ui.window.teach_kit import page_of, result_view, train_view, until


def test_what_was_added_is_told_on_the_train_tab(qtbot: QtBot, program: Program) -> None:
    with open_store(program.folder.database) as store:
        run = a_run(state="done", dataset_id=with_colours(store).id)
        store.training_runs.put(run)
    page_of(program, "result")
    result = result_view(qtbot, program)
    setup = program.teach.setup()
    assert setup.result is not None
    setup.result.again_wanted.emit(run, "", 0)
    view = train_view(qtbot, program)
    assert page_of(program).tab == "train"
    assert view.info_bar.notices() == []
    for count, words in ((1, "1 example"), (12, "12 examples")):
        setup.result.again_wanted.emit(run, "", count)
        told = [one.text for one in view.info_bar.notices()]
        assert told[-1] == f"Added from what you rated since: {words}."
    assert result.info_bar.notices() == []
    until(qtbot, lambda: view.wish.dataset_id == run.dataset_id)
