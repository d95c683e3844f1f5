"""A reply that is written into the transcript: chunks, progress, reasoning, its end."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from benchtop.domain.generation import Timings
from benchtop.ui.chat.code_segment import CodeSegment
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


def test_the_view_stays_with_the_stream_while_it_is_at_the_end(transcript: Transcript) -> None:
    transcript.show_path([*branch(8), step(9, state="streaming")])
    for number in range(60):
        transcript.append_chunk("m9", f"Line {number} of the reply.\n\n", "")
        transcript.flush_chunks()
        assert at_end(transcript)
    assert not transcript.newest_button.isVisible()


def test_the_view_stays_where_the_person_reads(transcript: Transcript) -> None:
    transcript.show_path([*branch(20), step(21, state="streaming")])
    pump(lambda: all_measured(transcript))
    scroll(transcript, transcript.verticalScrollBar().maximum() // 2)
    seen = transcript.here().view
    assert seen is not None
    before = top_in_view(transcript, seen)
    for number in range(30):
        transcript.append_chunk("m21", f"Line {number} of the reply.\n\n", "")
        transcript.flush_chunks()
    assert top_in_view(transcript, seen) == before
    assert transcript.newest_button.isVisible()
    scroll(transcript, transcript.verticalScrollBar().maximum())
    transcript.append_chunk("m21", "And more.\n\n" * 20, "")
    transcript.flush_chunks()
    assert at_end(transcript)


def test_chunks_are_gathered(qtbot: QtBot, transcript: Transcript) -> None:
    transcript.show_path([step(0, "q"), step(1, state="streaming")])
    for letter in "gathered":
        transcript.append_chunk("m1", letter, "")
    assert view(transcript, "m1").plain_text == ""
    qtbot.waitUntil(lambda: view(transcript, "m1").plain_text == "gathered")


def test_a_finished_reply_is_what_the_store_says(transcript: Transcript) -> None:
    transcript.show_path([step(0, "q"), step(1, state="streaming")])
    transcript.append_chunk("m1", "```py\nx = 1", "")
    transcript.flush_chunks()
    transcript.append_chunk("m1", " lost in the pipe", "")
    transcript.update_step(step(1, "```py\nx = 1\n```", timings=Timings(5, 0, 8, 0.1, 0.5, 0.05)))
    assert view(transcript, "m1").plain_text == "```py\nx = 1\n```"
    (code,) = reply_body(transcript, "m1").text.segments
    assert isinstance(code, CodeSegment)
    assert code.code == "x = 1"
    (figures,) = view(transcript, "m1").findChildren(QLabel, "chat.message.figures")
    assert figures.text() == "16 tok/s · first token 50 ms"
    assert "8 tokens" in figures.toolTip()
    assert "after 50 ms." in figures.toolTip()


def test_a_stale_state_of_a_streaming_reply_takes_no_text_away(transcript: Transcript) -> None:
    transcript.show_path([step(0, "q"), step(1, state="streaming")])
    transcript.append_chunk("m1", "One two", "")
    transcript.update_step(step(1, "One", state="streaming", siblings=2))
    transcript.append_chunk("m1", " three", "")
    transcript.flush_chunks()
    assert view(transcript, "m1").plain_text == "One two three"


def test_a_reply_out_of_the_window_loses_nothing(transcript: Transcript) -> None:
    transcript.show_path([*branch(400), step(401, state="streaming")])
    transcript.append_chunk("m401", "Before. ", "")
    transcript.flush_chunks()
    transcript.scroll_to("m5")
    assert "m401" not in transcript.views
    transcript.append_chunk("m401", "After.", "")
    transcript.flush_chunks()
    transcript.go_to_newest()
    assert view(transcript, "m401").plain_text == "Before. After."


def test_chunks_of_another_branch_are_ignored(transcript: Transcript) -> None:
    transcript.show_path(branch(2))
    transcript.append_chunk("elsewhere", "text", "")
    transcript.flush_chunks()
    assert [one.plain_text for one in transcript.column.views] == [
        s.message.content for s in branch(2)
    ]


def test_the_reply_that_is_continued_grows(transcript: Transcript) -> None:
    transcript.show_path([step(0, "q"), step(1, "Once upon", stop="length")])
    transcript.update_step(step(1, "Once upon", state="streaming"))
    transcript.append_chunk("m1", " a time", "")
    transcript.flush_chunks()
    assert view(transcript, "m1").plain_text == "Once upon a time"


def test_progress_until_the_first_word(transcript: Transcript) -> None:
    transcript.show_path([step(0, "q"), step(1, state="streaming")])
    transcript.set_progress("m1", "reading the prompt 512 / 2,000")
    (line,) = view(transcript, "m1").findChildren(QLabel, "chat.message.progress")
    assert line.isVisible()
    assert line.text() == "reading the prompt 512 / 2,000"
    transcript.append_chunk("m1", "Hello", "")
    transcript.flush_chunks()
    assert not line.isVisible()


def test_thinking_is_previewed_and_folds_itself(transcript: Transcript) -> None:
    transcript.show_path([step(0, "q"), step(1, state="streaming")])
    transcript.append_chunk("m1", "", "Two owls have four legs.")
    transcript.flush_chunks()
    reasoning = reply_body(transcript, "m1").reasoning
    assert reasoning is not None
    assert reasoning.toggle.text() == "Thinking…"
    previewed = [label.text() for label in reasoning.findChildren(QLabel) if label.isVisible()]
    assert previewed == ["Two owls have four legs."]
    assert not reasoning.is_open
    transcript.append_chunk("m1", "Four.", "")
    transcript.flush_chunks()
    assert reasoning.toggle.text() == "Reasoning, 5 words"
    assert not [label for label in reasoning.findChildren(QLabel) if label.isVisible()]
    height = view(transcript, "m1").height()
    reasoning.toggle.click()
    (text,) = reasoning.findChildren(TextSegment)
    assert text.toPlainText() == "Two owls have four legs."
    assert text.isVisible()
    assert view(transcript, "m1").height() > height
    transcript.append_chunk("m1", " Legs.", "")
    transcript.flush_chunks()
    assert reasoning.is_open, "opened by hand, it stays open"


def test_a_finished_reply_is_announced(transcript: Transcript) -> None:
    told: list[str] = []
    transcript.announced.connect(told.append)
    transcript.show_path([step(0, "q"), step(1, state="streaming")])
    transcript.update_step(step(1, "The whole answer."))
    transcript.update_step(step(1, "The whole answer.", rating=1))
    transcript.add_step(step(3, state="streaming"))
    transcript.update_step(step(3, "Half", state="stopped"))
    assert told == [
        "starter replied: The whole answer.",
        "You stopped this reply. starter replied: Half",
    ]
