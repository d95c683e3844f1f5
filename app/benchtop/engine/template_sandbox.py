"""Renders chat templates of strangers: Jinja2's sandbox inside a process of its own.

The sandbox keeps a template from reaching Python; it cannot keep it from looping for ever or from
filling the memory, in Python or in C. So the work is done by a forked child with hard limits on
processor time and memory, which the kernel enforces. The supervisor, its parent, answers in its
place when it dies and forks another:

    worker  --request line-->  child      (child reads the worker's pipe itself)
            <--answer line---  child, or the supervisor when the child was killed

Both end when the worker closes its pipe or dies.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NoReturn

CPU_SECONDS = 1.0
WALL_SECONDS = 10.0
MEMORY_BYTES = 512 * 1024 * 1024
MAX_OUTPUT_CHARACTERS = 8_000_000
MAX_TEMPLATE_CHARACTERS = 1_000_000
TOO_LONG = "it ran for too long and was stopped"
TOO_LARGE = "it wrote too much text and was stopped"
TOO_MUCH_MEMORY = "it asked for too much memory and was stopped"
ESCAPE = "it tried to reach out of its sandbox"


def supervise(requests: int, answers: int, die_with_parent: Callable[[], None]) -> NoReturn:
    """Serve requests on these file descriptors with one child after another; never returns.

    Called right after a fork from a process with one thread.
    """
    renderer = Renderer()
    renderer.answer({"template": "{{ 'warm\\n'|trim }}{{ x.y }}", "variables": {}})
    busy = mmap.mmap(-1, 1)  # shared with the children: 1 while one has a request at hand
    while True:
        child = os.fork()
        if child == 0:
            die_with_parent()
            _limit()
            _serve(renderer, requests, answers, busy)
        _pid, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            os._exit(0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGPROF, signal.SIGALRM)
        problem = TOO_LONG if killed else TOO_MUCH_MEMORY
        if busy[0]:
            busy[0] = 0
            os.write(answers, _line({"problem": problem, "fatal": True}))


def _serve(renderer: Renderer, requests: int, answers: int, busy: mmap.mmap) -> NoReturn:
    with os.fdopen(requests, "rb") as incoming, os.fdopen(answers, "wb") as outgoing:
        while True:
            line = incoming.readline()
            if not line:
                os._exit(0)
            busy[0] = 1
            _set_timers(CPU_SECONDS, WALL_SECONDS)
            answer = _line(renderer.answer(json.loads(line)))
            _set_timers(0, 0)
            outgoing.write(answer)
            outgoing.flush()
            busy[0] = 0


def _line(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer).encode("ascii") + b"\n"


def _set_timers(processor: float, wall: float) -> None:
    """When one of them runs out, the kernel ends the process: neither signal has a handler."""
    signal.setitimer(signal.ITIMER_PROF, processor)
    signal.setitimer(signal.ITIMER_REAL, wall)


def _limit() -> None:
    import resource  # noqa: PLC0415  (POSIX only, as this function is)

    for name, limit in (("RLIMIT_AS", MEMORY_BYTES), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        if hasattr(resource, name):
            # Refused where a lower one holds already, and by macOS, which limits no process's memory.
            with suppress(OSError, ValueError):
                resource.setrlimit(getattr(resource, name), (limit, limit))
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)


class Renderer:
    """Compiles templates (the last one is kept) and renders them in Jinja2's sandbox."""

    def __init__(self) -> None:
        from jinja2.exceptions import SecurityError, TemplateError  # noqa: PLC0415 (see _environment)

        self._refused, self._failed = SecurityError, TemplateError
        self._environment = _environment()
        self._source: str | None = None
        self._template: Any = None

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``{"text": ...}`` or ``{"problem": one plain clause}``."""
        try:
            return self._render(request["template"], request["variables"])
        except _Refusal as refusal:
            return {"problem": f"it says: {refusal}"[:300]}
        except self._refused as error:
            return {"problem": f"{ESCAPE} ({error})"[:300]}
        except self._failed as error:
            return {"problem": _plain(error)}
        except MemoryError:
            return {"problem": TOO_MUCH_MEMORY, "fatal": True}
        except RecursionError:
            return {"problem": "it calls itself without end", "fatal": True}
        except Exception as error:  # noqa: BLE001  (a template can make Python raise anything)
            return {"problem": _plain(error)}

    def _render(self, source: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        if source != self._source:
            self._template, self._source = self._environment.from_string(source), source
        parts, size = [], 0
        for part in self._template.generate(**variables):
            parts.append(part)
            size += len(part)
            if size > MAX_OUTPUT_CHARACTERS:
                return {"problem": TOO_LARGE, "fatal": True}
        return {"text": "".join(parts)}


class _Refusal(Exception):
    """The template itself refuses these messages, by ``raise_exception``."""


def _plain(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    text = " ".join(str(error).split()) or type(error).__name__
    return f"line {line}: {text}"[:300] if line else text[:300]


def _environment() -> Any:
    """The environment Hugging Face's ``apply_chat_template`` gives its templates.

    Source: transformers, utils/chat_template_utils.py, ``_compile_jinja_template``. Jinja2 is
    imported here, so that the engine worker itself never holds it.
    """
    from jinja2 import nodes, sandbox  # noqa: PLC0415
    from jinja2.ext import Extension, loopcontrols  # noqa: PLC0415

    class Generation(Extension):
        """``{% generation %}`` marks what to train on; for a prompt it is its body alone."""

        tags = {"generation"}  # noqa: RUF012 (Jinja2's own interface)

        def parse(self, parser: Any) -> Any:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return nodes.Scope(body).set_lineno(line)

    environment = sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = _strftime_now
    environment.globals.pop("lipsum", None)
    return environment


def _tojson(
    value: Any, ensure_ascii: bool = False, indent: int | None = None,
    separators: tuple[str, str] | None = None, sort_keys: bool = False,
) -> str:  # fmt: skip
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _raise_exception(message: str) -> NoReturn:
    raise _Refusal(" ".join(str(message).split()))


def _strftime_now(pattern: str) -> str:
    return datetime.now().strftime(pattern)  # noqa: DTZ005  (a template shows the person's own date)


def fork_supervisor(die_with_parent: Callable[[], None]) -> tuple[int, int] | None:
    """Start the supervisor; returns (fd to write requests to, fd to read answers from).

    Must be called while the process has one thread. None where there is no fork.
    """
    if not hasattr(os, "fork"):
        return None
    sys.stderr.flush()
    requests_out, requests_in = os.pipe()
    answers_out, answers_in = os.pipe()
    if os.fork() == 0:
        try:
            die_with_parent()
            os.close(requests_in)
            os.close(answers_out)
            _leave_streams()
            supervise(requests_out, answers_in, die_with_parent)
        finally:  # whatever happened, a child must never run on in the worker's own code
            os._exit(1)
    os.close(requests_out)
    os.close(answers_in)
    return requests_in, answers_out


def _leave_streams() -> None:
    """Hold none of the worker's streams open: their end is how others learn of its death."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
