"""A model card made safe to show: no front matter, no HTML, no picture, and never too much at once.

Cards are Markdown with a YAML head between two lines of ``---`` and HTML anywhere in it (Hub
documentation, "Model Cards"). Everything here is linear in the length of the text, whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

MOST_CHARACTERS = 120_000
"""A longer card is cut; the largest honest ones have about half of that."""
SECTION = 2_000
"""About how many characters are parsed and laid out at once; of code three times as many."""
_LONGEST_LINE = 1_500
_MOST_MARKS = {
    "[": 60,
    "|": 300,
    "*": 300,
    "_": 300,
    "`": 300,
    "~": 300,
    "#": 100,
    "<": 300,
    "\n": 200,
}
_LONGEST_TAG = 2_000
_LONGEST_HEAD = 200_000
_MOST_TAG_LINES = 12

_NAMES = (
    "a abbr address article aside b blockquote br button caption center cite code col colgroup dd "
    "del details div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr "
    "html body i iframe img input ins kbd label li link main mark meta nav object ol option p "
    "picture pre q s samp section select small source span strike strong sub summary sup svg path "
    "table tbody td tfoot th thead time title tr tt u ul var video audio embed base"
)
_BLOCK_NAMES = (
    "p div table ul ol details section article blockquote center figure pre header footer"
)
_TAGS = frozenset(_NAMES.split())
_TOKEN = re.compile(
    r"(?P<code>`[^`]{1,400}`)|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,15})"
    rf"(?P<rest>(?:[\s/][^<>]{{0,{_LONGEST_TAG}}})?)>|<(?:!|\?)[^<>]{{0,{_LONGEST_TAG}}}>"
)
_ATTRIBUTE = r"""\b{}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_ALT = re.compile(_ATTRIBUTE.format("alt"), re.IGNORECASE)
_HREF = re.compile(_ATTRIBUTE.format("href"), re.IGNORECASE)
_OPEN_TAG = re.compile(rf"<[A-Za-z/][^<>]{{0,{_LONGEST_TAG}}}$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DROPPED = re.compile(r"<(script|style|svg|iframe|noscript|template)\b|<!--", re.IGNORECASE)
_UNDER_HEAD = re.compile(r"[ \t]*\|?[ \t]*:?-[-|: \t]*")
_BREAKS = frozenset(["br", "tr", "summary", "dt", "dd", "caption"])
_BLOCKS = frozenset(_BLOCK_NAMES.split())


@dataclass(frozen=True, slots=True)
class CardText:
    """What is shown of a card; ``left_out`` counts the characters that were cut off."""

    text: str
    left_out: int = 0


def readable_card(source: str) -> CardText:
    """The card without its front matter and not longer than MOST_CHARACTERS."""
    body = without_front_matter(source[: MOST_CHARACTERS + _LONGEST_HEAD])
    head = min(len(source), MOST_CHARACTERS + _LONGEST_HEAD) - len(body)
    whole = len(source) - head
    if whole <= MOST_CHARACTERS:
        return CardText(body)
    cut = body[:MOST_CHARACTERS]
    end = cut.rfind("\n", MOST_CHARACTERS - _LONGEST_LINE)
    cut = cut[:end] if end > 0 else cut
    return CardText(cut, whole - len(cut))


def without_front_matter(source: str) -> str:
    """The text behind a YAML head; all of it where there is no whole head."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.startswith("---\n"):
        return text
    end = text.find("\n---", 3, _LONGEST_HEAD)
    after = text.find("\n", end + 1) if end >= 0 else -1
    if end < 0:
        return text
    return text[after + 1 :] if after >= 0 else ""


def is_dense(section: str) -> bool:
    """Whether there are more marks in a section than anyone writes: it is shown as it was typed.

    Looking for pairs among thousands of brackets takes a parser very long.
    """
    lines, fence = [], ""
    for line in section.split("\n"):
        found = _FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        elif not fence:
            lines.append(line)
    text = "\n".join(lines)
    return any(text.count(mark) > most for mark, most in _MOST_MARKS.items())


def card_sections(text: str) -> Iterator[str]:
    """Markdown without HTML, in pieces that can be parsed each by itself, in order; some are empty.

    They end at blank lines outside of code, and in a longer run wherever SECTION is full.
    """
    held: list[str] = []
    size = read = 0
    cleaner, table = _Cleaner(), _TableHead()
    for line in _short_lines(text):
        read += len(line)
        if read > 4 * SECTION:
            read = 0
            yield ""  # much was left out: whoever asks has a chance to rest
        for clean in cleaner.feed(line):
            if not (clean or cleaner.fence or (held and held[-1])):
                continue  # one blank line says as much as many
            held.append(clean)
            size += len(clean) + 1
            table.see(clean, in_code=bool(cleaner.fence))
            blank = not clean.strip() and not cleaner.fence and size > SECTION // 2
            if blank or size > (3 * SECTION if cleaner.fence else SECTION):
                yield "\n".join([*held, *cleaner.close_fence()])
                held, size = [*cleaner.reopen_fence(), *table.lines], 0
    if any(line.strip() for line in held):
        yield "\n".join(held)


def _short_lines(text: str) -> Iterator[str]:
    """The lines, each longer one in pieces: cut at a space where there is one, as the cut is seen."""
    for line in text.split("\n"):
        at = 0
        while len(line) - at > _LONGEST_LINE:
            middle, end = at + _LONGEST_LINE // 2, at + _LONGEST_LINE
            cut = line.rfind(" ", middle, end) + 1 or end
            yield line[at:cut]
            at = cut
        yield line[at:]


@dataclass(slots=True)
class _TableHead:
    """The two lines that a table begins with, which a section that goes on with it needs again."""

    lines: list[str] = field(default_factory=list)
    _before: str = ""

    def see(self, line: str, *, in_code: bool) -> None:
        """Take the next line into account."""
        if in_code or "|" not in line or len(line) > _LONGEST_LINE:
            self.lines, self._before = [], ""
            return
        if not self.lines and self._before and _UNDER_HEAD.fullmatch(line):
            self.lines = [self._before, line]
        self._before = line


@dataclass(slots=True)
class _Cleaner:
    """Takes HTML out, line by line: what a tag that spans lines needs is remembered."""

    fence: str = ""
    _opening: str = ""
    _until: str = ""
    _tag: list[str] = field(default_factory=list)
    _link: list[str] = field(default_factory=list)

    def close_fence(self) -> list[str]:
        """The line that ends the code at hand, so that a section is whole."""
        return [self.fence] if self.fence else []

    def reopen_fence(self) -> list[str]:
        """The line with which that code goes on in the next section."""
        return [self._opening] if self.fence else []

    def feed(self, line: str) -> Iterator[str]:
        """The lines that are shown for ``line``: none, one, or several."""
        if self._until:
            end = line.lower().find(self._until)
            if end < 0:
                return
            line, self._until = line[end + len(self._until) :].lstrip("> "), ""
        if not self._tag and self._in_code(line):
            yield line
            return
        line = self._joined(line)
        if self._tag:
            return
        line, has_html = self._dropped(line)
        clean = _TOKEN.sub(self._replace, line)
        self._link.clear()
        if line.lstrip().startswith("|"):
            yield " ".join(clean.split("\n"))  # a row of a table stays one
        elif clean != line or has_html:
            # The indent belonged to the HTML: four spaces of it would turn the text into code.
            yield from (part.strip() for part in clean.split("\n"))
        else:
            yield line

    def _in_code(self, line: str) -> bool:
        """Whether a line is part of a fenced code block, its fences included."""
        found = _FENCE.match(line)
        if not self.fence:
            if found:
                self.fence, self._opening = found[1], line
            return found is not None
        rest = line.strip()
        if found and len(rest) >= len(self.fence) and set(rest) == {self.fence[0]}:
            self.fence = ""
        return True

    def _joined(self, line: str) -> str:
        """The line with the beginning of a tag that an earlier line left open."""
        self._tag.append(line)
        whole = " ".join(self._tag)
        is_open = _OPEN_TAG.search(whole[-_LONGEST_TAG:]) and line.strip()
        if is_open and len(self._tag) < _MOST_TAG_LINES and len(whole) < _LONGEST_TAG:
            return ""
        self._tag.clear()
        return whole

    def _dropped(self, line: str) -> tuple[str, bool]:
        """The line without comments and without what is no text; whether there was any."""
        kept, at = [], 0
        while found := _DROPPED.search(line, at):
            end_mark = f"</{found[1].lower()}" if found[1] else "-->"
            kept.append(line[at : found.start()])
            end = line.lower().find(end_mark, found.end())
            if end < 0:
                self._until = end_mark
                return "".join(kept), True
            close = line.find(">", end)
            at = close + 1 if close >= 0 else len(line)
        return "".join(kept) + line[at:], bool(kept)

    def _replace(self, found: re.Match[str]) -> str:
        """What stands in the place of a tag."""
        if found["code"]:
            return found["code"]
        name = (found["name"] or "").lower()
        if not found["name"]:
            return ""
        if name not in _TAGS:
            return found[0]  # <think>, <your-token>: no HTML, and the parser takes it as text
        if name == "img":
            return f"![{_plain(_value(_ALT, found['rest']))}](x)"
        if name == "a":
            return self._anchor(found)
        if len(name) == 2 and name[0] == "h" and name[1] in "123456":
            return "\n\n" if found["close"] else f"\n\n{'#' * int(name[1])} "
        return _instead(name, closes=bool(found["close"]))

    def _anchor(self, found: re.Match[str]) -> str:
        """A link becomes one of Markdown if it ends in the same line."""
        if found["close"]:
            target = self._link.pop() if self._link else ""
            return f"](<{target}>)" if target else ""
        target = re.sub(r"[\s<>\\]", "", unescape(_value(_HREF, found["rest"])))[:_LONGEST_TAG]
        rest = found.string[found.end() :]
        if self._link or not target or "</a>" not in rest.lower():
            return ""
        self._link.append(target)
        return "["


def _instead(name: str, *, closes: bool) -> str:
    if name == "li":
        return "" if closes else "\n- "
    if name in ("td", "th"):
        return "  " if closes else ""
    if name == "hr":
        return "\n\n***\n\n"
    if name in _BLOCKS:
        return "\n\n"
    return "\n" if name in _BREAKS else ""


def _value(attribute: re.Pattern[str], rest: str) -> str:
    found = attribute.search(rest)
    return next((part for part in found.groups() if part), "") if found else ""


def _plain(text: str) -> str:
    """An attribute as text between brackets."""
    return re.sub(r"[\[\]\\`]", "", " ".join(unescape(text).split()))[:200]
