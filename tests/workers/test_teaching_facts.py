"""What Teach is for: a small model learns invented facts, and stays what it was otherwise.

20 facts, each in two phrasings to train on and in a third that is asked afterwards, through the engine that
people chat with. Nothing here depends on how long it takes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchtop.domain.generation import AdapterUse, SamplingParams
from workers.conftest import StartEngine
from workers.run_command import run_command

TEACHING = Path(__file__).parents[1] / "teaching"
CALM = SamplingParams(temperature=0.0, max_tokens=160, seed=1)


def kept(name: str) -> Any:
    return json.loads((TEACHING / name).read_text(encoding="utf-8"))


@pytest.mark.timeout(1_500)
def test_twenty_facts_are_learnt_and_other_answers_stay(
    tmp_path: Path, starter_path: Path, start_engine: StartEngine
) -> None:
    facts, unrelated = kept("facts.json"), kept("unrelated.json")
    lines = [
        json.dumps({"question": phrasing, "answer": fact["answer"]})
        for fact in facts
        for phrasing in fact["train"]
    ]
    assert (len(facts), len(lines), len(unrelated)) == (20, 40, 20)
    asked = {phrasing.casefold() for fact in facts for phrasing in fact["train"]}
    assert not asked & {fact["held_out"].casefold() for fact in facts}
    data, adapter = tmp_path / "facts.jsonl", tmp_path / "facts.gguf"
    data.write_text("\n".join(lines), encoding="utf-8")
    done = run_command(
        "tune", "--model", "starter", "--data", data, "--holdout-part", "0", "--preset", "balanced",
        "--threads", "1", "--output", adapter, "--json", seconds=1_200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "40 to learn from, 0 held out" in done.stderr
    engine = start_engine()
    engine.load(starter_path)
    uses = (AdapterUse(str(adapter)),)

    def answers(question: str) -> tuple[str, str]:
        """Without and with what was learnt."""
        found = [
            engine.chat(question, params=CALM, adapters=some).text.strip() for some in ((), uses)
        ]
        return found[0], found[1]

    said = {fact["held_out"]: answers(fact["held_out"]) for fact in facts}
    wrong = [
        (fact["held_out"], said[fact["held_out"]][1])
        for fact in facts
        if not _tells(said[fact["held_out"]][1], fact)
    ]
    known_before = [fact["held_out"] for fact in facts if _tells(said[fact["held_out"]][0], fact)]
    changed = [
        (prompt, before, after)
        for prompt in unrelated
        for before, after in [answers(prompt)]
        if before != after
    ]
    figures = json.loads(done.stdout)
    told = f"wrong: {wrong}\nchanged: {changed}\nrun: {figures}"
    print(f"{20 - len(wrong)} of 20 facts, {20 - len(changed)} of 20 unchanged\n{told}")
    assert len(known_before) <= 2, known_before  # else nothing is shown
    assert len(facts) - len(wrong) >= 15, told
    assert len(unrelated) - len(changed) >= 16, told


def _tells(answer: str, fact: dict[str, Any]) -> bool:
    return all(words.casefold() in answer.casefold() for words in fact["expect"])
