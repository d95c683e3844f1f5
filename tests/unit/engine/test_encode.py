"""Conversations as tokens, over conversations that nobody would write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.engine.encode import Encoder
from benchtop.engine.llama import Model
from benchtop.engine.prompt import PromptBuilder
from benchtop.engine.template import ChatTemplate
from benchtop.engine.template_sandbox import Renderer
from benchtop.protocol.messages import ChatTurn
from workers.chat_templates import LLAMA_2, OPENS_REASONING, QWEN_3
from workers.tiny_gguf import CHATML, random_model

SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "\n\n", "</s>", "<|im_end|>", "<think>", " a", "a ", "the\n", "\x1f", "\ue000"]
    ),
)
TURNS = st.builds(ChatTurn, st.sampled_from(["system", "user", "assistant"]), TEXTS)
ALTERNATING = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4).map(
    lambda pairs: [
        ChatTurn(role, text)  # type: ignore[arg-type]  # one of the roles
        for pair in pairs
        for role, text in zip(("user", "assistant"), pair, strict=True)
    ]
)
TALKS = st.one_of(st.lists(TURNS, max_size=7), ALTERNATING)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    """The tiny model's vocabulary."""
    path = random_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf")
    loaded = Model(str(path), lambda _fraction: True)
    yield loaded
    loaded.close()


def prompts_of(model: Model, source: str) -> PromptBuilder:
    renderer = Renderer()
    template = ChatTemplate(
        source,
        SPECIAL,
        lambda text, values: renderer.answer({"template": text, "variables": values}),
    )
    return PromptBuilder("tiny.gguf", model, template)


def asked(talk: Sequence[ChatTurn]) -> list[int]:
    """Where the answers to questions stand."""
    return [
        at
        for at in range(1, len(talk))
        if (talk[at - 1].role, talk[at].role) == ("user", "assistant") and talk[at].content.strip()
    ]


@pytest.mark.parametrize(
    "source", [CHATML, LLAMA_2, QWEN_3, OPENS_REASONING, "{{ broken }"],
    ids=["ChatML", "Llama 2", "Qwen 3", "opens reasoning", "broken"],
)  # fmt: skip
@settings(max_examples=60, deadline=None)
@given(talk=TALKS, most=st.integers(16, 120))
def test_whatever_is_said_each_answer_stands_behind_the_prompt_it_answers(
    model: Model, source: str, talk: list[ChatTurn], most: int
) -> None:
    prompts = prompts_of(model, source)
    found = Encoder(prompts, model, most).example(7, talk)
    ends = set(model.end_tokens)
    prompts_made = {
        tuple(prompts.chat(kept, continue_last=False, allow_fallback=True, known={}).tokens)
        for kept in _cut_anywhere(talk)
    }
    assert found
    assert {one.example for one in found} == {7}
    for one in found:
        assert bool(one.skipped) != bool(one.ids)
        assert len(one.ids) <= most
        assert list(one.spans) == sorted(set(one.spans))
        for start, end in one.spans:
            assert 0 < start < end - 1 < len(one.ids)
            assert one.ids[:start] in prompts_made
            assert one.ids[end - 1] in ends
            assert not ends & set(one.ids[start : end - 1])
    if not asked(talk):
        assert [one.skipped for one in found] == ["it has no answer to a question"]
    elif not any(one.cut or one.skipped for one in found):
        assert sum(len(one.spans) for one in found) == len(asked(talk))


def _cut_anywhere(talk: Sequence[ChatTurn]) -> Iterator[list[ChatTurn]]:
    """The turns before each answer, without some of the oldest."""
    head = next((at for at, turn in enumerate(talk) if turn.role != "system"), len(talk))
    for place in asked(talk):
        for begin in range(head, place):
            yield [*talk[:head], *talk[begin:place]]
