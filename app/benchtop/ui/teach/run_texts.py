"""The words of a training run: what it does now, its figures, and how it ended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text
from benchtop.domain.training import HoldoutPoint, TrainingRun, TrainPoint
from benchtop.domain.training_pace import (
    cost_of,
    gives_up_at,
    loss_fallen,
    seconds_left,
    tokens_per_second,
)
from benchtop.domain.training_verdict import ShownVerdict, learnt_nothing
from benchtop.ui.models.figures_text import NOT_KNOWN, rate_text
from benchtop.ui.teach.train_rows import LiveRun
from benchtop.ui.teach.train_texts import range_words, time_words

_WATT_HOUR = 3_600.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunTexts", text)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name, and what it means."""

    key: str
    name: str
    value: str
    tip: str = ""


def loss_title() -> str:
    """The axis of the loss."""
    return _tr("Loss (surprise)")


def steps_title() -> str:
    """The axis of the steps."""
    return _tr("Steps")


def loss_explanation() -> str:
    """What a loss is, for whoever hovers."""
    return _tr(
        "Loss says how surprised the model is by the next word of the right answer: 0 is not at all, 0.7 "
        "is a toss-up between two words, 2.3 between ten (nats per token; e to the power of it is "
        "the perplexity). The training loss falls even when a model only learns by heart. The loss "
        "on what is held out tells whether it learnt something."
    )


def title_of(live: LiveRun) -> str:
    """What is taught to whom, as far as it is known."""
    words = _tr("{model} learns “{dataset}”") if live.dataset_name else _tr("{model} learns")
    return words.format(
        model=live.model_name or live.run.model.get("name", ""), dataset=live.dataset_name
    )


def state_words(live: LiveRun, holdout: Sequence[HoldoutPoint]) -> str:
    """One sentence on what is happening."""
    run = live.run
    if run.state == "paused":
        return f"{run.error} {_paused_words(run)}".lstrip()
    if run.state in {"done", "stopped", "failed"}:
        return ending_words(run)
    if live.phase == "training":
        return _learning_words(live, holdout)
    if live.phase == "stopping" and run.state == "preparing":
        return _tr("Cancelling before the first step.")
    phases = {
        "queued": _tr("Waits: another training run is under way."),
        "measuring": _tr("Trying it for some seconds, to know how long all of it takes here."),
        "encoding": _tr("Turning the examples into tokens, as this model reads them."),
        "loading": _tr("Opening the model."),
        "checking": _tr("Reading the holdout: how well does it answer what it never learnt from?"),
        "sampling": _tr("Asking your prompts, without the adapter and with it."),
        "waiting": _waiting_words(live),
        "pausing": _tr("Pausing after this step; what is learnt is being kept."),
        "stopping": _tr("Stopping after this step; the best one is being kept."),
        "judging": _tr("Training is over. Finding out whether it helped takes a moment."),
        "idle": "",
    }
    return phases[live.phase]


def _paused_words(run: TrainingRun) -> str:
    if not (run.step and run.steps):
        return _tr("Paused before the first step. It begins anew.")
    words = _tr("Paused. It goes on from its last checkpoint, after step {step}.")
    return words.format(step=f"{run.step:,}")


def _waiting_words(live: LiveRun) -> str:
    if not live.writer:
        return _tr("Waits while a model writes in a chat.")
    return _tr("Waits while {name} writes in a chat.").format(name=live.writer)


def _learning_words(live: LiveRun, holdout: Sequence[HoldoutPoint]) -> str:
    stuck = gives_up_at(holdout, live.run.settings.patience)
    if stuck is not None:
        words = _tr(
            "Getting no better on the holdout since step {best}; stops at step {end} unless that changes."
        )
        return words.format(best=f"{stuck[0]:,}", end=f"{max(stuck[1], live.run.step):,}")
    if len(holdout) >= 2 and min(holdout, key=lambda one: one.loss) is holdout[-1]:
        return _tr("Learning, and getting better on what is held out.")
    return _tr("Learning.")


def ending_words(run: TrainingRun) -> str:
    """How a run ended, in a sentence."""
    result, step = run.result, f"{run.step:,}"
    if run.state == "failed":
        return run.error or _tr("Training failed.")
    if learnt_nothing(run):
        return _tr("Stopped before the first step; nothing was learnt.")
    best = f"{result.best_step:,}" if result is not None else step
    if run.state == "stopped":
        return _tr("You stopped it after step {step}; step {best} was kept, the best one.").format(
            step=step, best=best
        )
    if result is not None and result.stopped_early:
        words = _tr("It got no better and stopped at step {step}; step {best} was kept.")
        return words.format(step=step, best=best)
    return _tr("All {step} steps are made; step {best} was kept, the best one.").format(
        step=step, best=best
    )


def figures_of(
    live: LiveRun, train: Sequence[TrainPoint], holdout: Sequence[HoldoutPoint]
) -> list[Figure]:
    """Every figure there is of a run that is on show, the first ones first. ``train`` are the latest."""
    run = live.run
    found = [Figure("step", _tr("Step"), _steps_words(run.step, run.steps))]
    if run.state in {"preparing", "running"}:
        found.append(
            Figure("left", _tr("Time left"), _left_words(live, train, holdout), _left_tip())
        )
    elif run.result is not None and run.result.seconds:
        found.append(Figure("took", _tr("Took"), time_words(run.result.seconds)))
    speed = rate_text(tokens_per_second(train))
    found.append(Figure("speed", _tr("Speed"), speed, _tr("Tokens learnt from in a second.")))
    if live.memory:
        tip = _tr("What the trainer takes, its file of the model included.")
        found.append(Figure("memory", _tr("Memory"), bytes_text(live.memory), tip))
    found.append(Figure("holdout", _tr("Held out"), _fall_words(holdout), loss_explanation()))
    return found + _energy_figures(live, holdout)


def energy_words(joules: float) -> str:
    """Joules as watt-hours, with three digits that count."""
    hours = joules / _WATT_HOUR
    if hours >= 1_000:
        return _tr("{count} kWh").format(count=f"{hours / 1_000:.2f}")
    return _tr("{count} Wh").format(count=f"{hours:.3g}" if hours < 100 else f"{hours:,.0f}")


def money_words(amount: float, currency: str) -> str:
    """A small amount of money, with two digits that count."""
    digits = 2 if amount >= 1 or amount <= 0 else min(6, 1 - math.floor(math.log10(amount)))
    return f"{amount:,.{max(digits, 2)}f} {currency}".strip()


def outcome_words(run: TrainingRun, verdict: ShownVerdict | None) -> str:
    """The last column of the list of runs: a word or three."""
    if run.state == "paused" and not (run.step and run.steps):
        return _tr("paused before the first step")
    if run.state == "paused":
        return _tr("paused at step {step}").format(step=f"{run.step:,}")
    if run.state in {"preparing", "running"}:
        return _tr("under way")
    if run.state == "failed":
        return _tr("failed")
    if learnt_nothing(run):
        return _tr("nothing was learnt")
    return verdict_word(verdict)


def verdict_word(verdict: ShownVerdict | None) -> str:
    """The word of a verdict."""
    return {
        "better": _tr("better"),
        "better_so_far": _tr("better on held-out only"),
        "not_shown": _tr("not shown to be better"),
        "worse": _tr("worse"),
        None: _tr("not judged yet"),
    }[verdict]


def length_words(run: TrainingRun) -> str:
    """For how long was trained, as it was set: "4 passes", or where a few examples are met more often than
    that, to come to the least steps, "600 steps, at least 8 passes"."""
    now = run.settings
    steps = _tr("{count} steps").format(count=f"{now.steps or run.steps:,}")
    if now.steps:
        return steps
    passes = _tr("1 pass") if now.epochs == 1 else _tr("{count} passes")
    if run.steps and run.steps == now.least_steps:
        passes = (
            _tr("{steps}, at least 1 pass")
            if now.epochs == 1
            else _tr("{steps}, at least {count} passes")
        )
    return passes.format(steps=steps, count=f"{now.epochs:g}")


def curve_sentence(train: Sequence[TrainPoint], holdout: Sequence[HoldoutPoint], best: int) -> str:
    """What the picture shows, in words: for those who do not see it, and for figures to copy."""
    parts = []
    if train:
        words = _tr("Training loss {first}, now {last}.")
        parts.append(words.format(first=f"{train[0].loss:.2f}", last=f"{train[-1].loss:.2f}"))
    if holdout:
        words = _tr("Held out: {first} before training, now {last}.")
        last = f"{holdout[-1].loss:.2f}"
        parts.append(words.format(first=f"{holdout[0].loss:.2f}", last=last))
        kept = [one for one in holdout if one.step == best]
        if kept and best > 0:
            words = _tr("Best: {loss} at step {step}.")
            parts.append(words.format(loss=f"{kept[-1].loss:.2f}", step=f"{best:,}"))
    return " ".join(parts)


def _steps_words(step: int, steps: int) -> str:
    if not steps:
        return NOT_KNOWN if not step else f"{step:,}"
    return _tr("{step} of {steps}").format(step=f"{step:,}", steps=f"{steps:,}")


def _left_words(live: LiveRun, train: Sequence[TrainPoint], holdout: Sequence[HoldoutPoint]) -> str:
    """To the last step, or to that at which training gives up unless the holdout gets better."""
    run = live.run
    found = seconds_left(run.step, run.steps, train, run.plan)
    if found is None:
        return NOT_KNOWN
    stuck = gives_up_at(holdout, run.settings.patience)
    if stuck is not None:
        end = min(max(stuck[1], run.step), run.steps)
        after = seconds_left(end, run.steps, train, run.plan) or (0.0, 0.0)
        found = found[0] - after[0], found[1] - after[1]
    return range_words(*found)


def _left_tip() -> str:
    return _tr(
        "From the steps that were made so far; a range, because no machine is always equally fast."
    )


def _fall_words(holdout: Sequence[HoldoutPoint]) -> str:
    if not holdout:
        return NOT_KNOWN
    first, last = f"{holdout[0].loss:.2f}", f"{holdout[-1].loss:.2f}"
    return first if len(holdout) == 1 else f"{first} → {last}"


def _energy_figures(live: LiveRun, holdout: Sequence[HoldoutPoint]) -> list[Figure]:
    if live.joules is None:
        if not live.unmeasurable:
            return []
        return [Figure("energy", _tr("Energy"), _tr("not measurable"), live.unmeasurable)]
    tip = live.energy_scope
    found = [Figure("energy", _tr("Energy"), energy_words(live.joules), tip)]
    cost = cost_of(live.joules, live.price)
    if cost is not None:
        found.append(Figure("cost", _tr("Cost"), money_words(cost, live.currency), tip))
    fallen = loss_fallen(holdout)
    if fallen is None or live.joules <= 0:
        return found
    per = f"{fallen / (live.joules / _WATT_HOUR):.3g}"
    tip = _tr("How far the loss on what is held out fell for each watt-hour, at its best.")
    found.append(Figure("per_energy", _tr("Learnt per Wh"), per, tip))
    if cost:
        hundredth = f"{fallen / cost / 100:.3g}"
        name = _tr("Learnt per 0.01 {currency}").format(currency=live.currency)
        tip = _tr("How far the loss on what is held out fell for a hundredth of the currency.")
        found.append(Figure("per_money", name, hundredth, tip))
    return found
