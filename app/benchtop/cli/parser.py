"""The command line: which words mean what, and how a failure is told."""

from __future__ import annotations

import argparse
import errno
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import benchtop
from benchtop.cli import (
    adapters,
    bench,
    chat,
    compare,
    data,
    divergence,
    export,
    lens,
    models,
    open_window,
    perplexity,
    suites,
    training_tools,
    tune,
)
from benchtop.cli.common import one_line
from benchtop.domain.errors import BenchtopError, Interrupted

INTERRUPTED = 130
"""The status that shells give a program that Ctrl+C ended: 128 and SIGINT's number."""


class _Parser(argparse.ArgumentParser):
    """Options by their whole names only, so that a new one never changes what an old line means."""

    def __init__(self, **options: Any) -> None:
        options["description"] = (options.get("description") or "").replace("`", "")
        super().__init__(**{**options, "allow_abbrev": False})


def build_parser() -> argparse.ArgumentParser:
    """The parser of every sub-command; each sets ``run``, a function of the parsed arguments."""
    parser = _Parser(
        prog="benchtop",
        description="A private desktop lab for small language models. Without a command it opens the window.",
        epilog="All data lies in one folder (BENCHTOP_HOME to choose it). Nothing is sent anywhere.",
    )
    parser.add_argument("--version", action="version", version=f"benchtop {benchtop.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (
        open_window,
        chat,
        models,
        compare,
        export,
        bench,
        perplexity,
        divergence,
        lens,
        suites,
        data,
        tune,
        adapters,
        training_tools,
    ):
        command.add_parser(commands)
    return parser


def run_command(words: Sequence[str]) -> int:
    """Run one sub-command.

    0: done; 1: a failure, explained on stderr in one line; 2: bad usage; 130: interrupted.
    """
    arguments = build_parser().parse_args(words)
    if sys.stdout is None:
        _tell("the standard output is closed: there is nowhere to write to.")
        return 1
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may not know every letter of a reply
    before = signal.getsignal(signal.SIGINT)
    try:
        if before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except (KeyboardInterrupt, Interrupted) as error:
        facts = error.facts if isinstance(error, Interrupted) else {}
        _tell(str(facts.get("detail", "interrupted")))
        return INTERRUPTED
    except BenchtopError as error:
        _tell(str(error))
        return 1
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno == errno.ENOSPC and not error.filename:
            _tell("The output could not be written: no room is left where it goes.")
            return 1
        place = f"{error.filename}: " if error.filename else ""
        _tell(f"{place}{error.strerror or error}.")
        return 1
    finally:
        signal.signal(signal.SIGINT, before)
    return status


def _tell(text: str) -> None:
    with suppress(OSError):  # the terminal may be gone, and then there is nobody to tell
        sys.stderr.write(f"benchtop: {one_line(text)}\n")
        sys.stderr.flush()
