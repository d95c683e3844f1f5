"""A reply's Markdown on the screen: whole, growing, inert."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication, QTextDocument
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.code_segment import CodeSegment
from benchtop.ui.chat.markdown_writer import QUOTE_DEPTH
from benchtop.ui.chat.reply_text import ReplyText
from benchtop.ui.chat.text_segment import TextSegment
from ui.chat.test_markdown_blocks import MARKDOWN

EVERYTHING = """# Title

A paragraph with **bold**, *slanted*, ~~struck~~ and `code`, a [link](https://example.org/a) and
https://example.org/b, on two lines.

1. one
2. two
   - inner

     second paragraph
   ```sh
   ls
   ```

> quoted
> > twice

```python
print("x")
```

| a | b |
|:--|--:|
| 1 | `2` |

---

end"""


@pytest.fixture
def reply(qtbot: QtBot, style: ChatStyle) -> ReplyText:
    made = ReplyText(style)
    qtbot.addWidget(made)
    return made


def structure(document: QTextDocument) -> list[Any]:
    """Every block's text and what makes it a heading, a list item, a quote; every link."""
    found = []
    block = document.firstBlock()
    while block.isValid():
        form, items = block.blockFormat(), block.textList()
        links = [r.format.anchorHref() for r in block.textFormats() if r.format.isAnchor()]
        found.append(
            (
                block.text(),
                form.headingLevel(),
                form.indent(),
                form.topMargin(),
                form.property(QUOTE_DEPTH),
                items is not None and (items.format().style(), items.itemText(block)),
                links,
            )
        )
        block = block.next()
    return found


def shown(reply: ReplyText) -> list[Any]:
    """All segments: their kind, and their structure or code."""
    return [
        ("code", segment.code, segment.view.toPlainText())
        if isinstance(segment, CodeSegment)
        else ("text", structure(segment.document()))
        for segment in reply.segments
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_in_pieces_or_whole_it_looks_the_same(
    qtbot: QtBot, style: ChatStyle, data: st.DataObject
) -> None:
    text = data.draw(st.one_of(MARKDOWN, st.just(EVERYTHING)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=15)))
    grown, whole = ReplyText(style), ReplyText(style)
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        grown.append(text[start:end])
    grown.finish()
    whole.set_text(text)
    assert shown(grown) == shown(whole)
    assert grown.text == whole.text == text
    for made in (grown, whole):
        made.deleteLater()


def test_everything_has_its_form(reply: ReplyText) -> None:
    reply.set_text(EVERYTHING)
    first, code, table, last = reply.segments
    assert isinstance(first, TextSegment)
    blocks = structure(first.document())
    assert blocks[0][:2] == ("Title", 1)
    assert blocks[1][6] == ["https://example.org/a", "https://example.org/b"]
    assert [b[0] for b in blocks if b[5]] == ["one", "two", "inner"]
    assert [b[0] for b in blocks if b[2] and not b[5]] == ["second paragraph", "ls"]
    assert [(b[0], b[4]) for b in blocks if b[4]] == [("quoted", 1), ("twice", 2)]
    assert isinstance(code, CodeSegment)
    assert code.code == 'print("x")'
    assert isinstance(table, TextSegment)
    assert table.toPlainText().split() == ["a", "b", "1", "2"]
    assert isinstance(last, TextSegment)
    assert last.toPlainText().endswith("end")


def test_finished_blocks_are_written_once(reply: ReplyText) -> None:
    reply.append("first paragraph\n\nsecond\n\nthird")
    (segment,) = reply.segments
    assert isinstance(segment, TextSegment)
    changes: list[int] = []
    segment.document().contentsChange.connect(
        lambda position, _gone, _came: changes.append(position)
    )
    reply.append(" goes on")
    assert changes
    assert min(changes) >= len("first paragraph")


def test_code_grows_at_its_end_and_gets_its_colours(qtbot: QtBot, reply: ReplyText) -> None:
    reply.append("```python\ndef f():\n")
    (segment,) = reply.segments
    assert isinstance(segment, CodeSegment)
    reply.append("    return 1\n")
    assert reply.segments == [segment]
    assert segment.code == segment.view.toPlainText() == "def f():\n    return 1"
    assert not segment.view.document().firstBlock().layout().formats()
    reply.append("```\n\nafter")
    qtbot.waitUntil(lambda: bool(segment.view.document().firstBlock().layout().formats()))


def test_copying_code_copies_what_the_model_wrote(qtbot: QtBot, reply: ReplyText) -> None:
    long = "y" * 5_000
    reply.set_text(f"```\n\tx = 1\n\n{long}\n```")
    (segment,) = reply.segments
    assert isinstance(segment, CodeSegment)
    with qtbot.waitSignal(reply.copied):
        segment.copy_button.click()
    assert QGuiApplication.clipboard().text() == f"\tx = 1\n\n{long}"
    segment.view.selectAll()
    segment.view.copy()
    assert QGuiApplication.clipboard().text() == f"\tx = 1\n\n{long}"


def test_selected_text_is_copied_as_plain_text(reply: ReplyText) -> None:
    reply.set_text("**bold** and `code`\nnext")
    (segment,) = reply.segments
    assert isinstance(segment, TextSegment)
    segment.selectAll()
    segment.copy()
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == reply.selected_text() == "bold and code\nnext"
    assert not data.hasHtml()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src='file:///etc/passwd'>",
        "<a href='https://evil.example'>x</a> &lt;b&gt;",
        "- <h1>x</h1>",
        "| <u>x</u> |\n|---|\n| <img src=x> |",
    ],
)
def test_html_is_only_text(reply: ReplyText, text: str) -> None:
    reply.set_text(text)
    (segment,) = reply.segments
    assert isinstance(segment, TextSegment)
    assert "<" in segment.toPlainText()
    assert not any(links for *_, links in structure(segment.document()) if "x</a>" in str(links))
    assert "\ufffc" not in segment.toPlainText()


def test_images_are_never_loaded(reply: ReplyText) -> None:
    reply.set_text("![a cat](cat.png), ![](http://127.0.0.1:9/x.png), ![f](file:///etc/hostname)")
    (segment,) = reply.segments
    assert isinstance(segment, TextSegment)
    assert segment.toPlainText() == "[image: a cat], [image], ![f](file:///etc/hostname)"
    assert segment.loadResource(2, QUrl("file:///etc/hostname")) is None
    assert not any(r.format.isImageFormat() for r in segment.document().firstBlock().textFormats())


def test_links_are_told_and_never_opened(qtbot: QtBot, reply: ReplyText) -> None:
    reply.set_text("[here](https://example.org/?a=1&b=2)")
    (segment,) = reply.segments
    assert isinstance(segment, TextSegment)
    assert (
        segment.document()
        .firstBlock()
        .textFormats()[0]
        .format.toolTip()
        .startswith("https://example.org")
    )
    with qtbot.waitSignal(reply.link_activated) as told:
        segment.anchorClicked.emit(QUrl("https://example.org/?a=1&b=2"))
    assert told.args == ["https://example.org/?a=1&b=2"]
    assert segment.toPlainText() == "here"


def test_only_addresses_of_the_web_are_links(reply: ReplyText) -> None:
    reply.set_text(
        "[a](ssh://h/x) [b](notes.md) [c](//h/s) [d](mailto:a@b.c) <https://b\u0430nk.example>"
    )
    (segment,) = reply.segments
    assert isinstance(segment, TextSegment)
    ranges = segment.document().firstBlock().textFormats()
    links = [one.format.anchorHref() for one in ranges if one.format.isAnchor()]
    assert links[0] == "mailto:a@b.c"
    assert links[1].startswith("https://xn--")
    assert len(links) == 2


@pytest.mark.parametrize("word", ["w" * 9_000, "https://example.org/" + "a/b" * 300])
def test_long_words_stay_inside(reply: ReplyText, word: str) -> None:
    reply.set_text(f"before {word} after\n\n- {word}\n\n> {word}")
    height = reply.fit(300)
    (segment,) = reply.segments
    assert isinstance(segment, TextSegment)
    assert segment.document().size().width() <= 300
    assert height > 300


def test_wide_code_and_tables_scroll_by_themselves(reply: ReplyText, qtbot: QtBot) -> None:
    reply.set_text(
        "```\n" + "x" * 300 + "\n```\n\n" + "|" + "longword|" * 12 + "\n" + "|" + "-|" * 12
    )
    reply.show()
    reply.resize(300, reply.fit(300))
    code, table = reply.segments
    assert isinstance(code, CodeSegment)
    assert isinstance(table, TextSegment)
    assert code.view.horizontalScrollBar().maximum() > 0
    assert code.view.verticalScrollBar().maximum() == 0
    assert table.horizontalScrollBar().maximum() > 0
    assert table.verticalScrollBar().maximum() == 0


def test_words_are_marked_in_text_and_code(reply: ReplyText) -> None:
    reply.set_text("An Owl, an owl\n\n```\nowl = 1\n```")
    reply.mark(["owl"])
    text, code = reply.segments
    assert isinstance(text, TextSegment)
    assert isinstance(code, CodeSegment)
    assert len(text.extraSelections()) == 2
    assert len(code.view.extraSelections()) == 1
    reply.mark([])
    assert text.extraSelections() == []
