"""`benchtop chat`: one question to one model, answered on stdout."""

from __future__ import annotations

import argparse
import sys
import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from benchtop.cli.chat_inputs import adapter_of, context_of, overrides_of, read_input
from benchtop.cli.chat_record import ChatRecord
from benchtop.cli.common import (
    chosen_model,
    not_blank,
    one_line,
    prepared_folder,
    print_json,
    write_text,
)
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.errors import BenchtopError, Interrupted
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
from benchtop.services.adapters import check_adapters
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import LoadOptions
from benchtop.services.file_hashes import model_sha256


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser("chat", help="ask a model something", description=__doc__)
    add = parser.add_argument
    add(
        "--model",
        type=not_blank,
        required=True,
        metavar="M",
        help="a path, an id or a name; starter always exists",
    )
    add(
        "--prompt",
        type=not_blank,
        required=True,
        metavar="P",
        help="what to say; - reads it from the input",
    )
    add("--system", metavar="S", help="a system prompt")
    add(
        "--conversation",
        type=not_blank,
        metavar="ID",
        help="go on in a conversation that is kept, with its parameters and adapters",
    )
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
    add(
        "--context",
        type=int,
        metavar="N",
        help="tokens the model can see at once (default: as in the settings)",
    )
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
    job = _prepare(parser, arguments)
    _warn(arguments, job)
    engine = EngineRun(job.folder, job.model, LoadOptions(context_length=job.context))
    try:
        engine.load()
        return _show_prompt(engine, job) if arguments.show_prompt else _reply(engine, job)
    finally:
        engine.close()


def _warn(arguments: argparse.Namespace, job: _Job) -> None:
    """Say on stderr what is done otherwise than one may have meant, each in one line."""
    if job.complete and not arguments.complete:
        sys.stderr.write(
            f"benchtop: {one_line(job.model.name)} has no chat template (a base model): "
            "it goes on with the raw text, as with --complete.\n"
        )
    if job.complete and job.system:
        sys.stderr.write("benchtop: raw text has no place for --system: it is left out.\n")


@dataclass(frozen=True, slots=True)
class _Job:
    folder: DataFolder
    model: ModelFile
    record: ChatRecord
    prompt: str
    system: str
    params: SamplingParams
    adapters: tuple[AdapterUse, ...]
    complete: bool
    context: int | None
    json: bool


def _prepare(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> _Job:
    """Everything that can be wrong with the arguments is found here, before a model is loaded."""
    overrides = overrides_of(arguments)
    adapters = tuple(adapter_of(text) for text in arguments.adapter)
    folder = prepared_folder()
    model = chosen_model(folder, arguments.model)
    keep = not (arguments.no_store or arguments.show_prompt)
    record = ChatRecord(folder, model, arguments.conversation, keep=keep)
    adapters = adapters or record.adapters
    check_adapters(folder, model, adapters)
    prompt = read_input() if arguments.prompt == "-" else arguments.prompt
    if not prompt.strip():
        parser.error("argument --prompt: the input was empty")
    return _Job(
        folder=folder,
        model=model,
        record=record,
        prompt=prompt,
        system=arguments.system or "",
        params=replace(record.params, **overrides).checked(),
        adapters=adapters,
        complete=arguments.complete or not model.chat_template,
        context=context_of(arguments.context, model),
        json=arguments.json,
    )


def _show_prompt(engine: EngineRun, job: _Job) -> int:
    turns = () if job.complete else job.record.turns(job.system, job.prompt)
    request = Render(uuid.uuid4().hex, turns, job.prompt if job.complete else None)
    rendered = engine.ask(request)
    if not isinstance(rendered, Rendered):  # it was cancelled
        raise Interrupted
    _tell_fallback(job, rendered.template_problem)
    if job.json:
        print_json(
            {"prompt": rendered.text, "tokens": rendered.tokens, "template": rendered.template}
        )
    else:
        write_text(sys.stdout, rendered.text)
        if sys.stdout.isatty():  # elsewhere exactly the text, and no letter more
            sys.stdout.write("\n")
    return 0


def _tell_fallback(job: _Job, problem: str) -> None:
    """One line on stderr when the model's own chat template made no text."""
    if problem and not job.complete:
        sys.stderr.write(
            f"benchtop: The chat template of {one_line(job.model.name)} cannot be used "
            f"({one_line(problem)}), so Benchtop's plain fallback template was used instead: "
            "the reply may be a little worse.\n"
        )


class _Printer:
    """Keeps a reply and shows it as it comes, or collects it for the JSON at the end.

    ``broken`` is why the output took no more; the request is stopped then.
    """

    def __init__(self, engine: EngineRun, job: _Job) -> None:
        self._engine = engine
        self._job = job
        self.broken: OSError | None = None
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.tokens: list[TokenInfo] = []

    def take(self, answer: Answer) -> None:
        job = self._job
        if isinstance(answer, Started):
            # Not before: a request that is refused leaves no conversation behind.
            job.record.begin(job.system, job.prompt, job.params, job.adapters)
            _tell_fallback(job, answer.template_problem)
        job.record.take(answer)
        if isinstance(answer, Chunk):
            self._add(answer)

    def _add(self, answer: Chunk) -> None:
        self.text.append(answer.text)
        self.reasoning.append(answer.reasoning)
        self.tokens.extend(answer.tokens)
        if self._job.json or self.broken is not None:
            return
        try:
            write_text(sys.stderr, answer.reasoning)
            write_text(sys.stdout, answer.text)
            sys.stdout.flush()
        except OSError as error:  # raised on here, it would be lost in Qt's event loop
            self.broken = error
            self._engine.stop()


def _reply(engine: EngineRun, job: _Job) -> int:
    with job.record as record:
        turns: tuple[ChatTurn, ...] = () if job.complete else record.turns(job.system, job.prompt)
        request = Generate(
            uuid.uuid4().hex,
            turns,
            prompt=job.prompt if job.complete else None,
            params=job.params,
            adapters=job.adapters,
            conversation=record.conversation_id or "once",
        )
        printer = _Printer(engine, job)
        try:
            finished = engine.ask(request, printer.take)
        except BenchtopError as error:
            record.fail(error)
            raise
    assert isinstance(finished, Finished)
    if printer.broken is not None:
        raise printer.broken
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
