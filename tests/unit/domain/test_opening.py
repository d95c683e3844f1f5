"""What is wished for at a start comes to the window as it was said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.opening import PAGES, OpenWish, from_lines

wishes = st.builds(
    OpenWish,
    st.lists(st.text(st.characters(exclude_categories=("Cs",)))).map(tuple),
    st.sampled_from(("", *PAGES)),
    st.booleans(),
)


@given(st.lists(wishes))
def test_a_line_for_each(some: list[OpenWish]) -> None:
    lines = [one.line() for one in some]
    assert all(line.count("\n") == 1 for line in lines)
    assert from_lines(lines) == some


def test_what_is_no_wish_is_left_out() -> None:
    good = OpenWish(("a.gguf",), "teach", True)
    bad = ("4711", "", "{}", "[1]", '{"files": 3, "page": "", "new_chat": 0}', good.line()[:-9])
    assert from_lines([*bad, good.line()]) == [good]
    assert from_lines(['{"files": [], "page": "no such", "new_chat": false}']) == [OpenWish()]
