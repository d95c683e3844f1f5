"""Which messages the transcript holds, and that what is read keeps its place: pages, jumps, branches."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.message_body import PersonBody
from benchtop.ui.chat.path_window import FIRST_SHOWN, MOST_SHOWN
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.transcript import Transcript
from ui.chat.makers import (
    all_measured,
    at_end,
    branch,
    pump,
    reply_body,
    scroll,
    step,
    top_in_view,
    view,
)

# Opening


def test_a_long_conversation_opens_at_its_end_with_its_last_messages(
    transcript: Transcript,
) -> None:
    transcript.show_path(branch(2_000))
    assert len(transcript.views) == FIRST_SHOWN
    assert at_end(transcript)
    assert view(transcript, "m1999").body is not None
    assert view(transcript, "m1940").body is None, "out of sight and laid out at once"
    pump(lambda: all_measured(transcript))
    assert view(transcript, "m1940").body is not None
    assert at_end(transcript)


def test_measuring_goes_on_when_the_machine_is_slow(
    transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10**9, 10))  # ten seconds pass between any two looks at it
    monkeypatch.setattr("benchtop.ui.chat.message_list.perf_counter", lambda: float(next(clock)))
    transcript.show_path(branch(40))
    pump(lambda: all_measured(transcript))


def test_nothing_overlaps_and_nothing_is_cut(transcript: Transcript) -> None:
    transcript.show_path(branch(30))
    pump(lambda: all_measured(transcript))
    views = transcript.column.views
    for above, below in pairwise(views):
        assert above.geometry().bottom() < below.geometry().top()
    for one in views:
        for segment in one.findChildren(TextSegment):
            assert segment.height() >= segment.document().size().height()


def test_another_conversation_opens_at_its_end(transcript: Transcript) -> None:
    transcript.show_path(branch(100))
    scroll(transcript, 0)
    transcript.show_path(
        [step(n, "other " * 80, conversation_id="d", id=f"d{n}") for n in range(50)]
    )
    assert at_end(transcript)
    assert list(transcript.views) == [f"d{n}" for n in range(50)]


def test_no_steps_show_what_to_try(qtbot: QtBot, transcript: Transcript) -> None:
    transcript.set_suggestions("Try", [("A", "ask a"), ("B", "ask b"), ("C", "ask c")])
    transcript.show_path([])
    assert transcript.empty_state.isVisible()
    names = [card.accessibleName() for card in transcript.empty_state.cards]
    assert names == ["A", "B", "C"]
    with qtbot.waitSignal(transcript.suggestion_chosen) as chosen:
        transcript.empty_state.cards[1].click()
    assert chosen.args == ["ask b"]
    transcript.show_path(branch(2))
    assert not transcript.empty_state.isVisible()


# Pages


def test_older_pages_come_and_what_is_seen_stays(transcript: Transcript) -> None:
    transcript.show_path(branch(500))
    pump(lambda: all_measured(transcript))
    scroll(transcript, 300)
    seen = next(iter(transcript.column.between(300, 900)))
    before = top_in_view(transcript, seen)
    oldest = transcript.window_now.start
    pump(lambda: transcript.window_now.start < oldest)
    assert top_in_view(transcript, seen) == before
    pump(lambda: all_measured(transcript))
    assert top_in_view(transcript, seen) == before


def test_scrolling_to_the_very_first_message_keeps_memory_bounded(transcript: Transcript) -> None:
    transcript.show_path(branch(400))

    def up() -> bool:
        scroll(transcript, transcript.verticalScrollBar().value() - 500)
        assert len(transcript.views) <= MOST_SHOWN
        return transcript.window_now.start == 0 and transcript.verticalScrollBar().value() == 0

    pump(up)
    assert "m0" in transcript.views
    assert transcript.newest_button.isVisible()
    transcript.newest_button.click()
    assert at_end(transcript)
    assert "m399" in transcript.views


def test_scrolling_down_again_loads_what_was_let_go(transcript: Transcript) -> None:
    transcript.show_path(branch(400))
    transcript.scroll_to("m3")
    assert not transcript.window_now.at_end

    def down() -> bool:
        scroll(transcript, transcript.verticalScrollBar().value() + 500)
        return transcript.window_now.at_end and at_end(transcript)

    pump(down)
    assert "m399" in transcript.views
    assert transcript.follows


# Jumping


def test_jumping_to_a_found_message(transcript: Transcript) -> None:
    steps = branch(600)
    steps[41] = step(41, "the needle in the hay")
    transcript.show_path(steps)
    transcript.scroll_to("m41", ["needle"])
    found = view(transcript, "m41")
    assert 0 < top_in_view(transcript, found) < transcript.height() // 2
    (segment,) = found.findChildren(TextSegment)
    (mark,) = segment.extraSelections()
    assert mark.cursor.selectedText() == "needle"
    pump(lambda: all_measured(transcript))
    assert 0 < top_in_view(transcript, found) < transcript.height() // 2


def test_a_found_word_is_unfolded(transcript: Transcript) -> None:
    long = "\n".join(["line"] * 300) + "\nneedle"
    transcript.show_path([step(0, long), step(1, "x", reasoning="a pin")])
    transcript.scroll_to("m0", ["needle"])
    body = view(transcript, "m0").body
    assert isinstance(body, PersonBody)
    assert body.findChildren(TextSegment)[0].toPlainText() == long
    transcript.scroll_to("m1", ["pin"])
    reasoning = reply_body(transcript, "m1").reasoning
    assert reasoning is not None
    assert reasoning.is_open


def test_a_pasted_book_is_shown_folded_and_whole_on_request(transcript: Transcript) -> None:
    book = "\n".join(f"line {number}" for number in range(10_000))
    transcript.show_path([step(0, book)])
    assert view(transcript, "m0").height() < 2_000
    body = view(transcript, "m0").body
    assert isinstance(body, PersonBody)
    body.unfold()
    assert view(transcript, "m0").height() > 100_000
    (text,) = body.findChildren(TextSegment)
    assert text.toPlainText() == book


# New messages and other branches


def test_a_new_message_of_the_person_comes_into_view(transcript: Transcript) -> None:
    transcript.show_path(branch(300))
    transcript.scroll_to("m5")
    transcript.add_step(step(300, "A new question"))
    assert at_end(transcript)
    assert view(transcript, "m300").isVisible()
    transcript.add_step(step(301, state="streaming"))
    assert at_end(transcript)


def test_walking_to_a_sibling_keeps_it_under_the_pointer(transcript: Transcript) -> None:
    steps = branch(40)
    steps[20] = step(20, "First wording", sibling=1, siblings=2)
    transcript.show_path(steps)
    transcript.scroll_to("m20")
    before = top_in_view(transcript, view(transcript, "m20"))
    kept = view(transcript, "m10")
    other = [
        *steps[:20],
        step(20, "Other", id="n20", sibling=2, siblings=2),
        step(21, "R " * 900, id="n21"),
    ]
    transcript.show_path(other)
    assert top_in_view(transcript, view(transcript, "n20")) == before
    assert view(transcript, "m10") is kept
    assert "m21" not in transcript.views


def test_regenerating_follows_the_new_reply(transcript: Transcript) -> None:
    steps = branch(30)
    transcript.show_path(steps)
    transcript.show_path(
        [*steps[:29], step(29, id="n29", state="streaming", sibling=2, siblings=2)]
    )
    transcript.append_chunk("n29", "Line.\n\n" * 60, "")
    transcript.flush_chunks()
    assert at_end(transcript)


def test_where_older_turns_are_dropped(transcript: Transcript) -> None:
    transcript.show_path(branch(6))
    transcript.set_dropped_before("m2")
    (line,) = transcript.findChildren(QLabel, "chat.message.divider")
    assert view(transcript, "m2").isAncestorOf(line)
    assert line.text() == "Older turns above are not sent to the model"
    transcript.set_dropped_before(None)
    assert not line.isVisible()


def test_a_message_is_replaced_by_its_newer_state_only(transcript: Transcript) -> None:
    steps = branch(4)
    transcript.show_path(steps)
    stranger = step(9, "not here")
    transcript.update_step(stranger)
    assert "m9" not in transcript.views
    transcript.update_step(replace(steps[1], siblings=2))
    assert view(transcript, "m1").step.siblings == 2
