"""Blocks of Markdown, whole and while they stream."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.ui.chat.markdown_blocks import MAX_CELLS, Block, BlockStream, parse_blocks

PIECES = [
    "# Head\n", "## ", "text ", "**bold** ", "`code` ", "\n", "\n\n", "- item\n", "- ", "* ", "*",
    "  - inner\n", "    ", "1. one\n", "2", ". two\n", "> quote\n", ">", "```", "```py\n", "x = 1\n",
    "~~~\n", "| a | b |\n", "|---|---|\n", "| 1 | 2 |\n", "---\n", "--", "===\n", "[a](http://x.y) ",
    "[a]: http://x.y\n", "<b>", "<div>\n", "\\(x\\)", "$$y$$ ", "![i](u)", "\r\n", "\r", "\t", "é漢😀 ",
]  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def shape(blocks: list[Block]) -> list[object]:
    """All of the blocks but the lines they began on."""
    return [
        (
            block.kind,
            block.code,
            block.language,
            [(t.type, t.tag, t.content, t.hidden, t.level) for t in block.tokens],
        )
        for block in blocks
    ]


def streamed(text: str, cuts: list[int]) -> list[Block]:
    """The settled blocks of a text that came in pieces."""
    stream = BlockStream()
    found: list[Block] = []
    ends = [*sorted(cuts), len(text)]
    start = 0
    for end in ends:
        stream.feed(text[start:end])
        found += stream.take()[0]
        start = end
    stream.finish()
    return found + stream.take()[0]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_in_pieces_or_whole_the_blocks_are_the_same(data: st.DataObject) -> None:
    text = data.draw(MARKDOWN)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    assert shape(streamed(text, cuts)) == shape(streamed(text, []))


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_letter_by_letter_the_blocks_are_the_same(text: str) -> None:
    assert shape(streamed(text, list(range(len(text))))) == shape(streamed(text, []))


def test_a_number_alone_does_not_end_a_list() -> None:
    stream = BlockStream()
    stream.feed("1. one\n\n2")
    assert stream.take()[0] == []
    stream.feed(". two\n")
    stream.finish()
    (only,) = stream.take()[0]
    assert only.tokens[0].type == "ordered_list_open"


def test_what_came_before_a_finished_line_is_settled_once() -> None:
    stream = BlockStream()
    stream.feed("one\n\ntwo\n\nthr")
    settled, still_open = stream.take()
    assert [b.tokens[1].content for b in settled] == ["one"]
    assert [b.tokens[1].content for b in still_open] == ["two", "thr"]
    assert stream.take()[0] == []


def test_kinds() -> None:
    text = "para\n\n```python x\na\n\nb\n```\n\n| a |\n|---|\n| 1 |\n\n    indented\n"
    blocks = parse_blocks(text)
    assert [b.kind for b in blocks] == ["text", "code", "table", "code"]
    assert (blocks[1].code, blocks[1].language) == ("a\n\nb", "python")
    assert blocks[3].code == "indented"


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("```\na\n```", True),
        ("```\na\n``", False),
        ("```\na", False),
        ("```", False),
        ("~~~~\na\n~~~\n", False),
    ],
)
def test_whether_the_end_of_a_fence_was_seen(text: str, closed: bool) -> None:
    assert parse_blocks(text)[0].closed is closed


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<div>\n*a*\n</div>", "a <b>b</b>"])
def test_html_is_text(text: str) -> None:
    types = {c.type for b in parse_blocks(text) for t in b.tokens for c in t.children or ()}
    assert not {t for t in types if t.startswith("html")}
    shown = "".join(
        c.content for b in parse_blocks(text) for t in b.tokens for c in t.children or ()
    )
    assert shown.startswith(text[:3])


def test_a_link_definition_is_shown_not_hidden() -> None:
    (block,) = parse_blocks("[a]: http://example.org")
    assert block.tokens[1].content == "[a]: http://example.org"


@pytest.mark.parametrize(
    "formula", [r"\(a_1 * b_2 * c\)", "\\[ x\n= y \\]", "$$\\frac{a}{b}$$", "$x_1$ and $x_2$"]
)
def test_latex_keeps_every_character(formula: str) -> None:
    (block,) = parse_blocks(f"See {formula} here")
    shown = "".join(
        "\n" if c.type == "softbreak" else c.content for c in block.tokens[1].children or ()
    )
    assert shown == f"See {formula} here"


def test_money_is_no_formula() -> None:
    (block,) = parse_blocks("from $5 to $10, *really*")
    assert "em_open" in [c.type for c in block.tokens[1].children or ()]


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"]
)
def test_links_that_do_something_stay_text(target: str) -> None:
    (block,) = parse_blocks(f"[a]({target})")
    assert "link_open" not in [c.type for c in block.tokens[1].children or ()]


def test_a_table_beyond_reading_is_shown_as_typed() -> None:
    rows = "|a|b|\n|-|-|\n" + "|1|2|\n" * MAX_CELLS
    (block,) = parse_blocks(rows)
    assert block.kind == "code"
    assert block.code == rows.rstrip("\n")


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "*a_ " * 12_500, ">" * 5_000, "![" * 25_000, "- " * 5_000]
)
def test_nothing_takes_long(text: str) -> None:
    began = time.process_time()
    assert parse_blocks(text)
    assert time.process_time() - began < 1.0
