"""A reply's Markdown as top-level blocks, and which of them can no longer change. No Qt here.

CommonMark with tables and strikethrough (markdown-it-py). Three things differ on purpose:

- Raw HTML is text. Nothing a model writes is ever interpreted.
- Link reference definitions (``[a]: https://…``) are text too: one that comes late would change
  blocks that are long written, and a person should see what stands there.
- LaTeX stays as it was typed: ``\\(``, ``\\[``, ``$$`` and ``$`` keep their backslashes and stars.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

BlockKind = Literal["text", "code", "table"]

MAX_NESTING = 60
MAX_INLINE = 20_000
"""Longest paragraph, in characters, that is searched for bold, links and the like."""
MAX_COLUMNS, MAX_CELLS = 30, 3_000
"""A larger table is shown as it was typed: laying it out would hold up the window."""


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level block. ``first_line`` counts from 0 in the text that was parsed.

    "code" is a fenced or indented code block: ``code`` its text without the last line end,
    ``language`` the first word after the fence, ``closed`` whether its end was seen. "table" and
    "text" (everything else) are their tokens.
    """

    kind: BlockKind
    first_line: int
    tokens: tuple[Token, ...]
    code: str = ""
    language: str = ""
    closed: bool = True


class BlockStream:
    """Takes a text in pieces of any size and says which blocks are settled and which still open.

    A block is settled once the first line of a later block is complete: no text to come can change
    it then. Lines that are still being written never settle anything ("2" may become "2. item").
    """

    def __init__(self) -> None:
        self._open = ""
        self._held = ""
        self._finished = False

    def feed(self, text: str) -> None:
        """Add text. A carriage return waits for what follows it."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        if self._held:
            text = text[:-1]
        self._open += _with_plain_line_ends(text)

    def finish(self) -> None:
        """No more text comes: the next take() settles everything."""
        self._open += _with_plain_line_ends(self._held)
        self._held = ""
        self._finished = True

    def take(self) -> tuple[list[Block], list[Block]]:
        """The blocks that settled since the last call, and the open ones as they look now."""
        blocks = parse_blocks(self._open)
        if self._finished:
            self._open = ""
            return blocks, []
        complete_lines = self._open.count("\n")
        boundary = 0
        for index, block in enumerate(blocks):
            if block.first_line < complete_lines:
                boundary = index
        if boundary == 0:
            return [], blocks
        settled, still_open = blocks[:boundary], blocks[boundary:]
        self._open = _from_line(self._open, still_open[0].first_line)
        return settled, still_open


def parse_blocks(text: str) -> list[Block]:
    """The top-level blocks of a whole text, in order."""
    if not text.strip():
        return []
    lines = text.split("\n")
    tokens = markdown_parser().parse(text)
    return [_block(group, lines) for group in _groups(tokens)]


@cache
def markdown_parser() -> MarkdownIt:
    """The one place that imports markdown-it: on first use, after the first paint."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 40 to 110 ms of start-up

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.disable(["reference", "html_block", "html_inline"])
    parser.inline.ruler.before("escape", "math", _math_rule)
    parser.core.ruler.at("inline", _inline_rule)
    return parser


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _from_line(text: str, line: int) -> str:
    start = 0
    for _ in range(line):
        start = text.index("\n", start) + 1
    return text[start:]


def _groups(tokens: list[Token]) -> Iterator[list[Token]]:
    """The flat list of tokens, cut where a top-level block begins."""
    group: list[Token] = []
    for token in tokens:
        opens = token.level == 0 and token.nesting >= 0
        if opens and group and group[-1].level == 0 and group[-1].nesting <= 0:
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _block(tokens: list[Token], lines: list[str]) -> Block:
    opening = tokens[0]
    first, end = opening.map or [0, 0]
    if opening.type == "fence":
        words = opening.info.split()
        return Block(
            "code",
            first,
            tuple(tokens),
            code=opening.content.removesuffix("\n"),
            language=words[0] if words else "",
            closed=_fence_is_closed(lines[first:end], opening.markup),
        )
    if opening.type == "code_block":
        return Block("code", first, tuple(tokens), code=opening.content.removesuffix("\n"))
    if _too_much(tokens):
        return Block("code", first, tuple(tokens), code="\n".join(lines[first:end]).rstrip("\n"))
    kind: BlockKind = "table" if opening.type == "table_open" else "text"
    return Block(kind, first, tuple(tokens))


def _fence_is_closed(lines: list[str], markup: str) -> bool:
    if len(lines) < 2:
        return False
    last = lines[-1].strip()
    return len(last) >= len(markup) and set(last) == {markup[0]}


def _too_much(tokens: list[Token]) -> bool:
    """Whether a block is nested or spread out beyond what anyone reads (and Qt lays out)."""
    cells = sum(token.type in {"td_open", "th_open"} for token in tokens)
    columns = sum(token.type == "th_open" for token in tokens)
    deepest = max(token.level for token in tokens)
    return cells > MAX_CELLS or columns > MAX_COLUMNS or deepest >= MAX_NESTING - 1


def _inline_rule(state: StateCore) -> None:
    """markdown-it's own "inline" step, but a paragraph beyond MAX_INLINE stays plain text.

    Searching 50,000 brackets for links takes markdown-it more than a second.
    """
    from markdown_it.token import Token  # noqa: PLC0415 - loaded already, see markdown_parser

    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if len(token.content) <= MAX_INLINE:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        else:
            token.children.append(Token("text", "", 0, content=token.content))


_MATH_PAIRS = (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"))


def _math_rule(state: StateInline, silent: bool) -> bool:
    """Keep LaTeX as it was typed: what stands between its marks is text."""
    end = _math_end(state.src, state.pos, state.posMax)
    if end is None:
        return False
    if not silent:
        token = state.push("text", "", 0)
        token.content = state.src[state.pos : end]
    state.pos = end
    return True


def _math_end(source: str, start: int, limit: int) -> int | None:
    """Where the formula that begins at ``start`` ends, or None when none begins there."""
    for opening, closing in _MATH_PAIRS:
        if source.startswith(opening, start):
            found = source.find(closing, start + len(opening), limit)
            return found + len(closing) if found > start + len(opening) else None
    if source[start] != "$":
        return None
    # A single $ follows Pandoc's rule, so that "$5 and $10" stays money.
    found = source.find("$", start + 1, limit)
    inside = source[start + 1 : found] if found > 0 else ""
    after = source[found + 1 : found + 2]
    if not inside or inside != inside.strip() or "\n" in inside or after.isdigit():
        return None
    return found + 1
