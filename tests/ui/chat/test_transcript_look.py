"""The look of the transcript: the theme, large text, another width, the length of lines."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from benchtop.domain.generation import Timings
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.transcript import Transcript
from benchtop.ui.theme import dark_tokens, light_tokens, make_palette
from ui.chat.makers import all_measured, branch, pump, reply_body, step, top_in_view, view


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
