"""Regular expressions of a stranger, held to a little time and memory.

The syntax is that of Python's `re`, run by the `regex` library, which can stop a search: SECONDS of
this process's time on the processor, so that other programs change nothing. It unrolls counted
repeats when it compiles, and recursion takes memory without end; both are refused before.
"""

from __future__ import annotations

import re
from functools import lru_cache

import regex

SECONDS = 2.0
MOST_UNROLLED = 100_000
"""Letters a pattern may stand for at least: a{1000} is 1,000, and (a{1000}){1000} a million."""
_COUNT = re.compile(r"\{(\d*)(?:,\d*)?\}")
_RECURSION = re.compile(r"\(\?(?:R|[-+]?\d|&|P>|\(DEFINE\))")
_HIDING = re.compile(r"\(\?(?:#|[a-zA-Z]*x)")  # comments would hide what a count belongs to


class TooSlow(Exception):
    """The search was stopped."""


@lru_cache(maxsize=1_000)
def compiled(pattern: str, ignore_case: bool = False, lines: bool = True) -> regex.Pattern[str]:
    """The pattern, ``lines``: with ``^`` and ``$`` at each line.

    Raises ValueError with the words after "the pattern" for one that cannot be used.
    """
    if _RECURSION.search(pattern):
        raise ValueError("refers to itself, which is not possible here")
    if _HIDING.search(pattern):
        raise ValueError("has comments or the flag x, which are not possible here")
    if _unrolled(pattern) > MOST_UNROLLED:
        raise ValueError(f"repeats more than {MOST_UNROLLED:,} letters by counts such as {{1000}}")
    flags = (regex.IGNORECASE if ignore_case else 0) | (regex.MULTILINE if lines else 0)
    try:
        return regex.compile(pattern, flags)
    except regex.error as error:
        raise ValueError(f"is no regular expression ({error})") from error
    except (RecursionError, OverflowError, MemoryError) as error:
        raise ValueError("is too large") from error


def found(pattern: regex.Pattern[str], text: str, *, whole: bool = False) -> str | None:
    """What the pattern matches first in the text (``whole``: all of it), or None; raises TooSlow."""
    search = pattern.fullmatch if whole else pattern.search
    try:
        match = search(text, timeout=SECONDS, concurrent=True)  # others may run meanwhile
    except (TimeoutError, MemoryError, RecursionError) as error:
        raise TooSlow from error
    return match.group() if match else None


def _unrolled(pattern: str) -> int:
    """How many letters it stands for at least, roughly and rather too many."""
    groups, last, place = [0], 0, 0
    while place < len(pattern):
        letter = pattern[place]
        count = _COUNT.match(pattern, place)
        if count is not None:
            groups[-1] += last * (int(count[1][:12] or 0) - 1 if count[1] != "0" else 0)
            last *= max(1, int(count[1][:12] or 0))
            place = count.end()
            continue
        if letter == "(":
            groups.append(0)
        elif letter == ")" and len(groups) > 1:
            last = groups.pop()
            groups[-1] += last
        elif letter == "[":
            place = _end_of_set(pattern, place)
            last, groups[-1] = 1, groups[-1] + 1
        elif letter not in "?*+|^$":
            place += letter == "\\"
            last, groups[-1] = 1, groups[-1] + 1
        place += 1
    return sum(groups)


def _end_of_set(pattern: str, place: int) -> int:
    """Where the set that begins at ``place`` closes; a bracket that comes first is a member."""
    end = place + 1 + pattern.startswith("^", place + 1)
    end += pattern.startswith("]", end)
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end
