"""What a suite costs over the bare decode of its prompts and replies."""

from __future__ import annotations

import statistics
import sys
import time
import uuid
from functools import partial
from itertools import count
from operator import truediv
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from bench.bare_decode import BareModel
from bench.compare_bench import NEVER_END
from bench.event_loop import wait_until
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.contest_json import contestant_json
from benchtop.domain.contests import Contestant, PromptTurn
from benchtop.domain.generation import SamplingParams
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.domain.suites import Contains, Suite, SuitePrompt
from benchtop.engine.context import BATCH_TOKENS
from benchtop.protocol.messages import ChatTurn, Render, Rendered
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import LoadOptions
from benchtop.services.memory_now import MemoryNow
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.services.suite_runner import SuiteRunner

PROMPTS, PARTS = 200, 4
SYSTEM = "You answer in one short sentence, in plain words, and say so where you do not know. " * 4
TOKENS = 24
PARAMS = SamplingParams(temperature=0.0, max_tokens=TOKENS, logit_bias=NEVER_END)


def suite_throughput(folder: DataFolder, path: Path) -> dict[str, object]:
    """The seconds of 200 prompts, each kept and judged, over those of the bare decode of the same
    tokens, what all prompts begin with read once. Four parts by turns, the load of the model apart;
    the median ratio, and the seconds of a part."""
    model = inspect_model(path)
    questions = [f"What is the number {n} good for, and who would miss it?" for n in range(PROMPTS)]
    texts, threads, context = _rendered(folder, model, questions)
    bench, bare = _Bench(folder, model), BareModel(path, threads=threads, length=context)
    tokens = [bare.model.tokenize(text, special=True) for text in texts]
    size = PROMPTS // PARTS
    suite, alone = [], []
    try:
        bench.seconds(questions[:1])  # the model is loaded from here on
        for at in range(0, PROMPTS, size):
            alone.append(_bare_seconds(bare, tokens[at : at + size]))
            suite.append(bench.seconds(questions[at : at + size]))
    finally:
        bare.close()
        bench.close()
    return {
        "suite_throughput": round(statistics.median(map(truediv, suite, alone)), 3),
        "suite_throughput_seconds": {
            "suite": round(statistics.median(suite), 2),
            "bare": round(statistics.median(alone), 2),
        },
    }


def _rendered(
    folder: DataFolder, model: ModelFile, questions: list[str]
) -> tuple[list[str], int, int]:
    """The text that is read of each prompt, the threads a load here takes, and the context."""
    engine = EngineRun(folder, model, LoadOptions())
    try:
        facts = engine.load()
        texts = []
        for question in questions:
            turns = (ChatTurn("system", SYSTEM), ChatTurn("user", question))
            answer = engine.ask(Render(uuid.uuid4().hex, turns))
            assert isinstance(answer, Rendered)
            texts.append(answer.text)
    finally:
        engine.close()
    return texts, facts.threads, facts.context_length


class _Bench:
    """The runner of the window and of the commands, on a store of its own."""

    def __init__(self, folder: DataFolder, model: ModelFile) -> None:
        path = Path(model.path)
        self._app = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
        self._settings, self._store = SettingsKeeper(folder), StoreThread(folder.database)
        workers = CompareWorkers(folder, self._settings, MemoryNow())
        self._runner = SuiteRunner(workers, self._store, lambda _one: model, folder=folder)
        self._ended: list[str] = []
        self._runner.ended.connect(self._ended.append)
        self._contestant = contestant_json(
            Contestant(
                model.id, "big", path.name, model.path, "", system_prompt=SYSTEM, params=PARAMS
            )
        )
        self._ids = count(1)

    def seconds(self, questions: list[str]) -> float:
        """From the wish to the last reply that is kept."""
        prompts = tuple(
            SuitePrompt(f"p{n}", (PromptTurn("user", text),), checks=(Contains(("a",)),))
            for n, text in enumerate(questions)
        )
        run = SuiteRun(
            f"r{next(self._ids)}", Suite("s", "Bench", prompts), (self._contestant,), 1, time.time()
        )
        self._store.run(lambda store: store.suite_runs.add(run))
        begun = time.perf_counter()
        self._runner.start(run.id)
        wait_until(lambda: run.id in self._ended)
        seconds = time.perf_counter() - begun
        read: list[int] = []
        self._store.run(lambda store: store.suite_cells.of(run.id, "done"), partial(_count, read))
        wait_until(lambda: read)
        assert read == [TOKENS] * len(questions), read
        return seconds

    def close(self) -> None:
        self._runner.close()
        self._store.close()


def _count(read: list[int], cells: list[SuiteCell]) -> None:
    read += [cell.timings.completion_tokens if cell.timings else 0 for cell in cells]


def _bare_seconds(bare: BareModel, prompts: list[list[int]]) -> float:
    """Each prompt from where it differs from the one before, in batches as large as the worker's, and
    as many tokens of a reply."""
    context = bare.context
    context.clear()
    seconds, before = 0.0, list[int]()
    for tokens in prompts:
        same = 0
        while same < min(len(before), len(tokens) - 1) and before[same] == tokens[same]:
            same += 1
        begun = time.perf_counter()
        context.keep(same)
        for at in range(same, len(tokens) - 1, BATCH_TOKENS):
            context.evaluate(tokens[at : min(at + BATCH_TOKENS, len(tokens) - 1)], at)
        context.step(tokens[-1], len(tokens) - 1)
        seconds += time.perf_counter() - begun + bare.reply_seconds(PARAMS, tokens, TOKENS)
        before = tokens
    context.clear()
    return seconds
