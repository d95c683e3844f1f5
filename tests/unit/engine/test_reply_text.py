"""Bytes to text, reasoning and stop strings: however the bytes are cut, the result is the same."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchtop.engine.reply_text import (
    REASONING_TAGS,
    SILENT_TAGS,
    ReasoningSplitter,
    ReplyText,
    StopMatcher,
    opened_by,
)

Result = tuple[str, str, str | None]
# Few words that meet each other often: tags, halves of tags, stop strings, halves of characters.
WORDS = [
    b"<think>", b"</think>", b"<thinking>", b"[THINK]", b"[/THINK]", b"<", b"</", b"think>", b" ",
    b"\n", b"a", b"b", b"c", b"User:", b"\nUser:", "é".encode(), "🙂".encode(), b"\xc3", b"\xa9",
    b"\xf0\x9f", b"\xff", b"<|channel|>", b"analysis<|message|>", b"<|channel|>final<|message|>",
]  # fmt: skip
STOPS = ("abc", "b", "\nUser:", "cab")
replies = st.lists(st.sampled_from(WORDS), max_size=12).map(b"".join)


def read(pieces: Sequence[bytes], *, whole: bool = True, **options: object) -> Result:
    text = ReplyText(**options)  # type: ignore[arg-type]  # the options of the test's own choice
    reasoning, reply = "", ""
    for piece in [*map(text.feed, pieces), text.finish(whole=whole)]:
        reasoning += piece.reasoning
        reply += piece.text
    return reasoning, reply, text.stopped


@given(
    data=replies,
    cuts=st.lists(st.integers(1, 5)),
    stops=st.sampled_from([(), STOPS]),
    opened=st.sampled_from([None, "</think>"]),
    trim=st.booleans(),
    split=st.booleans(),
)
def test_any_cut_gives_the_same_result(
    data: bytes, cuts: list[int], stops: tuple[str, ...], opened: str | None, *, trim: bool,
    split: bool,
) -> None:  # fmt: skip
    pieces, at = [], 0
    for size in cuts:
        pieces.append(data[at : at + size])
        at += size
    pieces.append(data[at:])
    options = {"stops": stops, "opened": opened, "trim": trim, "split": split}
    assert read(pieces, **options) == read([data], **options)


@given(text=st.text())
def test_plain_text_passes_unchanged(text: str) -> None:
    pieces = [bytes([value]) for value in text.encode("utf-8", "replace")]
    expected = text.encode("utf-8", "replace").decode()
    assert read(pieces, split=False) == ("", expected, None)


@given(text=st.text(alphabet="abc", max_size=20))
def test_nothing_at_or_after_a_stop_string_passes(text: str) -> None:
    matcher = StopMatcher(STOPS)
    passed = "".join(map(matcher.feed, text)) + matcher.finish()
    ends = [text.find(stop) + len(stop) for stop in STOPS if stop in text]
    if not ends:
        assert (passed, matcher.found) == (text, None)
    else:
        assert matcher.found is not None
        assert passed + matcher.found == text[: min(ends)]


def test_only_the_beginning_of_a_stop_string_is_held_back() -> None:
    matcher = StopMatcher(["\nUser:"])
    assert matcher.feed("Hello\n") == "Hello"
    assert matcher.feed("You") == "\nYou"
    assert matcher.feed("\nUse") == ""
    assert matcher.finish() == "\nUse"


@pytest.mark.parametrize(("tag", "close"), REASONING_TAGS)
def test_every_form_of_reasoning_is_parted(tag: str, close: str) -> None:
    reply = f"\n{tag}\nLet me see.\n{close}\n\nHello, {tag} is a tag."
    reasoning, text, _stopped = read([reply.encode()])
    assert (reasoning, text) == ("Let me see.", f"Hello, {tag} is a tag.")


def test_no_tag_begins_with_another() -> None:
    tags = [tag for tag, _close in REASONING_TAGS] + list(SILENT_TAGS)
    assert not [(a, b) for a in tags for b in tags if a != b and a.startswith(b)]


def test_a_section_that_never_closes_is_all_reasoning() -> None:
    assert read([b"<think> and so on "]) == ("and so on", "", None)


def test_a_lone_prefix_of_a_tag_is_text_in_the_end() -> None:
    assert read([b" <thi"]) == ("", " <thi", None)


def test_empty_reasoning_leaves_no_trace() -> None:
    assert read([b"<think>\n\n</think>\n\nHello"]) == ("", "Hello", None)


def test_a_final_channel_without_analysis_is_silent() -> None:
    assert read([b"<|channel|>final<|message|>Hello"]) == ("", "Hello", None)


def test_stop_strings_are_not_looked_for_in_reasoning() -> None:
    assert read([b"<think>a stop b</think>c stop d"], stops=("stop",)) == (
        "a stop b",
        "c ",
        "stop",
    )


def test_text_streams_on_as_it_comes() -> None:
    splitter = ReasoningSplitter()
    assert splitter.feed("<think>one ") == ("one", "")
    assert splitter.feed("two") == (" two", "")
    assert splitter.feed("</th") == ("", "")
    assert splitter.feed("ink>\nHi") == ("", "Hi")
    assert splitter.passing


def test_an_unfinished_character_goes_or_shows() -> None:
    assert read([b"caf\xc3"])[1] == "caf�"
    assert read([b"caf\xc3"], whole=False)[1] == "caf"


@pytest.mark.parametrize(
    ("prompt", "close"),
    [
        ("<|im_start|>assistant\n<think>\n", "</think>"),
        ("[THINK]", "[/THINK]"),
        ("<think>\n\n</think>\n\n", None),
        ("assistant\n", None),
    ],
)
def test_a_prompt_that_opens_the_reasoning_is_known(prompt: str, close: str | None) -> None:
    assert opened_by(prompt) == close
