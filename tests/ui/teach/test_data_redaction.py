"""What is personal goes out of a data set at a press, and a person hears where it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.services.data_folder import find_data_folder
from benchtop.services.datasets import find_dataset
from benchtop.store.database import open_store
from ui.teach.data_bench import Bench, fill, pair


@pytest.mark.parametrize("was_taught", [True, False])
def test_where_models_were_taught_with_it_that_is_told(qtbot: QtBot, *, was_taught: bool) -> None:
    folder = find_data_folder()
    folder.prepare()
    fill(folder, pair("Who?", "Ask ann@owls.org."), pair("Where?", "In barns."))
    fill(folder, pair("Not here?", "bob@owls.org"), pair("No?", "Yes."), name="Others")
    with open_store(folder.database) as store:
        store.versions.make_version(find_dataset(store, "Others").id)
        if was_taught:
            version = store.versions.make_version(find_dataset(store, "Owls").id)
            assert version.train + version.holdout == 2
    bench = Bench(qtbot, folder)
    bench.wiring.show_dataset(owls_id(folder.database))
    bench.until(lambda: bench.wiring.known is not None and bench.wiring.known.personal)
    bench.view.redact_all_wanted.emit()
    bench.until(bench.notices)
    told = "What is personal was replaced in 1 example."
    still = " What models were taught with before still says it."
    assert bench.notices() == [told + still if was_taught else told]
    assert bench.examples()[0].answer == "Ask [e-mail]."
    bench.undo.undo()
    bench.until(lambda: bench.examples()[0].answer == "Ask ann@owls.org.")
    bench.close()


def owls_id(database: Path) -> str:
    with open_store(database) as store:
        return find_dataset(store, "Owls").id
