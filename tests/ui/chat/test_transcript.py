"""The transcript: pages, places, streaming."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from benchtop.domain.generation import Timings
from benchtop.ui.chat.code_segment import CodeSegment
from benchtop.ui.chat.message_body import PersonBody, ReplyBody
from benchtop.ui.chat.path_window import FIRST_SHOWN, MOST_SHOWN
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.transcript import Transcript
from benchtop.ui.theme import dark_tokens, light_tokens, make_palette
from ui.chat.makers import all_measured, branch, pump, step, top_in_view, view


def scroll(transcript: Transcript, value: int) -> None:
    transcript.verticalScrollBar().setValue(value)


def at_end(transcript: Transcript) -> bool:
    bar = transcript.verticalScrollBar()
    return bar.value() == bar.maximum()


def reply_body(transcript: Transcript, message_id: str) -> ReplyBody:
    body = view(transcript, message_id).body
    assert isinstance(body, ReplyBody)
    return body


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


# Streaming


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


# Look


def test_switching_the_theme_colours_everything_anew(
    qapp: QApplication, qtbot: QtBot, transcript: Transcript
) -> None:
    transcript.show_path(
        [step(0, "q"), step(1, "A [link](https://x.y)\n\n```py\nif x:\n    pass\n```")]
    )
    transcript.append_chunk("m1", "", "")
    link = light_tokens().accent

    def link_colour() -> str:
        segment = reply_body(transcript, "m1").text.segments[0]
        assert isinstance(segment, TextSegment)
        ranges = segment.document().firstBlock().textFormats()
        colours = [r.format.foreground().color().name() for r in ranges if r.format.isAnchor()]
        return colours[0]

    assert link_colour() == link.name()
    qapp.setPalette(make_palette(dark=True))
    qtbot.waitUntil(lambda: transcript.style_now.tokens == dark_tokens())
    assert link_colour() == dark_tokens().accent.name()
    shot = transcript.viewport().grab().toImage()
    assert shot.pixelColor(3, 3) == dark_tokens().surface


def test_a_theme_switch_while_streaming_loses_no_text(
    qapp: QApplication, qtbot: QtBot, transcript: Transcript
) -> None:
    transcript.show_path([step(0, "q"), step(1, state="streaming")])
    transcript.append_chunk("m1", "One. ", "Hm. ")
    transcript.flush_chunks()
    transcript.append_chunk("m1", "Two. ", "")
    qapp.setPalette(make_palette(dark=True))
    qtbot.waitUntil(lambda: transcript.style_now.tokens == dark_tokens())
    transcript.append_chunk("m1", "Three.", "")
    transcript.flush_chunks()
    assert view(transcript, "m1").plain_text == "One. Two. Three."
    reasoning = reply_body(transcript, "m1").reasoning
    assert reasoning is not None
    assert reasoning.text == "Hm. "


@pytest.mark.parametrize(("scale", "width"), [(1.5, 560), (2.0, 560), (2.0, 900)])
def test_large_text_cuts_nothing(
    qtbot: QtBot, transcript: Transcript, scale: float, width: int
) -> None:
    font = QFont(transcript.font())
    font.setPointSizeF(font.pointSizeF() * scale)
    timings = Timings(5, 0, 800, 0.1, 0.5, 0.05)
    note = "The engine process ended unexpectedly while generating. Nothing that was shown is lost."
    steps = [
        step(0, "A question that is asked in a few words", siblings=3),
        step(1, "# Head\n\nWords, words.", timings=timings, rating=1, siblings=3, reasoning="hm"),
        step(2, "again"),
        step(3, "Half", state="interrupted", note=note),
    ]
    transcript.show_path(steps)
    transcript.setFont(font)
    transcript.resize(width, 600)
    qtbot.waitUntil(lambda: transcript.style_now.body == font)
    pump(lambda: all_measured(transcript))
    assert transcript.horizontalScrollBar().maximum() == 0
    for one in transcript.column.views:
        for label in one.findChildren(QLabel):
            if label.isVisible() and label.text():
                assert label.height() >= label.heightForWidth(label.width())
                assert one.rect().contains(one.rect().intersected(label.rect()))
                right = label.mapTo(one, label.rect().topRight()).x()
                assert right <= one.width()
        for text in one.findChildren(TextSegment):
            assert text.document().size().width() <= text.width()


def test_another_width_keeps_the_place(transcript: Transcript) -> None:
    transcript.show_path(branch(60))
    pump(lambda: all_measured(transcript))
    transcript.scroll_to("m30")
    before = top_in_view(transcript, view(transcript, "m30"))
    transcript.resize(420, 600)
    assert top_in_view(transcript, view(transcript, "m30")) == before
    pump(lambda: all_measured(transcript))
    assert top_in_view(transcript, view(transcript, "m30")) == before


def test_lines_are_at_most_eighty_characters(transcript: Transcript) -> None:
    transcript.resize(2_400, 600)
    transcript.show_path([step(0, "q"), step(1, "some ordinary words of a reply " * 40)])
    (segment,) = view(transcript, "m1").findChildren(TextSegment)
    layout = segment.document().firstBlock().layout()
    longest = max(layout.lineAt(i).textLength() for i in range(layout.lineCount()))
    assert 60 <= longest <= 84
    left, right = segment.x(), transcript.width()
    assert left < right


def test_a_message_is_replaced_by_its_newer_state_only(transcript: Transcript) -> None:
    steps = branch(4)
    transcript.show_path(steps)
    stranger = step(9, "not here")
    transcript.update_step(stranger)
    assert "m9" not in transcript.views
    transcript.update_step(replace(steps[1], siblings=2))
    assert view(transcript, "m1").step.siblings == 2
