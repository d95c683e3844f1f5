"""How `benchtop data check` tells what it found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from benchtop.cli.common import one_line
from benchtop.cli.data_texts import examples_count, spread_text
from benchtop.cli.data_unfinished import unfinished_json
from benchtop.domain.examples import UnfinishedImport
from benchtop.services.example_files import ImportReport

if TYPE_CHECKING:
    from benchtop.services.dataset_check import DatasetFindings

_NAMED = 10
"""Of each kind of finding so many are named to a person."""
_LETTERS = 60
_KINDS = {
    "email": "an e-mail address",
    "phone": "a telephone number",
    "card": "a card number",
    "iban": "a bank account",
    "secret": "a key, token or password",
    "ip": "an internet address",
    "ssn": "a social security number",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked: where each example is (its line in a file, or its id), the lines that are none, and
    what an example says. ``model`` is the one whose tokens were counted, of which ``context`` are learnt of
    one example; empty where none were. ``unfinished`` are imports that did not come to their end, and
    ``note`` says so."""

    name: str
    places: Sequence[int] | Sequence[str]
    report: ImportReport
    said: Callable[[int], str]
    model: str = ""
    context: int = 0
    unfinished: Sequence[UnfinishedImport] = ()
    note: str = ""

    @property
    def key(self) -> str:
        """What a place is called in JSON."""
        return "line" if self.places and isinstance(self.places[0], int) else "id"

    def words(self, place: int) -> str:
        """The place and the beginning of an example, for a person."""
        where = self.places[place]
        told = f"line {where:,} " if isinstance(where, int) else ""
        line = one_line(self.said(place)[: 4 * _LETTERS].partition("\n")[0])
        return f"{told}“{line if len(line) <= _LETTERS else line[: _LETTERS - 1] + '…'}”"


def findings_json(checked: Checked, found: DatasetFindings) -> dict[str, Any]:
    """What `--json` prints."""
    key, places = checked.key, checked.places
    return {
        "checked": found.checked,
        "clean": found.is_clean and not checked.report.broken_count and not checked.unfinished,
        **unfinished_json(checked.unfinished),
        "broken": checked.report.broken_count,
        "broken_lines": [asdict(one) for one in checked.report.broken],
        "problems": [{key: places[place], "why": why} for place, why in found.problems],
        "exact": [[places[place] for place in group] for group in found.exact],
        "near": [[places[place] for place in group] for group in found.near],
        "leaks": [
            {
                "train": places[leak.train],
                "holdout": places[leak.holdout],
                "similarity": round(leak.similarity, 3),
            }
            for leak in found.leaks
        ],
        "personal": [{key: places[place], "kinds": list(kinds)} for place, kinds in found.personal],
        "model": checked.model or None,
        "context_length": checked.context or None,
        "tokens": asdict(found.tokens) if found.tokens is not None else None,
        "too_long": [{key: places[place], "tokens": length} for place, length in found.too_long],
    }


def tell_findings(checked: Checked, found: DatasetFindings) -> None:
    """The same for a person."""
    name, words = one_line(checked.name), checked.words
    sys.stdout.write(f"{examples_count(found.checked)} of “{name}” were looked through.\n")
    sys.stdout.write(checked.note)
    if found.tokens is not None:
        sys.stdout.write(f"Tokens of {one_line(checked.model)}: {spread_text(found.tokens)}\n")
    broken = checked.report
    _list(
        "Lines that are no examples",
        broken.broken_count,
        [f"line {one.line:,} {one.why}" for one in broken.broken[:_NAMED]],
    )
    _list(
        "Examples from which nothing can be learnt",
        len(found.problems),
        [f"{words(place)} {why}" for place, why in found.problems[:_NAMED]],
    )
    _list(
        f"Examples longer than the {checked.context:,} tokens that are learnt of one",
        len(found.too_long),
        [f"{words(place)}: {length:,} tokens" for place, length in found.too_long[:_NAMED]],
    )
    _list("Examples that are there more than once", len(found.exact), _groups(found.exact, words))
    _list(
        "Examples with others that are nearly the same", len(found.near), _groups(found.near, words)
    )
    _list(
        "Examples to learn from that ask nearly what is held out",
        len(found.leaks),
        [
            f"{words(leak.train)} and {words(leak.holdout)} ({leak.similarity:.0%} alike)"
            for leak in found.leaks[:_NAMED]
        ],
    )
    _list(
        "Examples with what looks like personal data or a secret",
        len(found.personal),
        [
            f"{words(place)}: {', '.join(_KINDS[kind] for kind in kinds)}"
            for place, kinds in found.personal[:_NAMED]
        ],
    )
    if found.is_clean and not broken.broken_count and not checked.note:
        sys.stdout.write("Nothing was found that you should look at.\n")


def _groups(groups: Sequence[Sequence[int]], words: Callable[[int], str]) -> list[str]:
    return [
        f"{words(group[0])} and {len(group) - 1:,} more, such as {words(group[1])}"
        for group in groups[:_NAMED]
    ]


def _list(what: str, count: int, lines: Sequence[str]) -> None:
    if not count:
        return
    sys.stdout.write(f"\n{what}: {count:,}\n")
    for line in lines:
        sys.stdout.write(f"  {line}\n")
    if count > len(lines):
        sys.stdout.write(f"  and {count - len(lines):,} more\n")
