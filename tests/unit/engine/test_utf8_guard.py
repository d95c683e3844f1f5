"""What llama.cpp's grammars take for a character, and is none."""

import itertools

import pytest

from benchtop.engine.utf8_guard import rest_of_utf8

BYTES = [*range(0x7F, 0x100)]


@pytest.mark.parametrize("length", [1, 2])
def test_every_beginning_that_is_let_through_can_be_gone_on_with(length: int) -> None:
    for start in itertools.product(BYTES, repeat=length):
        begun = rest_of_utf8(bytes(start))
        if begun:
            assert any(rest_of_utf8(begun + bytes([value])) is not None for value in range(256))


def test_a_character_in_pieces() -> None:
    assert rest_of_utf8("é".encode()[:1]) == b"\xc3"
    assert rest_of_utf8("aé".encode()) == b""
    assert rest_of_utf8(b'\xc3"') is None
    assert rest_of_utf8(b"\xa9") is None
    assert rest_of_utf8(b"\xed\xa0") is None
    assert rest_of_utf8(b"\xf4\x90") is None
