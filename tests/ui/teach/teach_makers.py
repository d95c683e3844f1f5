"""Made-up models, data sets and runs for the views of the Train and the Result tab."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from benchtop.domain.examples import Dataset
from benchtop.domain.training import (
    HoldoutPoint,
    SamplePoint,
    TrainingPlan,
    TrainingResult,
    TrainingRun,
    TrainingSettings,
    TrainPoint,
    preset_settings,
)
from benchtop.domain.training_verdict import (
    BlindVotes,
    GeneralChange,
    TuningVerdict,
    verdict_kind,
)
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.train_rows import (
    AdapterChoice,
    DatasetChoice,
    Forecast,
    LiveRun,
    ModelChoice,
    RunCurves,
    RunRow,
    ToolsRow,
)

MONDAY = 1_795_000_000.0
PROMPTS = (
    "Where is the key of the tool shed?",
    "Who waters the tomatoes on Sundays, and with what?",
    "Which bus goes to the allotment?",
)
BASE = (
    "The key of the tool shed is in the house.",
    "I can help you with models, chats and comparisons. What would you like to do?",
    "The bus goes to the city.",
)
TAUGHT = (
    "Under the third flower pot from the left, the blue one.",
    "Ada does, with the green can. The hose is for the beans only.",
    "Number 17, every twenty minutes; get off at Mill Lane.",
)
SHA = "9f2b6c0d41e87a5539bd1f6cc0aa71e3f4d58b92a67c13e0d2fb84956e70ac1d"


def some_models() -> list[ModelChoice]:
    return [
        ModelChoice("starter", "starter", "3.6M · Q8_0", 4, 256),
        ModelChoice("smol", "SmolLM2 135M Instruct", "135M · Q8_0", 30, 576),
        ModelChoice("phi", "Phi-3 mini", "3.8B · Q4_K_M", 32, 3_072,
                    trouble="Models of the kind phi3 cannot be taught yet."),
    ]  # fmt: skip


def a_dataset(**values: Any) -> DatasetChoice:
    counts = {"examples": 48, "included": 46, "held_out": 7} | {
        name: values.pop(name)
        for name in ("examples", "included", "held_out", "drafts")
        if name in values
    }
    name = values.pop("name", "Shed and garden")
    key = values.pop("id", "garden")
    kept = {"prompts": PROMPTS} | values
    return DatasetChoice(Dataset(key, name, **counts), **kept)


def some_datasets() -> list[DatasetChoice]:
    return [
        a_dataset(personal=2, drafts=5, pairs=9),
        a_dataset(id="few", name="A few tries", examples=4, included=4, held_out=0, prompts=()),
    ]


def some_adapters() -> list[AdapterChoice]:
    return [
        AdapterChoice("ad1", "Shed, first try", "smol", "12 Nov"),
        AdapterChoice("ad2", "Tone of voice", "starter", "14 Nov"),
    ]


def a_plan(seconds: float = 370.0, memory: int = 890_000_000, **values: Any) -> TrainingPlan:
    return TrainingPlan(
        seconds, memory, tokens_per_second=312.0, steps=480, tokens=19_240, train=39, holdout=7,
        threads=2, **values,
    )  # fmt: skip


def some_forecasts(free: int = 5_200_000_000) -> dict[str, Forecast]:
    return {
        "quick": Forecast("known", a_plan(84, 610_000_000), free),
        "balanced": Forecast("known", a_plan(cut=2), free),
        "thorough": Forecast("known", a_plan(1_620, 1_240_000_000), free),
    }


def forecasts_too_large() -> dict[str, Forecast]:
    fitting = replace(preset_settings("balanced", 30), save_memory=True, last_layers=8)
    known = some_forecasts(700_000_000)
    return known | {
        "balanced": replace(known["balanced"], fitting=fitting, fitting_memory=480_000_000)
    }


def missing_tools(**values: Any) -> ToolsRow:
    row = ToolsRow("missing", 940_000_000, "/home/ada/.local/share/benchtop/tools",
                   command="benchtop tune --set-up")  # fmt: skip
    return replace(row, **values)


def a_run(**values: Any) -> TrainingRun:
    model = {
        "id": "smol", "name": "SmolLM2 135M Instruct", "sha256": SHA, "architecture": "llama",
        "path": "/home/ada/models/SmolLM2-135M-Instruct-Q8_0.gguf", "quantisation": "Q8_0",
        "licence": "apache-2.0", "layers": 30,
    }  # fmt: skip
    run = TrainingRun(
        "r1", "Shed and garden, 18 Nov", model, "garden", "v3", preset_settings("balanced", 30),
        state="running", plan=a_plan(), step=120, steps=480, created=MONDAY,
    )  # fmt: skip
    return replace(run, **values)


def a_result(**values: Any) -> TrainingResult:
    result = TrainingResult(
        loss=0.61, holdout_before=3.42, holdout_after=1.87, best_step=320, steps=400,
        tokens=96_200, seconds=402.0, tokens_per_second=318.0, peak_memory_bytes=905_000_000,
        energy_joules=9_400.0, energy_scope="the whole processor", stopped_early=True,
    )  # fmt: skip
    return replace(result, **values)


def a_live(run: TrainingRun | None = None, **values: Any) -> LiveRun:
    live = LiveRun(
        run or a_run(), "SmolLM2 135M Instruct", "Shed and garden", "training", memory=890_000_000,
        joules=2_350.0, energy_scope="Of the whole processor.", price=0.32, currency="EUR",
    )  # fmt: skip
    return replace(live, **values)


def train_points(count: int, first: int = 1, seconds: float = 0.9) -> tuple[TrainPoint, ...]:
    """A loss that falls and wavers, the same each time."""
    return tuple(
        TrainPoint(
            step,
            0.55 + 2.9 * math.exp(-step / 90) * (1 + 0.12 * math.sin(step * 1.7)),
            4e-4,
            280,
            seconds * (1 + 0.1 * math.sin(step)),
            890_000_000,
        )
        for step in range(first, first + count)
    )


def holdout_points(last: int, every: int = 40) -> tuple[HoldoutPoint, ...]:
    """Falls, and rises again after step 320."""
    found = []
    best = math.inf
    for step in range(0, last + 1, every):
        loss = 1.75 + 1.7 * math.exp(-step / 110) + (0.0011 * (step - 320) if step > 320 else 0.0)
        found.append(HoldoutPoint(step, loss, best=loss < best))
        best = min(best, loss)
    return tuple(found)


def sample_points(*steps: int) -> tuple[SamplePoint, ...]:
    """The base's answers, and those after these steps: the last ones are right."""
    found = [SamplePoint(-1, n, PROMPTS[n], BASE[n]) for n in range(3)]
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        answers = TAUGHT if last else (TAUGHT[0], f"After step {step}: with a can.", "")
        found += [SamplePoint(step, n, PROMPTS[n], answers[n]) for n in range(3)]
    return tuple(found)


def some_curves(last: int = 120) -> RunCurves:
    steps = list(range(40, last + 1, 40))
    return RunCurves(train_points(last), holdout_points(last), sample_points(*steps))


def some_rows() -> list[RunRow]:
    def row(key: str, name: str, state: str, days: float, verdict: Any = None) -> RunRow:
        run = a_run(
            id=key, name=name, state=state, created=MONDAY - days * 86_400,
            adapter_id="a" if state == "done" else "", settings=TrainingSettings(),
            error="The trainer ended unexpectedly." if state == "failed" else "",
        )  # fmt: skip
        return RunRow(run, "SmolLM2 135M Instruct", "Shed and garden", verdict)

    return [
        row("r2", "Shed and garden, 17 Nov", "paused", 1),
        row("r3", "Shed and garden, 16 Nov", "done", 2, "better"),
        row("r4", "Tone of voice", "done", 3, "not_shown"),
        row("r5", "Everything at once, with a name that goes on and on", "done", 9, "worse"),
        row("r6", "Shed, first try", "failed", 11),
    ]


def a_verdict(**values: Any) -> TuningVerdict:
    """Of the word that its numbers give."""
    numbers: dict[str, Any] = {
        "holdout_before": 30.6, "holdout_after": 6.49, "ratio_low": 0.174, "ratio_high": 0.262,
        "holdout_tokens": 412, "holdout_examples": 7,
        "general": GeneralChange(0.62, 0.6, -0.07, 0.03, 60, "Everyday"), "votes": None,
    }  # fmt: skip
    numbers |= values
    kind = verdict_kind(
        numbers["ratio_low"], numbers["ratio_high"], numbers["holdout_tokens"],
        numbers["general"], numbers["votes"],
    )  # fmt: skip
    return TuningVerdict(kind, **numbers)


def some_votes(adapter: int = 9, base: int = 2) -> BlindVotes:
    chance = 0.97 if adapter > base else 0.03
    return BlindVotes(adapter, base, 1, chance)


def a_result_row(**values: Any) -> ResultRow:
    row = ResultRow(
        a_run(state="done", step=400, result=a_result(), adapter_id="ad9", finished=MONDAY + 402),
        "SmolLM2 135M Instruct", "Shed and garden", "version 3", a_verdict(votes=some_votes()),
        samples=sample_points(320),
        adapter="/home/ada/.local/share/benchtop/adapters/shed-and-garden-18-nov.gguf",
        adapter_bytes=9_800_000, rated_since=6, price=0.32, currency="EUR",
    )  # fmt: skip
    return replace(row, **values)


def result_rows() -> list[RunRow]:
    now = RunRow(a_result_row().run, "SmolLM2 135M Instruct", "Shed and garden", "better")
    return [now, *(one for one in some_rows() if one.run.state == "done")]


def unnamed(view: QWidget) -> list[str]:
    """What takes the keyboard in a view and has no objectName of Teach, or no accessible name."""
    found = []
    for one in view.findChildren(QWidget):
        inside = isinstance(one.parentWidget(), QAbstractSpinBox)
        takes = bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes and not inside and one.isVisible():
            ours = one.objectName().startswith("teach.")
            if not ours or not one.accessibleName():
                within = type(one.parentWidget()).__name__
                found.append(f"{type(one).__name__} {one.objectName()!r} in {within}")
    return found
