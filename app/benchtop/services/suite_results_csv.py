"""The results of a run as a table for other programs: RFC 4180, one reply a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.services.suite_card import cell_word, names_of

COLUMNS = (
    "prompt_id", "prompt", "tags", "contestant", "repeat", "seed", "result", "score", "tokens",
    "tokens_per_second", "stop", "checks", "reply", "error",
)  # fmt: skip
_ROWS_AT_ONCE = 500


def results_table(run: SuiteRun, cells: Sequence[SuiteCell]) -> Iterator[str]:
    """The text of the table in parts, each of some rows."""
    prompts, names = {one.id: one for one in run.suite.prompts}, names_of(run)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, cell in enumerate(cells, 1):
        prompt, timings = prompts.get(cell.prompt_id), cell.timings
        score = mean_score(cell)
        checks = "; ".join(f"{one.get('kind')}: {one.get('detail')}" for one in cell.checks)
        writer.writerow(
            [
                cell.prompt_id,
                prompt.text if prompt else "",
                "; ".join(prompt.tags) if prompt else "",
                names[cell.contestant],
                cell.repeat + 1,
                "" if cell.seed is None else cell.seed,
                cell_word(cell),
                "" if score is None else f"{score:.4f}",
                timings.completion_tokens if timings is not None else "",
                f"{timings.tokens_per_second:.2f}" if timings is not None else "",
                cell.stop or "",
                checks,
                cell.reply,
                cell.error,
            ]
        )
        if number % _ROWS_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def mean_score(cell: SuiteCell) -> float | None:
    """The mean of the scores of its checks, 0 to 1; None where no check has one."""
    scores = [one["score"] for one in cell.checks if one.get("score") is not None]
    return sum(scores) / len(scores) if scores else None
