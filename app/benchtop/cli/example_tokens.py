"""How long examples are in a model's tokens, for a command."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from benchtop.domain.errors import WorkerError
from benchtop.domain.examples import Example
from benchtop.domain.models import ModelFile
from benchtop.protocol.chat_turn import ChatTurn
from benchtop.protocol.encode_messages import MOST_LETTERS, Counted, CountTokens
from benchtop.services.data_folder import DataFolder

if TYPE_CHECKING:
    from benchtop.cli.engine_run import EngineRun


class ExampleTokens:
    """A worker that reads the vocabulary of a model, while it is a context."""

    def __init__(self, folder: DataFolder, model: ModelFile) -> None:
        self._folder, self._model = folder, model
        self._run: EngineRun | None = None

    def __enter__(self) -> ExampleTokens:
        # Qt takes a while to import, and a check without a model needs none of it.
        from benchtop.cli.engine_run import EngineRun  # noqa: PLC0415
        from benchtop.services.engine_worker import LoadOptions  # noqa: PLC0415

        self._run = EngineRun(self._folder, self._model, LoadOptions())
        self._run.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._run is not None:
            self._run.close()

    def of(self, examples: Sequence[Example]) -> list[int]:
        """The tokens of each; 0 for one of which nothing can be learnt. Raises the BenchtopError of a model
        that cannot be read, and Interrupted."""
        assert self._run is not None
        told = [one if one.characters <= MOST_LETTERS else Example(()) for one in examples]
        turns = tuple(
            tuple(ChatTurn(turn.role, turn.content) for turn in one.turns) for one in told
        )
        answer = self._run.ask(CountTokens("count", self._model.path, turns))
        if not isinstance(answer, Counted):
            raise WorkerError(role="engine", detail="it did not count.")
        return list(answer.lengths)
