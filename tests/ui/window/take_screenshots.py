"""Pictures of the real window with the starter model, for README.md and for looking at.

    python tests/ui/window/take_screenshots.py FOLDER

Writes chat-light.png, chat-dark.png, discover-light.png, empty and long conversations, settings and help.
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
from benchtop.services.data_folder import DataFolder
from benchtop.ui.application import make_application
from benchtop.ui.models.models_page import ModelsPage

WIDTH, HEIGHT = 1180, 760
SAID = (
    "What can I do in this app?",
    "Does anything I type leave this computer?",
    "Tell me a story about an owl in the library.",
)
STEP_SECONDS = 60


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

    def until(self, condition: Callable[[], object]) -> None:
        """Let the window work until the condition holds."""
        end = time.monotonic() + STEP_SECONDS
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
        theme.set_text_size(150)
        camera.take("large-text")
        theme.set_text_size(100)
        window.resize(900, 600)
        camera.take("narrow")
        camera.close()


if __name__ == "__main__":
    main()
