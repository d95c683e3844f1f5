"""A model's chat template, rendered in the template process."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchtop.engine.template_sandbox import MAX_TEMPLATE_CHARACTERS

Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""Renders a template with variables: TemplateProcess.ask."""
TemplateMessage = Mapping[str, Any]
"""What a template sees of a turn: ``role`` and ``content``."""


class TemplateProblem(Exception):
    """The template made no text; the message is one plain clause that says why.

    ``fatal``: there is no use in trying it another way.
    """

    def __init__(self, detail: str, *, fatal: bool = False) -> None:
        super().__init__(detail)
        self.fatal = fatal


class TemplateProcess:
    """The worker's end of the pipes to the template process; one request at a time."""

    def __init__(self, pipes: tuple[int, int] | None) -> None:
        self._lock = threading.Lock()
        self._requests = os.fdopen(pipes[0], "wb") if pipes else None
        self._answers = os.fdopen(pipes[1], "rb") if pipes else None

    def ask(self, template: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The process's answer: ``text``, or ``problem`` and maybe ``fatal``."""
        if self._requests is None or self._answers is None:
            return {"problem": "this system has no fork to render it safely in", "fatal": True}
        line = json.dumps({"template": template, "variables": variables}).encode("ascii") + b"\n"
        with self._lock:
            try:
                self._requests.write(line)
                self._requests.flush()
                answer = self._answers.readline()
            except OSError:
                answer = b""
        if not answer:
            return {"problem": "the process that renders templates ended", "fatal": True}
        parsed: dict[str, Any] = json.loads(answer)
        return parsed


class ChatTemplate:
    """The chat template of a model; ``source`` is empty when its file brings none.

    ``special`` holds the texts a template may name: bos_token, eos_token and the like. ``problem``
    says why the template cannot be used at all, or is empty.
    """

    def __init__(self, source: str, special: Mapping[str, str], ask: Ask) -> None:
        self.exists = bool(source.strip())
        self.problem = ""
        self._source = source
        self._special = dict(special)
        self._ask = ask
        if not self.exists:
            self.problem = "the file brings no chat template"
        elif len(source) > MAX_TEMPLATE_CHARACTERS:
            self.problem = f"it is longer than {MAX_TEMPLATE_CHARACTERS:,} characters"

    def render(self, messages: Sequence[TemplateMessage], *, reply_next: bool) -> str:
        """The text the template makes; ``reply_next`` lets it open the assistant's turn.

        Raises TemplateProblem.
        """
        if self.problem:
            raise TemplateProblem(self.problem, fatal=True)
        variables: dict[str, Any] = {
            **self._special,
            "messages": list(messages),
            "add_generation_prompt": reply_next,
            "tools": None,
            "documents": None,
        }
        answer = self._ask(self._source, variables)
        if "text" in answer:
            return str(answer["text"])
        raise TemplateProblem(str(answer["problem"]), fatal=bool(answer.get("fatal")))
