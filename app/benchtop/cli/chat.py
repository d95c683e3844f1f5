"""`benchtop chat`: one question to one model, answered on stdout."""

from __future__ import annotations

import argparse
import sys
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchtop.cli.chat_record import ChatRecord
from benchtop.cli.common import chosen_model, prepared_folder, print_json
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.errors import BenchtopError
from benchtop.domain.generation import AdapterUse, SamplingParams, TokenInfo
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import (
    Answer,
    ChatTurn,
    Chunk,
    Finished,
    Generate,
    Render,
    Rendered,
    Started,
)
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import LoadOptions
from benchtop.services.file_hashes import model_sha256


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser("chat", help="ask a model something", description=__doc__)
    add = parser.add_argument
    add(
        "--model",
        required=True,
        metavar="M",
        help="a path, an id or a name; `starter` always exists",
    )
    add("--prompt", required=True, metavar="P", help="what to say; - reads it from stdin")
    add("--system", metavar="S", help="a system prompt")
    add("--conversation", metavar="ID", help="go on in a conversation that is kept")
    add("--temperature", type=float, metavar="T", help="0 always takes the likeliest token")
    add("--top-k", type=int, metavar="K", help="choose among the K likeliest tokens (0: off)")
    add(
        "--top-p", type=float, metavar="P", help="choose among tokens that make up this probability"
    )
    add(
        "--min-p",
        type=float,
        metavar="P",
        help="leave out tokens below P of the likeliest's probability",
    )
    add("--seed", type=int, metavar="N", help="the same seed gives the same reply")
    add("--max-tokens", type=int, metavar="N", help="stop after N tokens")
    add("--stop", action="append", default=[], metavar="S", help="stop where this text comes")
    add("--schema", metavar="FILE", help="a JSON schema that the reply must satisfy")
    add(
        "--logprobs",
        type=int,
        metavar="K",
        help="log-probabilities with K alternatives (with --json)",
    )
    add(
        "--adapter",
        action="append",
        default=[],
        metavar="FILE[:SCALE]",
        help="attach a LoRA adapter",
    )
    add("--complete", action="store_true", help="go on with the raw text, without a chat template")
    add("--show-prompt", action="store_true", help="print the text the template makes, and stop")
    add("--no-store", action="store_true", help="keep nothing of this")
    add("--json", action="store_true", help="print one JSON object at the end")
    parser.set_defaults(run=lambda arguments: run(parser, arguments))


def run(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    """Answer the prompt; the exit status."""
    if arguments.logprobs is not None and not arguments.json:
        parser.error("--logprobs is shown with --json only")
    if arguments.no_store and arguments.conversation:
        parser.error("--conversation goes on with what is kept, and --no-store keeps nothing")
    job = _prepare(arguments)
    if job.complete and not arguments.complete:
        sys.stderr.write(
            f"benchtop: {job.model.name} has no chat template (a base model): "
            "it goes on with the raw text, as with --complete.\n"
        )
    engine = EngineRun(job.folder, job.model, LoadOptions())
    try:
        engine.load()
        return _show_prompt(engine, job) if arguments.show_prompt else _reply(engine, job)
    finally:
        engine.close()


@dataclass(frozen=True, slots=True)
class _Job:
    folder: DataFolder
    model: ModelFile
    prompt: str
    system: str
    params: SamplingParams
    adapters: tuple[AdapterUse, ...]
    complete: bool
    json: bool
    keep: bool
    conversation: str | None


def _prepare(arguments: argparse.Namespace) -> _Job:
    """Everything that can be wrong with the arguments is found here, before a model is loaded."""
    params = sampling_of(arguments).checked()
    adapters = tuple(adapter_of(text) for text in arguments.adapter)
    folder = prepared_folder()
    model = chosen_model(folder, arguments.model)
    prompt = sys.stdin.read() if arguments.prompt == "-" else arguments.prompt
    return _Job(
        folder=folder,
        model=model,
        prompt=prompt,
        system=arguments.system or "",
        params=params,
        adapters=adapters,
        complete=arguments.complete or not model.chat_template,
        json=arguments.json,
        keep=not (arguments.no_store or arguments.show_prompt),
        conversation=arguments.conversation,
    )


def sampling_of(arguments: argparse.Namespace) -> SamplingParams:
    """The defaults with what was given on the command line."""
    given = {
        name: getattr(arguments, name)
        for name in ("temperature", "top_k", "top_p", "min_p", "seed", "max_tokens", "logprobs")
        if getattr(arguments, name) is not None
    }
    schema = read_text(arguments.schema) if arguments.schema else None
    return SamplingParams(**given, stop=tuple(arguments.stop), json_schema=schema)


def read_text(path: str) -> str:
    """A text file's content; BenchtopError when it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise BenchtopError(detail=f"{path} cannot be read ({reason}).") from error


def adapter_of(text: str) -> AdapterUse:
    """FILE or FILE:SCALE; a colon inside a file's name is kept when no number follows it."""
    path, colon, scale = text.rpartition(":")
    if colon and path:
        try:
            return AdapterUse(str(Path(path).expanduser().absolute()), float(scale))
        except ValueError:
            pass
    return AdapterUse(str(Path(text).expanduser().absolute()))


def _show_prompt(engine: EngineRun, job: _Job) -> int:
    with ChatRecord(job.folder, job.model, job.conversation, keep=False) as record:
        turns = () if job.complete else record.turns(job.system, job.prompt)
    request = Render(uuid.uuid4().hex, turns, job.prompt if job.complete else None)
    rendered = engine.ask(request)
    assert isinstance(rendered, Rendered)
    if job.json:
        print_json(
            {"prompt": rendered.text, "tokens": rendered.tokens, "template": rendered.template}
        )
    else:
        sys.stdout.write(rendered.text)
    return 0


class _Printer:
    """Shows a reply as it comes, or collects it for the JSON at the end."""

    def __init__(self, record: ChatRecord, *, stream: bool) -> None:
        self._record = record
        self._stream = stream
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.tokens: list[TokenInfo] = []

    def take(self, answer: Answer) -> None:
        self._record.take(answer)
        if isinstance(answer, Started) and answer.template_problem:
            sys.stderr.write(f"benchtop: {answer.template_problem}\n")
        if not isinstance(answer, Chunk):
            return
        self.text.append(answer.text)
        self.reasoning.append(answer.reasoning)
        self.tokens.extend(answer.tokens)
        if self._stream:
            sys.stderr.write(answer.reasoning)
            sys.stdout.write(answer.text)
            sys.stdout.flush()


def _reply(engine: EngineRun, job: _Job) -> int:
    with ChatRecord(job.folder, job.model, job.conversation, keep=job.keep) as record:
        turns: tuple[ChatTurn, ...] = () if job.complete else record.turns(job.system, job.prompt)
        record.begin(job.system, job.prompt, job.params, job.adapters)
        request = Generate(
            uuid.uuid4().hex,
            turns,
            prompt=job.prompt if job.complete else None,
            params=job.params,
            adapters=job.adapters,
            conversation=record.conversation_id or "once",
        )
        printer = _Printer(record, stream=not job.json)
        try:
            finished = engine.ask(request, printer.take)
        except BenchtopError as error:
            record.fail(error)
            raise
    assert isinstance(finished, Finished)
    if job.json:
        print_json(_result(job, printer, finished, record.conversation_id))
    elif "".join(printer.text)[-1:] != "\n":
        sys.stdout.write("\n")
    return 130 if engine.interrupted else 0


def _result(
    job: _Job, printer: _Printer, finished: Finished, conversation_id: str | None
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "text": "".join(printer.text),
        "reasoning": "".join(printer.reasoning),
        "model": {
            "name": job.model.name,
            "path": job.model.path,
            "sha256": model_sha256(job.folder, job.model.path),
        },
        **asdict(finished.timings),
        "stop": finished.stop,
        "conversation_id": conversation_id,
    }
    if job.params.logprobs is not None:
        result["tokens"] = [asdict(token) for token in printer.tokens]
    return result
