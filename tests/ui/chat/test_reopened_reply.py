"""A reply that ended and streams again, and a table that is wider than the column."""

from __future__ import annotations

from benchtop.ui.chat.code_segment import CodeSegment
from benchtop.ui.chat.message_body import ReplyBody
from benchtop.ui.chat.reply_text import Segment
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.transcript import Transcript
from ui.chat.makers import pump, step, view

BEGINNING = "Here is code:\n\n```python\nprint(1)\n"
REST = "print(2)\n```\n\nIt **prints** two numbers.\nOne after the other."


def segments(transcript: Transcript) -> list[Segment]:
    body = view(transcript, "m1").body
    assert isinstance(body, ReplyBody)
    return body.text.segments


def stream(transcript: Transcript, text: str) -> None:
    for start in range(0, len(text), 6):
        transcript.append_chunk("m1", text[start : start + 6], "")
        transcript.flush_chunks()


def assert_written_well(transcript: Transcript) -> None:
    before, code, after = segments(transcript)
    assert isinstance(before, TextSegment)
    assert isinstance(code, CodeSegment)
    assert isinstance(after, TextSegment)
    assert before.toPlainText() == "Here is code:"
    assert code.code == "print(1)\nprint(2)"
    assert after.toPlainText() == "It prints two numbers.\nOne after the other."


def test_a_reply_goes_on_inside_its_code_block(transcript: Transcript) -> None:
    transcript.show_path([step(0, "q"), step(1, BEGINNING, state="stopped")])
    transcript.update_step(step(1, BEGINNING, state="streaming"))
    stream(transcript, REST)
    assert_written_well(transcript)
    transcript.update_step(step(1, BEGINNING + REST))
    assert_written_well(transcript)


def test_a_reply_that_failed_without_a_word_is_tried_again(transcript: Transcript) -> None:
    transcript.show_path([step(0, "q"), step(1, "", state="failed")])
    transcript.update_step(step(1, "", state="streaming"))
    stream(transcript, BEGINNING + REST)
    assert_written_well(transcript)


def test_a_wide_table_opens_at_its_first_column(transcript: Transcript) -> None:
    cells = "|".join(["averylongwordthatfillsacolumn"] * 6)
    table = f"|{cells}|\n|{'|'.join(['-'] * 6)}|\n|{cells}|\n"
    transcript.show_path([step(0, "q"), step(1, table)])
    (shown,) = segments(transcript)
    assert isinstance(shown, TextSegment)
    bar = shown.horizontalScrollBar()
    pump(lambda: bar.maximum() > 0)
    assert bar.value() == 0
