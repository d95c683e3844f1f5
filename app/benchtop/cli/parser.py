"""The command line: which words mean what, and how a failure is told."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import benchtop
from benchtop.cli import bench, chat, export, models
from benchtop.domain.errors import BenchtopError


def build_parser() -> argparse.ArgumentParser:
    """The parser of every sub-command; each sets ``run``, a function of the parsed arguments."""
    parser = argparse.ArgumentParser(
        prog="benchtop",
        description="A private desktop lab for small language models. Without a command it opens the window.",
        epilog="All data lies in one folder (BENCHTOP_HOME to choose it). Nothing is sent anywhere.",
    )
    parser.add_argument("--version", action="version", version=f"benchtop {benchtop.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (chat, models, export, bench):
        command.add_parser(commands)
    return parser


def run_command(words: Sequence[str]) -> int:
    """Run one sub-command. 0: done; 1: a failure, explained on stderr in one line; 2: bad usage."""
    arguments = build_parser().parse_args(words)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except BenchtopError as error:
        sys.stderr.write(f"benchtop: {one_line(str(error))}\n")
        return 1
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"benchtop: {place}{error.strerror or error}.\n")
        return 1
    return status


def one_line(text: str) -> str:
    """The text without line breaks and control characters: a file may be called anything."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
