"""A person at the screen: sees through the accessibility tree, types and clicks with real X input.

Run with the system's own Python (/usr/bin/python3), which has pyatspi, inside a D-Bus session on a
virtual screen; test_person.py does that. Prints one JSON line per step; a step that fails ends it.
"""

import json
import os
import subprocess
import sys
import threading
import time

import pyatspi
from gi.repository import GLib

STEP_SECONDS = 40


class Person:
    """Knows the window only as a screen reader does."""

    def __init__(self, command):
        self.command = command
        self.process = None
        self.app = None
        self.window = None

    def start(self):
        """Start the program and wait for its window."""
        environment = dict(os.environ, QT_QPA_PLATFORM="xcb", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
        self.process = subprocess.Popen(self.command, env=environment)
        self.window = wait_for(self._find_window, "the window")
        return self

    def quit(self):
        """Ctrl+Q, and wait until it is gone."""
        self.keys("ctrl+q")
        code = self.process.wait(STEP_SECONDS)
        assert code == 0, f"it ended with status {code}"

    def find(self, name=None, role=None, root=None):
        """The first visible thing of that accessible name and role, or None."""
        found = self.find_all(name, role, root)
        return found[0] if found else None

    def find_all(self, name=None, role=None, root=None):
        """Every visible thing of that accessible name and role."""
        return [
            node
            for node in walk(root or self.app)  # menus and dialogs are windows of their own
            if (name is None or node.name == name)
            and (role is None or node.getRoleName() == role)
            and showing(node)
        ]

    def wait(self, name=None, role=None):
        """Wait until it is there."""
        return wait_for(lambda: self.find(name, role), f"{role or 'something'} called {name!r}")

    def texts(self):
        """All text on the screen, as a screen reader would read it."""
        return "\n".join(read(node) for node in walk(self.app) if showing(node))

    def wait_text(self, words):
        """Wait until these words are on the screen."""
        return wait_for(lambda: words in self.texts(), f"the words {words!r}")

    def click(self, node):
        """A real mouse click in the middle of it."""
        box = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        x, y = box.x + box.width // 2, box.y + box.height // 2
        xdotool("mousemove", x, y, "click", 1)

    def type(self, text, pause=12):
        """Real key presses, ``pause`` milliseconds apart; back after the last of them."""
        xdotool("type", "--delay", pause, text)

    def keys(self, combination):
        """A real shortcut."""
        xdotool("key", combination)

    def focused(self):
        """What has the keyboard, or None.

        Qt says of the chosen tab, cell or item that it has the keyboard whether its widget has or not:
        it counts when nothing else has.
        """
        found = [node for node in walk_shown(self.app) if has(node, pyatspi.STATE_FOCUSED)]
        parts = ("page tab", "table cell", "list item")
        others = [node for node in found if node.getRoleName() not in parts]
        return (others or found or [None])[-1]

    def is_chosen(self, tab):
        """Whether it is the tab on show; Qt says "focused" of it."""
        return tab is not None and has(tab, pyatspi.STATE_FOCUSED)

    def tab_to(self, words, most=60):
        """Press Tab until the keyboard is on something whose name begins with these words."""
        seen = []
        for _ in range(most):
            node = self.focused()
            name = (node.name or "") if node is not None else ""
            if name.startswith(words):
                return node
            seen.append(name)
            self.keys("Tab")
        raise SystemExit(f"Tab does not come to {words!r}, only to {seen}")

    def reply(self):
        """The text of the newest reply on the screen."""
        texts = [read(node) for node in self.find_all("Text of the message")]
        return texts[-1] if texts else ""

    def read_transcript(self):
        """All text of the conversation on show."""
        transcript = self.find("Conversation")
        return "\n".join(read(node) for node in walk(transcript)) if transcript else ""

    def clock(self, seconds):
        """A condition that holds once that time has passed."""
        end = time.monotonic() + seconds
        return lambda: time.monotonic() >= end

    def hide_behind_another(self):
        """Minimise the window."""
        active = subprocess.check_output(["xdotool", "getactivewindow"], text=True).strip()
        xdotool("windowminimize", active)
        wait_for(lambda: not self.is_active(), "the window to be minimised")

    def is_active(self):
        """Whether the window is in front, with the keyboard."""
        return self.window.getState().contains(pyatspi.STATE_ACTIVE)

    def run_to_end(self):
        """Start the program and wait for it to end; its exit status."""
        environment = dict(os.environ, QT_QPA_PLATFORM="xcb")
        done = subprocess.run(self.command, env=environment, timeout=STEP_SECONDS, check=False)
        return done.returncode

    def leave(self):
        """After a failure: show what was on the screen, and leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            sys.stderr.write(f"On the screen at the end:\n{self.texts()}\n")
            self.kill()

    def kill(self):
        """What a crash or the power does: no time for anything."""
        self.process.kill()
        self.process.wait(STEP_SECONDS)

    def _find_window(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the program ended with status {self.process.returncode}")
        desktop = pyatspi.Registry.getDesktop(0)
        for index in range(desktop.childCount):
            app = desktop.getChildAtIndex(index)
            if app is None or app.get_process_id() != self.process.pid:
                continue
            for number in range(app.childCount):
                child = app.getChildAtIndex(number)
                if child is not None and child.getRoleName() in ("frame", "window"):
                    self.app = app
                    return child
        return None


def walk(node):
    """The node and everything below it; what vanishes meanwhile is left out."""
    try:
        children = [node.getChildAtIndex(index) for index in range(min(node.childCount, 400))]
    except (GLib.Error, LookupError, RuntimeError):
        return
    yield node
    for child in children:
        if child is not None:
            yield from walk(child)


def walk_shown(node):
    """The same for what is on the screen; what is not is not gone into."""
    if node.getRoleName() not in ("application", "combo box") and not showing(node):
        return
    yield node
    if node.getRoleName() == "combo box":
        return
    try:
        children = [node.getChildAtIndex(index) for index in range(min(node.childCount, 400))]
    except (GLib.Error, LookupError, RuntimeError):
        return
    for child in children:
        if child is not None:
            yield from walk_shown(child)


def has(node, state):
    """Whether a node is in a state."""
    try:
        return node.getState().contains(state)
    except (GLib.Error, RuntimeError):
        return False


def showing(node):
    """Whether it is on the screen."""
    return has(node, pyatspi.STATE_SHOWING) and has(node, pyatspi.STATE_VISIBLE)


def read(node):
    """Its text, or its name when it has none."""
    try:
        return node.queryText().getText(0, -1)
    except NotImplementedError:
        return node.name or ""
    except (GLib.Error, RuntimeError):
        return ""


def wait_for(condition, what):
    """Ask again until the answer is not empty; fails after STEP_SECONDS."""
    pause = threading.Event()
    end = time.monotonic() + STEP_SECONDS
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        pause.wait(0.05)
    raise SystemExit(f"waited {STEP_SECONDS} s for {what}")


def xdotool(*words):
    """Run xdotool."""
    subprocess.run(["xdotool", *map(str, words)], check=True)


def said(step, **facts):
    """Tell the test how far we are."""
    print(json.dumps({"step": step, **facts}), flush=True)
