"""What `perplexity`, `divergence` and `lens` share: their options, loading, and the steps asked in turn."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from benchtop.cli.chat_inputs import adapter_of
from benchtop.cli.common import chosen_model, named_as_option, not_blank, opened_store
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.errors import BadParameter, Interrupted, PromptError
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.domain.windows import LEAST_WINDOW
from benchtop.protocol.messages import Answer, Finished, Progress
from benchtop.services.adapters import check_adapters
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import LoadOptions
from benchtop.services.measures import Step, Steps, measured_text, usual_context
from benchtop.services.own_text import own_text

T = TypeVar("T")
LOAD_CONTEXT = 256
"""Tokens: what is measured is read in a context of its own, and nobody chats meanwhile."""


def add_model(parser: Any, *, more: str = "") -> None:
    """`--model`, as often as the command takes it, and `--adapter` for all of them."""
    parser.add_argument(
        "--model",
        type=not_blank,
        action="append",
        required=True,
        metavar="M",
        help=f"a path, an id or a name{more}",
    )
    parser.add_argument(
        "--adapter",
        metavar="FILE[:SCALE]",
        help="a LoRA adapter for the last model given, and how strongly it is applied",
    )


def add_text(parser: Any) -> None:
    """`--text`, `--context` and `--json`."""
    add = parser.add_argument
    add(
        "--text",
        type=not_blank,
        metavar="FILE",
        help="a UTF-8 text to read (default: your own chats, all of them)",
    )
    add(
        "--context",
        type=_tokens,
        metavar="N",
        help="tokens of a window (default: 512, or all it reads)",
    )
    add("--json", action="store_true", help="print one JSON object")


def _tokens(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("must be a whole number of tokens")
    return int(text)


def text_of(arguments: argparse.Namespace, folder: DataFolder) -> str:
    """What to read. Raises FileUnreadable, and PromptError where there are no chats."""
    if arguments.text is not None:
        return measured_text(arguments.text)
    with opened_store(folder) as store:
        return own_text(store)


def models_of(
    arguments: argparse.Namespace, folder: DataFolder, least: int, most: int
) -> list[ModelFile]:
    """The models of `--model`; raises PromptError for too few or too many of them."""
    if not least <= len(arguments.model) <= most:
        often = {(1, 1): "once", (2, 2): "twice"}.get((least, most), "once or twice")
        raise PromptError(detail=f"give --model {often}.")
    return [chosen_model(folder, wanted) for wanted in arguments.model]


def adapters_of(
    arguments: argparse.Namespace, folder: DataFolder, model: ModelFile
) -> tuple[AdapterUse, ...]:
    """The adapter of `--adapter`, if any; raises AdapterFailed for one that is not for ``model``."""
    if not arguments.adapter:
        return ()
    uses = (adapter_of(arguments.adapter),)
    check_adapters(folder, model, uses)
    return uses


def window_of(arguments: argparse.Namespace, models: Sequence[ModelFile]) -> int:
    """Tokens of a window, which all of these models can read; raises BadParameter."""
    trained = [model.context_length for model in models if model.context_length > 0]
    if arguments.context is None:
        return usual_context(*trained)
    most = min(trained, default=arguments.context)
    if not LEAST_WINDOW <= arguments.context <= max(most, LEAST_WINDOW):
        allowed = f"{LEAST_WINDOW} to {most:,} tokens"
        raise BadParameter(name="--context", value=arguments.context, allowed=allowed)
    return int(arguments.context)


@contextmanager
def loaded_models(folder: DataFolder, models: Sequence[ModelFile]) -> Iterator[list[EngineRun]]:
    """A worker with its model for each of these; they end with the command."""
    with ExitStack() as stack:
        engines = []
        for model in models:
            engine = EngineRun(folder, model, LoadOptions(context_length=LOAD_CONTEXT))
            stack.callback(engine.close)
            engine.load()
            engines.append(engine)
        yield engines


def measured(engines: Sequence[EngineRun], steps: Steps[T]) -> T:
    """What the steps return, each asked of its model. Raises their errors, and Interrupted."""
    progress = _ProgressLine()
    try:
        step = next(steps)
        while True:
            progress.show(step.begins)
            answer = _answer(engines[step.model], step, progress)
            if any(engine.interrupted for engine in engines):  # when its answer was on its way
                raise Interrupted
            step = steps.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result
    except BadParameter as error:
        raise named_as_option(error) from error
    finally:
        progress.clear()
        steps.close()


def _answer(engine: EngineRun, step: Step, progress: _ProgressLine) -> Answer:
    def listen(answer: Answer) -> None:
        if isinstance(answer, Progress):
            progress.show(step.begins + (step.ends - step.begins) * answer.fraction)

    answer = engine.ask(step.request, listen)
    if isinstance(answer, Finished):  # it was cancelled
        raise Interrupted
    return answer


class _ProgressLine:
    """How far it is, on a terminal."""

    def show(self, fraction: float) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[Kmeasuring: {fraction:.0%}")
            sys.stderr.flush()

    def clear(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def model_json(model: ModelFile) -> dict[str, Any]:
    """Which model it was."""
    return {
        "name": model.name,
        "path": model.path,
        "quantisation": model.quantisation,
        "bytes": model.bytes,
    }
