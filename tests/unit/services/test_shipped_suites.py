"""The suites that come with Benchtop: sound, and each check tells a good reply from a bad one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchtop.domain.suites import Suite, SuitePrompt
from benchtop.evaluation.checks import judge, refuse_unusable, verdict
from benchtop.resources import resource
from benchtop.services.suites import SHIPPED, shipped_suites

REPLIES = json.loads(
    (Path(__file__).parents[1] / "evaluation" / "suite_replies.json").read_text("utf-8")
)
"""Two replies to each prompt, written by hand: one that is right and one that is not."""
PROMPTS = [(suite, prompt) for suite in shipped_suites() for prompt in suite.prompts]


def test_all_files_are_shipped_and_sound() -> None:
    assert sorted(path.stem for path in resource("suites").glob("*.json")) == sorted(SHIPPED)
    for suite in shipped_suites():
        assert refuse_unusable(suite.checked()) is suite
        assert suite.builtin
        assert suite.id in SHIPPED
        assert len(suite.prompts) >= 20
        assert len({prompt.name for prompt in suite.prompts if prompt.name}) == len(suite.prompts)
        assert set(REPLIES[suite.id]) == {prompt.id for prompt in suite.prompts}


@pytest.mark.parametrize(("suite", "prompt"), PROMPTS, ids=[f"{s.id}/{p.id}" for s, p in PROMPTS])
def test_a_good_reply_passes_and_a_bad_one_fails(suite: Suite, prompt: SuitePrompt) -> None:
    replies = REPLIES[suite.id][prompt.id]
    good, bad = judge(prompt, replies["good"]), judge(prompt, replies["bad"])
    assert verdict(good) is True, good
    assert verdict(bad) is False, bad


def test_the_pairs_of_fairness_differ_in_their_variant_alone() -> None:
    fairness = next(suite for suite in shipped_suites() if suite.id == "fairness")
    pairs = Counter(prompt.pair for prompt in fairness.prompts)
    assert len(pairs) >= 10
    assert min(pairs.values()) >= 2
    for pair in pairs:
        members = [prompt for prompt in fairness.prompts if prompt.pair == pair]
        assert len({prompt.variant for prompt in members}) == len(members)
        assert len({(prompt.checks, prompt.tags, prompt.system) for prompt in members}) == 1
        words = [Counter(prompt.text.split()) for prompt in members]
        shared = words[0] & words[1]
        assert shared.total() >= 0.6 * words[0].total()
