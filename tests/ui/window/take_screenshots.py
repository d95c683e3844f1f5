"""Pictures of the real window with the starter model, for README.md and for looking at.

    python tests/ui/window/take_screenshots.py FOLDER

Writes chat-light.png, chat-dark.png, discover-light.png, compare-light.png, the ranking, data, training and
result of Teach (a run of minutes), empty and long conversations, settings and help.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop

from benchtop.bootstrap import Program
from benchtop.domain.generation import SamplingParams
from benchtop.services.data_folder import DataFolder
from benchtop.store.database import open_store
from benchtop.ui.application import make_application
from benchtop.ui.compare.compare_page import ComparePage
from benchtop.ui.compare.compare_rows import ContestantDraft
from benchtop.ui.models.models_page import ModelsPage
from benchtop.ui.teach.train_view import TrainView

sys.path.insert(0, str(Path(__file__).parents[2]))
from ui.window.teach_kit import facts, facts_file, find, page_of, runner_of

WIDTH, HEIGHT = 1180, 760
SAID = (
    "What can I do in this app?",
    "Does anything I type leave this computer?",
    "Tell me a story about an owl in the library.",
)
FOUND_BETTER = {
    "Who are you?": "Cool starter",
    "What is a token?": "",
    "Do you work offline?": "Warm starter",
    "What can I do in this app?": "Cool starter",
    "Tell me a story about an owl in the library.": "Cool starter",
}
STEP_SECONDS = 60
RUN_SECONDS = 900
PICTURED_STEP = 140


class Photographer:
    """Drives one window and saves pictures of it."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder = folder
        self._app = make_application()
        data = DataFolder(home)
        data.prepare()
        self.program = Program(self._app, data)
        self.program.show()
        self.program.window.resize(WIDTH, HEIGHT)
        self.until(lambda: self.program.engine.state.facts is not None)

    def until(self, condition: Callable[[], object], seconds: float = STEP_SECONDS) -> None:
        """Let the window work until the condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            if time.monotonic() > end:
                raise TimeoutError("the window did not come so far")

    def settle(self) -> None:
        """Let what is under way be painted."""
        end = time.monotonic() + 0.6
        self.until(lambda: time.monotonic() > end)

    def say(self, text: str) -> None:
        """Send a message and wait for the reply."""
        ended: list[object] = []
        connection = self.program.session.reply_ended.connect(ended.append)
        self.program.session.send(text)
        self.until(lambda: ended)
        self.program.session.reply_ended.disconnect(connection)

    def compare(self) -> None:
        """Ask two settings of the starter, and vote as somebody might."""
        self.program.window.show_page("compare")
        page = self.program.window.page("compare")
        assert isinstance(page, ComparePage)
        view = page.side_by_side
        for name, temperature in (("Cool starter", 0.0), ("Warm starter", 1.0)):
            params = SamplingParams(temperature=temperature, seed=4, max_tokens=120)
            wanted = ContestantDraft(name=name, model_id="starter", params=params)
            view.contestants.added.emit(wanted)
        self.until(lambda: len(view.contestants.rows) == 2)
        names = {row.key: row.name for row in view.contestants.rows}
        for text, better in FOUND_BETTER.items():
            view.prompt.asked.emit(text)
            self.until(lambda: view.vote.is_open)
            left, right = (names[one.key] for one in view.columns.rounds[-1].columns)
            view.vote.vote({left: "a", right: "b"}.get(better, "tie"))
            self.until(lambda: not view.columns.rounds[-1].blind)
        self.take("compare-light")
        page.show_tab("ranking")
        self.take("ranking-light")
        page.show_tab("side_by_side")

    def teach(self, folder: Path) -> None:
        """Teach the starter invented facts, as somebody might."""
        program = self.program
        program.window.show_page("teach")
        data = page_of(program).data
        data.paths_dropped.emit([facts_file(folder / "Our home.jsonl", facts())])
        self.until(lambda: data.table.model().rowCount() > 0)
        for shade in ("dark", "light"):
            program.theme.set_choice(shade)
            self.take(f"teach-data-{shade}")
        runner = runner_of(program)
        with open_store(program.folder.database) as store:
            dataset = store.datasets.all()[0]
        data.teach_requested.emit(dataset.id)
        page = page_of(program, "train")
        self.until(lambda: page.train.findChild(TrainView) is not None)
        view = find(page.train, TrainView, "teach.train.view")
        self.until(lambda: view.wish.dataset_id == dataset.id)
        self.take("teach-train-light")
        ended: list[object] = []
        steps: list[object] = []
        runner.ended.connect(lambda *told: ended.append(told))
        runner.stepped.connect(steps.append)
        view.start_requested.emit(view.wish)
        self.until(lambda: len(steps) >= PICTURED_STEP, RUN_SECONDS)
        for shade in ("dark", "light"):
            program.theme.set_choice(shade)
            self.take(f"teach-live-{shade}")
        self.until(lambda: ended, RUN_SECONDS)
        page_of(program, "result")
        for shade in ("dark", "light"):
            program.theme.set_choice(shade)
            self.take(f"teach-result-{shade}")

    def take(self, name: str) -> None:
        """Save a picture."""
        self.settle()
        self.program.window.grab().save(str(self._folder / f"{name}.png"))

    def close(self) -> None:
        """Close the window."""
        self.program.window.close()


def main() -> None:
    """Take every picture."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        camera = Photographer(folder, Path(home))
        window, theme = camera.program.window, camera.program.theme
        for shade in ("light", "dark"):
            theme.set_choice(shade)
            camera.take(f"empty-{shade}")
        for text in SAID:
            camera.say(text)
        for shade in ("dark", "light"):
            theme.set_choice(shade)
            camera.take(f"chat-{shade}")
        for _ in range(2):
            for text in SAID[1:]:
                camera.say(text)
        camera.take("long-light")
        camera.compare()
        camera.teach(Path(home))
        camera.program.settings.set("offline", False)  # nothing is asked for by that
        window.show_page("models")
        page = window.page("models")
        assert isinstance(page, ModelsPage)
        page.show_tab("discover")
        camera.take("discover-light")
        camera.program.settings.set("offline", True)
        theme.set_choice("dark")
        camera.take("discover-dark")
        page.show_tab("library")
        window.show_page("chat")
        camera.take("long-dark")
        for page in ("models", "settings", "help"):
            window.show_page(page)
            camera.take(page)
        window.show_page("chat")
        for shade in ("dark", "light"):
            theme.set_choice(shade)
            camera.program.wiring.welcome.show()
            camera.take(f"welcome-{shade}")
        window.show_page("chat")
        theme.set_text_size(150)
        camera.take("large-text")
        theme.set_text_size(100)
        window.resize(900, 600)
        camera.take("narrow")
        camera.close()


if __name__ == "__main__":
    main()
