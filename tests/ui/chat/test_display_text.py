"""Text for the screen and back."""

from hypothesis import given
from hypothesis import strategies as st

from benchtop.ui.chat.display_text import BREAK, LONGEST_RUN, copyable, displayable


@given(
    st.text(st.characters(exclude_characters=BREAK, exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
)
def test_ordinary_text_comes_back_as_it_was(text: str) -> None:
    for character in "\ufdd0\ufdd1\ufffc":
        text = text.replace(character, "")
    assert copyable(displayable(text)) == text


def test_a_long_word_can_be_broken_and_is_copied_whole() -> None:
    word = "w" * (3 * LONGEST_RUN + 5)
    shown = displayable(f"a {word} b")
    assert max(map(len, shown.replace(" ", BREAK).split(BREAK))) == LONGEST_RUN
    assert copyable(shown) == f"a {word} b"


def test_no_character_makes_a_block_or_an_object() -> None:
    shown = displayable("a\u2029b\x00c\ufffcd\ufdd0e")
    assert not set(shown) & {"\u2029", "\x00", "\ufffc", "\ufdd0"}
    assert displayable("a\nb\tc") == "a\nb\tc"
