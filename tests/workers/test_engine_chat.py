"""Replies by real llama.cpp: what is evaluated, what is repeated, and how a reply ends."""

from pathlib import Path

import pytest

from benchtop.domain.errors import BadParameter, ContextFull, PromptError
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.protocol.messages import Chunk, Finished, Forget, Generate, PromptProgress, Started
from workers.engine_client import EngineClient, turns
from workers.tiny_gguf import NEVER_END, token_id

LONG = SamplingParams(seed=5, max_tokens=900, logit_bias=NEVER_END)


def params(**options: object) -> SamplingParams:
    """Forty tokens that do not end early, the same each time."""
    return SamplingParams(**{"seed": 3, "max_tokens": 40, "logit_bias": NEVER_END, **options})  # type: ignore[arg-type]  # a mix of types


def test_the_answers_come_in_order_and_add_up(tiny_engine: EngineClient) -> None:
    reply = tiny_engine.chat("Hello there", request_id="r", params=params())
    kinds = [type(message) for message in reply.messages]
    assert kinds[0] is Started
    assert kinds[-1] is Finished
    assert kinds.index(PromptProgress) < kinds.index(Chunk)
    assert {message.request_id for message in reply.messages} == {"r"}  # type: ignore[union-attr]  # all have one
    timings = reply.finished.timings
    assert reply.finished.stop == "length"
    assert not reply.finished.context_full
    assert timings.completion_tokens == 40 == reply.chunks[-1].completion_tokens
    assert timings.prompt_tokens == reply.started.prompt_tokens == reply.evaluated
    assert reply.finished.context_used == timings.prompt_tokens + 40
    assert timings.first_token_seconds > 0
    assert timings.prompt_seconds > 0
    assert timings.generation_seconds > 0
    assert reply.finished.memory_bytes > 10_000_000


def test_the_same_seed_gives_the_same_text_and_another_seed_another(
    tiny_engine: EngineClient,
) -> None:
    first = tiny_engine.chat("Hello", params=params())
    assert tiny_engine.chat("Hello", params=params()).text == first.text
    assert tiny_engine.chat("Hello", params=params(seed=4)).text != first.text


def test_a_seed_nobody_asked_for_is_told_and_repeats_the_reply(tiny_engine: EngineClient) -> None:
    first = tiny_engine.chat("Hello", params=params(seed=None))
    again = tiny_engine.chat("Hello", params=params(seed=first.started.seed))
    assert again.text == first.text
    assert tiny_engine.chat("Hello", params=params(seed=None)).started.seed != first.started.seed


def test_temperature_0_is_greedy_whatever_the_seed(tiny_engine: EngineClient) -> None:
    first = tiny_engine.chat("Hello", params=params(temperature=0.0, seed=1))
    assert tiny_engine.chat("Hello", params=params(temperature=0.0, seed=2)).text == first.text


def test_a_regenerate_evaluates_one_token_and_repeats_to_the_bit(tiny_engine: EngineClient) -> None:
    first = tiny_engine.chat("Tell me", conversation="c", params=params(logprobs=0))
    again = tiny_engine.chat("Tell me", conversation="c", params=params(logprobs=0))
    assert first.started.cached_tokens == 0
    assert again.evaluated == 1
    assert again.tokens == first.tokens


def test_ten_turns_evaluate_their_own_tokens_only(tiny_engine: EngineClient) -> None:
    texts: list[str] = []
    before = 0
    for turn in range(10):
        texts.append(f"Question number {turn}, with a few more words")
        reply = tiny_engine.chat(*texts, conversation="c", params=params(seed=turn, max_tokens=15))
        own = reply.started.prompt_tokens - before
        assert reply.evaluated <= own * 1.05
        before = reply.finished.context_used
        texts.append(reply.text)


def test_an_edit_evaluates_from_the_edit_on(tiny_engine: EngineClient) -> None:
    first = tiny_engine.chat("One", conversation="c", params=params())
    tiny_engine.chat("One", first.text, "Two", conversation="c", params=params())
    edited = tiny_engine.chat("One", first.text, "Three", conversation="c", params=params())
    assert edited.started.cached_tokens >= first.finished.context_used


def test_a_conversation_is_parked_and_comes_back(tiny_engine: EngineClient) -> None:
    tiny_engine.chat("First talk", conversation="a", params=params())
    tiny_engine.chat("Second talk", conversation="b", params=params())
    tiny_engine.chat("Nobody's talk", params=params())
    status = tiny_engine.status()
    assert status.cached_conversations == 2
    assert status.cache_bytes > 0
    for conversation, text in (("a", "First talk"), ("b", "Second talk")):
        again = tiny_engine.chat(text, conversation=conversation, params=params())
        assert again.evaluated == 1


def test_a_conversation_begins_with_what_another_has_read(tiny_engine: EngineClient) -> None:
    """The same prompt under other parameters is evaluated once, and written as if it stood alone."""
    asked = ("system:Be kind.", "Tell me about the sea and all that lives in it.")
    greedy = params(temperature=0.0)
    alone = tiny_engine.chat(*asked, params=greedy, conversation="alone")
    first = tiny_engine.chat(*asked, params=params(), conversation="first")
    second = tiny_engine.chat(*asked, params=greedy, conversation="second", begins_as="first")
    assert (second.evaluated, second.text) == (1, alone.text)
    again = tiny_engine.chat(*asked, first.text, "Go on", conversation="first", params=greedy)
    assert again.started.cached_tokens > first.started.prompt_tokens  # it lost nothing by that
    for name in ("none", "third"):  # nobody knows it; it is the same
        other = tiny_engine.chat(*asked, params=greedy, conversation="third", begins_as=name)
        assert other.text == alone.text
        tiny_engine.send(Forget("third"))


def test_nothing_is_taken_from_a_conversation_under_other_adapters(
    tiny_engine: EngineClient, tiny_adapter: Path
) -> None:
    use = (AdapterUse(str(tiny_adapter)),)
    greedy = params(temperature=0.0)
    alone = tiny_engine.chat("Hello there", params=greedy, conversation="alone", adapters=use)
    tiny_engine.chat("Hello there", params=greedy, conversation="plain")
    other = tiny_engine.chat(
        "Hello there", params=greedy, conversation="adapted", adapters=use, begins_as="plain"
    )
    assert other.started.cached_tokens == 0
    assert other.text == alone.text


def test_parked_conversations_keep_within_the_budget(
    engine: EngineClient, tiny_model: object
) -> None:
    engine.load(str(tiny_model), cache_bytes=60_000)
    for name in "abcdef":
        engine.chat("A talk", conversation=name, params=params())
        assert engine.status().cache_bytes <= 60_000
    assert engine.chat("A talk", conversation="a", params=params()).started.cached_tokens == 0
    assert engine.chat("A talk", conversation="f", params=params()).evaluated == 1


def test_two_conversations_take_turns_where_there_is_room_for_one_copy(
    engine: EngineClient, tiny_model: object
) -> None:
    engine.load(str(tiny_model))
    engine.chat("A talk", conversation="a", params=params())
    engine.chat("A talk", conversation="b", params=params())
    one = engine.status().cache_bytes
    engine.load(str(tiny_model), cache_bytes=one + one // 2)
    evaluated = [
        engine.chat("A talk", conversation=name, params=params()).evaluated for name in "ababab"
    ]
    assert evaluated[2:] == [1, 1, 1, 1]


def test_a_forgotten_conversation_is_gone(tiny_engine: EngineClient) -> None:
    tiny_engine.chat("Hello", conversation="a", params=params())
    tiny_engine.send(Forget("a"))
    assert tiny_engine.chat("Hello", conversation="a", params=params()).started.cached_tokens == 0
    tiny_engine.chat("Hello", params=params())
    tiny_engine.send(Forget("a"))
    assert tiny_engine.chat("Hello", conversation="a", params=params()).started.cached_tokens == 0


def test_a_reply_is_gone_on_with(tiny_engine: EngineClient) -> None:
    whole = tiny_engine.chat("Hello", params=params(temperature=0.0, max_tokens=30))
    part = tiny_engine.chat(
        "Hello", conversation="c", params=params(temperature=0.0, max_tokens=12)
    )
    rest = tiny_engine.chat(
        "Hello", part.text, conversation="c", continue_last=True,
        params=params(temperature=0.0, max_tokens=18),
    )  # fmt: skip
    assert rest.evaluated == 1
    assert part.text + rest.text == whole.text


def test_cancel_mid_reply_keeps_what_was_said(tiny_engine: EngineClient) -> None:
    tiny_engine.send(Generate("r", turns=turns("Hello"), conversation="c", params=LONG))
    first = tiny_engine.wait_for(Chunk)
    tiny_engine.cancel("r")
    rest = tiny_engine.gather()
    assert rest.finished.stop == "cancelled"
    done = rest.finished.timings.completion_tokens
    assert 0 < done < 900
    said = first.text + rest.text
    again = tiny_engine.chat("Hello", said, conversation="c", continue_last=True, params=params())
    assert again.started.cached_tokens >= done - 1


def test_a_request_is_cancelled_while_it_waits_its_turn(tiny_engine: EngineClient) -> None:
    tiny_engine.send(Generate("long", turns=turns("Hello"), params=LONG))
    tiny_engine.wait_for(Chunk)
    tiny_engine.send(Generate("queued", turns=turns("Hello"), params=LONG))
    tiny_engine.cancel("queued")
    tiny_engine.cancel("long")
    endings = [tiny_engine.wait_for(Finished) for _reply in range(2)]
    assert [end.request_id for end in endings] == ["queued", "long"]
    assert endings[0].stop == "cancelled"
    assert endings[0].timings.completion_tokens == 0


def test_a_late_cancel_harms_nobody(tiny_engine: EngineClient) -> None:
    tiny_engine.chat("Hello", request_id="r", params=params())
    tiny_engine.cancel("r")
    tiny_engine.cancel("never heard of")
    assert tiny_engine.chat("Hello", request_id="r", params=params()).finished.stop == "length"


def test_a_prompt_larger_than_the_context_is_refused(tiny_engine: EngineClient) -> None:
    with pytest.raises(ContextFull) as caught:
        tiny_engine.chat("word " * 2000)
    assert caught.value.facts["context"] == 1024
    assert int(caught.value.facts["need"]) > 1024


def test_a_context_that_fills_up_ends_the_reply_and_says_so(
    engine: EngineClient, tiny_model: object
) -> None:
    assert engine.load(str(tiny_model), context_length=64).context_length == 64
    reply = engine.chat("Hello", conversation="c", params=params(max_tokens=None))
    assert reply.finished.stop == "length"
    assert reply.finished.context_full
    assert reply.finished.context_used == 64
    assert engine.chat("Hello", conversation="c", params=params(max_tokens=5)).evaluated == 1


def test_a_stop_string_ends_the_reply_before_it(tiny_engine: EngineClient) -> None:
    whole = tiny_engine.chat("Hello", params=params())
    stop = whole.text[10:13]
    cut = tiny_engine.chat("Hello", params=params(stop=(stop,)))
    assert cut.finished.stop == "stop_string"
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert cut.finished.timings.completion_tokens < 40


def test_logit_bias_forces_and_forbids_tokens(tiny_engine: EngineClient) -> None:
    letter = token_id("z")
    forced = tiny_engine.chat("Hello", params=params(logit_bias={letter: 1e9}, max_tokens=5))
    assert forced.text == "zzzzz"
    with pytest.raises(BadParameter, match="logit_bias"):
        tiny_engine.chat("Hello", params=params(logit_bias={10_000_000: 1.0}))


@pytest.mark.parametrize(
    "changed",
    [
        {"top_k": 1},
        {"top_p": 0.05},
        {"min_p": 1.0},
        {"typical_p": 0.01},
        {"temperature": 5.0},
        {"repeat_penalty": 3.0, "temperature": 0.0},
        {"presence_penalty": 2.0, "temperature": 0.0},
        {"frequency_penalty": 2.0, "temperature": 0.0, "repeat_last_n": -1},
        {"dry_multiplier": 10.0, "temperature": 0.0, "dry_allowed_length": 0},
    ],
)
def test_each_parameter_reaches_its_sampler(
    tiny_engine: EngineClient, changed: dict[str, object]
) -> None:
    # A token the model likes twenty times as much as any other, so that penalties have work to do.
    usual = {"logit_bias": {**NEVER_END, token_id("e"): 4.0}, "max_tokens": 60}
    base = {"temperature": changed["temperature"]} if changed.get("temperature") == 0.0 else {}
    plain = tiny_engine.chat("Hello", params=params(**usual, **base))
    assert tiny_engine.chat("Hello", params=params(**usual, **changed)).text != plain.text


@pytest.mark.parametrize("bad", [{"temperature": -1.0}, {"top_p": 2.0}, {"stop": ("",)}])
def test_a_parameter_out_of_range_is_refused(
    tiny_engine: EngineClient, bad: dict[str, object]
) -> None:
    with pytest.raises(BadParameter):
        tiny_engine.chat("Hello", params=params(**bad))


def test_a_reply_that_may_not_end_does_not(tiny_engine: EngineClient) -> None:
    likes_to_end = {token_id("<|im_end|>"): 1e6, token_id("</s>"): 1e6}
    usual = params(logit_bias=likes_to_end)
    assert tiny_engine.chat("Hello", params=usual).finished.timings.completion_tokens == 0
    endless = tiny_engine.chat("Hello", params=usual, ignore_end=True)
    assert endless.finished.timings.completion_tokens == 40


def test_turns_without_sense_are_refused(tiny_engine: EngineClient) -> None:
    with pytest.raises(PromptError, match="nothing to answer"):
        tiny_engine.ask(Generate("r"))
    with pytest.raises(PromptError, match="no reply to go on with"):
        tiny_engine.chat("Hello", continue_last=True)


def test_raw_text_is_gone_on_with(tiny_engine: EngineClient) -> None:
    reply = tiny_engine.complete("z", params=params())
    assert reply.started.template == "none"
    assert reply.started.prompt_tokens == 2  # <s> and the word
    empty = tiny_engine.complete("", params=params())
    assert empty.started.prompt_tokens == 1


def test_status_is_told_at_any_time(tiny_engine: EngineClient, tiny_model: object) -> None:
    tiny_engine.send(Generate("r", turns=turns("Hello"), params=LONG))
    tiny_engine.wait_for(Chunk)
    assert tiny_engine.status().busy_with == "r"
    tiny_engine.cancel("r")
    tiny_engine.wait_for(Finished)
    status = tiny_engine.status()
    assert status.busy_with == ""
    assert status.path == str(tiny_model)
    assert status.context_length == 1024
    assert status.last_tokens_per_second > 0
    assert status.memory_bytes > 10_000_000


def test_the_starter_model_evaluates_each_turn_once(
    engine: EngineClient, starter_path: Path
) -> None:
    facts = engine.load(starter_path)
    assert (facts.template, facts.template_problem) == ("model", "")
    texts: list[str] = []
    before = 0
    for question in ("Hello!", "What is a token?", "Tell me a story.", "Thanks!"):
        texts.append(question)
        reply = engine.chat(*texts, conversation="c", params=SamplingParams(seed=1, max_tokens=60))
        assert reply.text.strip()
        assert reply.evaluated <= (reply.started.prompt_tokens - before) * 1.05
        before = reply.finished.context_used
        texts.append(reply.text)
    again = engine.chat(*texts[:-1], conversation="c", params=SamplingParams(seed=1, max_tokens=60))
    assert (again.evaluated, again.text) == (1, texts[-1])
