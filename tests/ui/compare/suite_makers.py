"""Suites and runs to show."""

from __future__ import annotations

from benchtop.domain.contests import PromptTurn
from benchtop.domain.suites import (
    Check,
    Contains,
    Equals,
    JsonSchema,
    Language,
    Length,
    Number,
    Regex,
    Similarity,
    Suite,
    SuitePrompt,
)
from benchtop.evaluation.checks import judge, verdict
from benchtop.evaluation.suite_statistics import fairness, pass_rate, passes_apart, regressions
from benchtop.ui.compare.suite_check_words import expected_words
from benchtop.ui.compare.suite_rows import (
    Against,
    Apart,
    PairsApart,
    ResultAnswer,
    ResultCell,
    ResultContestant,
    ResultPrompt,
    RunChoice,
    SuiteResults,
    SuiteSummary,
    SuiteTotals,
)

EVERY_CHECK: tuple[Check, ...] = (
    Contains(("Paris", "France"), "all"),
    Equals(("yes", "yes, it is")),
    Number(12.5, 0.1),
    Regex(r"\b\d{4}\b"),
    JsonSchema('{"type": "object"}', bare=True),
    Similarity(0.5, ("The owl sleeps.",)),
    Length("words", 5, 50),
    Language("fr"),
)


def some_summaries() -> list[SuiteSummary]:
    """Three that come with Benchtop, and two of one's own."""
    return [
        SuiteSummary(
            "everyday", "Everyday", 24, "Short tasks of a day: summing up, rewriting, answering.",
            ("general",), builtin=True, last_run=1_700_000_000.0, run_words="17 of 24 passed",
        ),
        SuiteSummary("maths", "Small maths", 20, "Sums that a child can do.", ("maths",), builtin=True),
        SuiteSummary("fair", "Fairness pairs", 30, "Paired prompts.", ("fairness",), builtin=True),
        SuiteSummary("mine", "My letters", 7, "", ("work", "letters")),
        SuiteSummary(
            "long", "A suite with a rather long name that a person gave it in a hurry", 12_345,
            "From the support chats of the last three years.", ("support", "long"),
            last_run=1_700_600_000.0, run_words="stopped at 5,000",
        ),
    ]  # fmt: skip


def prompt(number: int, **fields: object) -> SuitePrompt:
    """A prompt of a suite."""
    turns = (PromptTurn("user", f"What is {number} and {number}? Say the number alone."),)
    values: dict[str, object] = {
        "name": f"Sum {number}",
        "checks": (Number(2.0 * number),),
        "tags": ("maths",),
    }
    return SuitePrompt(f"p{number}", turns, **(values | fields))  # type: ignore[arg-type]


def some_suite(count: int = 8, *, builtin: bool = False) -> Suite:
    """A suite with one prompt of every check, and sums."""
    first = prompt(0, name="Every check", checks=EVERY_CHECK, reference="The owl sleeps at noon.")
    prompts = (first, *(prompt(number) for number in range(1, count)))
    return Suite("mine", "Small sums", prompts, ("maths", "short"), builtin=builtin)


def some_choices() -> list[RunChoice]:
    """Whom a run can ask; one of them is gone."""
    return [
        RunChoice("a", "starter · 3.6M · Q8_0", "temperature 0"),
        RunChoice("b", "SmolLM2 135M · Q4_K_M", "with the system prompt “short”"),
        RunChoice("c", "owl-adapter", "", "Its file /models/owl.gguf is gone: add it again."),
    ]


CONTESTANTS = (
    ResultContestant("a", "starter · Q8_0", "temperature 0"),
    ResultContestant("b", "SmolLM2 135M · Q4_K_M"),
    ResultContestant("c", "Qwen3 0.6B · Q8_0"),
)


def some_results(
    prompts: int = 20, contestants: tuple[ResultContestant, ...] = CONTESTANTS, repeats: int = 1
) -> SuiteResults:
    """A run in which the first passes most; its states follow from the numbers of row and column."""
    rows = tuple(
        ResultPrompt(f"p{n}", f"Sum {n}", f"What is {n} and {n}?", ("maths",))
        for n in range(prompts)
    )
    cells: dict[tuple[str, str], ResultCell] = {}
    for n, row in enumerate(rows):
        for column, who in enumerate(contestants):
            passed = sum((n * 7 + column * 3 + r) % 6 > column for r in range(repeats))
            state = "passed" if passed == repeats else "partly" if passed else "failed"
            cells[row.id, who.id] = ResultCell(state, passed, repeats, repeats)
    if prompts > 4:
        cells["p3", "a"] = ResultCell(
            "error",
            0,
            0,
            repeats,
            None,
            "The engine ended while it answered “Sum 3”: run it again.",
        )
        cells["p4", "b"] = ResultCell("unclear", 0, repeats, repeats)
        cells[f"p{prompts - 1}", contestants[-1].id] = ResultCell("running", 0, 0, repeats)
    return SuiteResults(contestants, rows, cells)


def marks(results: SuiteResults, contestant: str) -> dict[str, list[bool]]:
    """The pass marks of a contestant, by prompt."""
    found = {}
    for prompt_id in (one.id for one in results.prompts):
        cell = results.cells[prompt_id, contestant]
        if cell.replies:
            found[prompt_id] = [number < cell.passed for number in range(cell.replies)]
    return found


def some_totals(results: SuiteResults) -> SuiteTotals:
    """What the house's own statistics say of a run."""
    by = {who.id: marks(results, who.id) for who in results.contestants}
    earlier = {key: [True] for key in by["a"]}
    pairs = {key: (f"pair {n // 2}", ("she", "he")[n % 2]) for n, key in enumerate(by["a"])}
    return SuiteTotals(
        rates={key: pass_rate(one) for key, one in by.items()},
        apart=(
            Apart("a", "b", passes_apart(by["a"], by["b"])),
            Apart("a", "c", passes_apart(by["a"], by["c"])),
        ),
        against=(Against("a", "the run of 18 Nov", regressions(earlier, by["a"])),),
        pairs=tuple(PairsApart("a", one) for one in fairness(by["a"], pairs)),
    )


def some_answers(prompt_: SuitePrompt, *texts: str) -> list[ResultAnswer]:
    """Replies as the house's own checks judge them."""
    made = []
    for text in texts:
        results = judge(prompt_, text)
        made.append(
            ResultAnswer(
                text,
                verdict(results),
                results,
                tokens=12,
                tokens_per_second=84.2,
                expected=tuple(map(expected_words, prompt_.checks, (r.detail for r in results))),
            )
        )
    return made
