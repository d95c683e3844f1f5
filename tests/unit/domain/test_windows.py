from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.windows import first_scored, window_count, windows


@given(st.lists(st.integers(2, 9), max_size=60), st.integers(1, 20))
def test_windows_are_the_text_without_its_rest(tokens: list[int], length: int) -> None:
    plain = list(windows(tokens, length, None))
    assert len(plain) == window_count(len(tokens), length)
    assert [token for window in plain for token in window] == tokens[: len(plain) * length]
    assert len(tokens) - len(plain) * length < length
    begun = list(windows(tokens, length, 1))
    assert [window[1:] for window in begun] == [window[1:] for window in plain]
    assert all(window[0] == 1 for window in begun)


def test_the_second_half_is_scored() -> None:
    assert [first_scored(length) for length in (16, 17, 512)] == [8, 8, 256]


def test_the_text_stays_as_it_is() -> None:
    tokens = [5, 6, 7, 8]
    assert list(windows(tokens, 2, 1)) == [[1, 6], [1, 8]]
    assert tokens == [5, 6, 7, 8]
