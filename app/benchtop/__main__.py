"""The one entry of Benchtop: the window by default, sub-commands, and the workers.

A worker starts with ``--worker ROLE`` and must import as little as it can, so each road is imported
only when it is taken.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchtop.domain.opening import OpenWish


def main(arguments: list[str] | None = None) -> int:
    """Run Benchtop with these arguments (``sys.argv`` by default); returns the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["--worker"]:
        return _worker(words[1:])
    if words[:1] == ["--pip"]:
        return _pip(words[1:])
    _fill_streams()
    if words and words[0] != "open":
        return _command(words)
    wish = _wish(words)
    prepare_imports()
    from benchtop.bootstrap import run_window  # noqa: PLC0415  (one road per start)

    return run_window(wish=wish)


def _wish(words: list[str]) -> OpenWish:
    """What is to be shown first: a plain start reads no command line."""
    from benchtop.domain.opening import OpenWish  # noqa: PLC0415  (as below)

    if len(words) <= 1:
        return OpenWish()
    from benchtop.cli.open_window import wish_of  # noqa: PLC0415  (one road per start)

    return wish_of(words[1:])


def prepare_imports() -> None:
    """Make the import of the window's modules as quick as it can be; called before it.

    Nothing that is imported is garbage: QuietCollector begins after the first paint. And PySide 6.11
    reads the source of each module, to know whether it wants other names for Qt's methods (its
    ``__feature__`` switch, PYSIDE-1019): ours never do, so that it need not look.
    """
    gc.disable()
    import PySide6.QtCore  # noqa: F401, PLC0415  (one road per start; it brings what follows)

    with contextlib.suppress(ImportError):
        from shibokensupport import feature  # noqa: PLC0415

        if hasattr(feature, "_mod_uses_pyside"):
            feature._mod_uses_pyside = lambda _module: False


def _fill_streams() -> None:
    """Put nothing in the place of standard streams that are closed (`2>&-`).

    The next file to be opened would take their number, and all that is printed would go into it.
    What is told on stderr has a place then, even if nobody reads it.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    if sys.stderr is None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        sys.stderr = os.fdopen(nowhere, "w", encoding="utf-8")


def _command(words: list[str]) -> int:
    # Imports take a moment, and Ctrl+C in the middle of one must not show a traceback: until the
    # command itself can tell of it, the system ends the process at once.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from benchtop.cli.parser import run_command  # noqa: PLC0415  (one road per start)

        return run_command(words)
    except KeyboardInterrupt:
        return 130


def _worker(words: list[str]) -> int:
    if words == ["engine"]:
        from benchtop.engine.worker import main as engine_main  # noqa: PLC0415

        return engine_main()
    if words == ["hub"]:
        from benchtop.hub.worker import main as hub_main  # noqa: PLC0415

        return hub_main()
    if words == ["trainer"]:
        _find_tools()
        from benchtop.tuning.worker import main as trainer_main  # noqa: PLC0415

        return trainer_main()
    sys.stderr.write(f"benchtop: no worker called {' '.join(words) or '(nothing)'}\n")
    return 2


def _find_tools() -> None:
    """A frozen Python does not read PYTHONPATH: what it names is looked through first, as elsewhere."""
    if getattr(sys, "frozen", False):
        named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        sys.path[:0] = [one for one in named if one]


def _pip(words: list[str]) -> int:
    """A frozen Benchtop has pip inside, to set up the tools for training (services/tools_setup.py)."""
    show_pip_its_files()
    from pip._internal.cli.main import main as pip_main  # noqa: PLC0415  (one road per start)

    return int(pip_main(words))


def show_pip_its_files() -> None:
    """Let pip find the programs with which it makes commands on Windows: it asks its own modules' loader for
    them, and knows Python's loaders only. Called before the rest of pip is imported."""
    from pip._vendor import distlib  # noqa: PLC0415  (as above)
    from pip._vendor.distlib import resources  # noqa: PLC0415  (as above)

    resources.register_finder(distlib.__loader__, resources.ResourceFinder)


if __name__ == "__main__":
    sys.exit(main())
