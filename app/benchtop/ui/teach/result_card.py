"""The card of a run, in words: exactly what was done, and what it took."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text
from benchtop.domain.training import TARGETS
from benchtop.domain.training_pace import cost_of
from benchtop.ui.models.figures_text import full_day_text
from benchtop.ui.models.licence_words import licence_name, licence_words
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.run_texts import energy_words, length_words, money_words
from benchtop.ui.teach.train_texts import preset_words, time_words


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultTexts", text)


def card_facts(row: ResultRow) -> list[tuple[str, str]]:
    """Exactly what was done, as names and values; what is not known is empty."""
    run, result = row.run, row.run.result
    model = run.model
    licence = str(model.get("licence", ""))
    facts = [
        (_tr("Base model"), row.model_name),
        (_tr("Its file"), str(model.get("path", ""))),
        (_tr("SHA-256"), str(model.get("sha256", ""))),
        (_tr("Its licence"), f"{licence_name(licence)}. {licence_words(licence)}".lstrip(". ")),
        (_tr("Data set"), _dataset_words(row)),
        (_tr("Began from"), row.parent or _tr("nothing: a new adapter")),
        (_tr("Settings"), settings_words(row)),
        (_tr("Started"), full_day_text(run.created) if run.created else ""),
    ]
    if result is not None:
        facts += [
            (_tr("Steps"), _steps_words(row)),
            (_tr("Tokens"), f"{result.tokens:,}" if result.tokens else ""),
            (_tr("Time"), _time_words(row)),
            (
                _tr("Memory"),
                bytes_text(result.peak_memory_bytes) if result.peak_memory_bytes else "",
            ),
            (_tr("Energy"), _energy_words(row)),
        ]
    size = f" ({bytes_text(row.adapter_bytes)})" if row.adapter_bytes else ""
    return [*facts, (_tr("Adapter"), f"{row.adapter}{size}" if row.adapter else "")]


def settings_words(row: ResultRow) -> str:
    """The settings that matter, in one line."""
    now = row.run.settings
    title = preset_words().get(now.preset, (now.preset, ""))[0]
    layers = _tr("all layers")
    if now.last_layers:
        layers = _tr("the last {count} layers").format(count=now.last_layers)
    targets = _tr("all matrices")
    if len(now.targets) < len(TARGETS):
        targets = ", ".join(now.targets)
    parts = [
        title,
        _tr("rank {rank}, alpha {alpha}").format(rank=now.rank, alpha=f"{now.alpha:g}"),
        layers,
        targets,
        length_words(row.run),
        _tr("learning rate {rate}").format(rate=f"{now.learning_rate:.3g}"),
        _tr("seed {seed}").format(seed=now.seed),
    ]
    if now.preference:
        parts.append(
            _tr("worse answers, too (beta {beta})").format(beta=f"{now.preference_beta:g}")
        )
    return ", ".join(parts)


def _dataset_words(row: ResultRow) -> str:
    parts = [row.dataset_name, row.version_name]
    if row.run.plan.train:
        words = _tr("{train} learnt from, {held} held out")
        parts.append(
            words.format(train=f"{row.run.plan.train:,}", held=f"{row.run.plan.holdout:,}")
        )
    return "; ".join([", ".join(filter(None, parts)), *_left_out_words(row)])


def _left_out_words(row: ResultRow) -> list[str]:
    """Why that is less than the data set holds."""
    plan = row.run.plan
    told = (
        (plan.repeats, _tr("1 repeats another"), _tr("{count} repeat others")),
        (plan.skipped, _tr("1 could not be used"), _tr("{count} could not be used")),
        (
            plan.learnt_before,
            _tr("1 that an earlier adapter learnt from is not read"),
            _tr("{count} that an earlier adapter learnt from are not read"),
        ),
    )
    return [
        one if count == 1 else many.format(count=f"{count:,}") for count, one, many in told if count
    ]


def _steps_words(row: ResultRow) -> str:
    result = row.run.result
    assert result is not None
    if not result.best_step:
        return _tr("{steps}; nothing was kept").format(steps=f"{result.steps:,}")
    words = _tr("{steps}; step {best} was kept")
    text = words.format(steps=f"{result.steps:,}", best=f"{result.best_step:,}")
    if result.stopped_early:
        text += _tr(", and it stopped by itself when it got no better")
    return text


def _time_words(row: ResultRow) -> str:
    result = row.run.result
    assert result is not None
    if not result.seconds:
        return ""
    text = time_words(result.seconds)
    if result.tokens_per_second:
        rate = _tr("{rate} tokens a second").format(rate=f"{result.tokens_per_second:,.0f}")
        text += f", {rate}"
    return text


def _energy_words(row: ResultRow) -> str:
    result = row.run.result
    if result is None or result.energy_joules is None:
        return ""
    parts = [energy_words(result.energy_joules)]
    if result.energy_scope:
        parts.append(_tr("of {scope}").format(scope=result.energy_scope))
    cost = cost_of(result.energy_joules, row.price)
    text = " ".join(parts)
    return f"{text}, {money_words(cost, row.currency)}" if cost is not None else text
