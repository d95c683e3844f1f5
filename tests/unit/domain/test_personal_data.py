"""What is found in texts and what is left alone, what is put in its place, and that no text makes it slow."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.examples import Example, Turn
from benchtop.domain.personal_data import (
    STAND_INS,
    Finding,
    find_personal,
    personal_of,
    redact_example,
    redacted,
)
from unit.domain.personal_texts import FOUND, LEFT, SLOW


@pytest.mark.parametrize(
    ("kind", "marked"), FOUND, ids=[f"{k}-{n}" for n, (k, _t) in enumerate(FOUND)]
)
def test_what_is_personal_is_found_from_its_first_letter_to_its_last(
    kind: str, marked: str
) -> None:
    start, end = marked.index("{"), marked.rindex("}") - 1
    text = marked[:start] + marked[start + 1 : end + 1] + marked[end + 2 :]
    assert [(f.kind, text[f.start : f.end]) for f in find_personal(text)] == [
        (kind, text[start:end])
    ]


@pytest.mark.parametrize("text", LEFT)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert [(f.kind, text[f.start : f.end]) for f in find_personal(text)] == []


def test_the_tables_are_large_enough_to_mean_something() -> None:
    assert len(FOUND) >= 60
    assert len(LEFT) >= 80
    assert {kind for kind, _text in FOUND} == set(STAND_INS)


def test_several_in_one_text_come_in_order_and_never_overlap() -> None:
    text = "a@b.co, +49 30 901820, a@b.co, password: hunter2x, c@d.org and 4111 1111 1111 1111"
    found = find_personal(text)
    assert [one.kind for one in found] == ["email", "phone", "email", "secret", "email", "card"]
    assert redacted(text, found) == (
        "[e-mail 1], [phone number], [e-mail 1], password: [secret], [e-mail 2] and [card number]"
    )
    assert redacted("nothing here", ()) == "nothing here"


def test_one_value_has_one_stand_in_in_all_turns_however_it_is_written() -> None:
    example = Example(
        (
            Turn("system", "Nothing personal."),
            Turn("user", "I am Jane@Example.org, ring +49 30 901820 or (212) 555-0123"),
            Turn("assistant", "jane@example.org, and +49 (30) 90 18 20."),
        ),
        rejected="212-555-0123 is yours?",
        tags=("kept",),
    )
    assert personal_of(example) == ("email", "phone", "phone", "email", "phone", "phone")
    made = redact_example(example)
    assert [turn.content for turn in made.turns] == [
        "Nothing personal.",
        "I am [e-mail], ring [phone number 1] or [phone number 2]",
        "[e-mail], and [phone number 1].",
    ]
    assert (made.rejected, made.tags) == ("[phone number 2] is yours?", ("kept",))
    assert personal_of(made) == ()
    assert redact_example(made) is made


def test_a_secret_is_found_wherever_it_stands_again() -> None:
    example = Example(
        (
            Turn("user", "password: hunter2x"),
            Turn("assistant", "I noted hunter2x (and not hunter2xy, nor xhunter2x)."),
        ),
        rejected="(hunter2x)",
    )
    assert personal_of(example) == ("secret", "secret", "secret")
    made = redact_example(example)
    assert [turn.content for turn in made.turns] == [
        "password: [secret]",
        "I noted [secret] (and not hunter2xy, nor xhunter2x).",
    ]
    assert made.rejected == "([secret])"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("My password is “hunter2xyz”. I noted hunter2xyz.", "My password is “[]”. I noted []."),
        ("My password is **Kx7pq9zzT**. Stored Kx7pq9zzT", "My password is **[]**. Stored []"),
        ("My password is (hunter2xyz)", "My password is ([])"),
        ("Mein Passwort ist „hunter2xyz“, also hunter2xyz", "Mein Passwort ist „[]“, also []"),
        ("Mein Passwort ist hunter2xyz", "Mein Passwort ist []"),
        ("password=hunter2xyz! Is it hunter2xyz?", "password=[] Is it []?"),
        ("密码：Kx7pq!9zz。我的密码Kx7pq!9zz不要忘记", "密码：[]。我的密码[]不要忘记"),
        ("password: hunter2xyz and Hunter2xyz, HUNTER2XYZ", "password: [] and [], []"),
        ("password: hunter2xyz, mysql -phunter2xyz", "password: [], mysql -p[]"),
        ("password: hunter2x and İhunter2x, hunter2x", "password: [] and İhunter2x, []"),
    ],
)
def test_a_secret_goes_however_it_is_written_and_set_off(text: str, made: str) -> None:
    example = Example((Turn("user", text), Turn("assistant", "Noted.")))
    found = redact_example(example).turns[0].content
    assert re.sub(r"\[secret(?: \d)?\]", "[]", found) == made
    assert personal_of(redact_example(example)) == ()


def test_many_secrets_of_many_lengths_do_not_make_it_slow() -> None:
    """Each is looked up by its beginning: trying every length at every word would run into the limit."""
    words = (hashlib.sha256(b"%d" % n).hexdigest() * 5 for n in range(600))
    tokens = (f"Bearer {word[: 24 + n % 290]}" for n, word in enumerate(words))
    text = "\n".join((*tokens, "some words of prose " * 20_000))
    assert sum(one.kind == "secret" for one in find_personal(text)) == 600


PIECES = [text.replace("{", "").replace("}", "") for _kind, text in FOUND] + LEFT


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=8))
def test_in_any_mixture_findings_are_in_order_and_redaction_leaves_nothing_of_them(
    pieces: list[str],
) -> None:
    text = "\n".join(pieces)
    found = find_personal(text)
    ends = [Finding("email", 0, 0), *found]
    assert all(a.end <= b.start < b.end <= len(text) for a, b in zip(ends, found, strict=False))
    made = redacted(text, found)
    # What is no secret may be one thing behind a word ("phone") and another elsewhere.
    secrets = [text[one.start : one.end] for one in found if one.kind == "secret"]
    assert not set(secrets) & set(made.split("\n"))
    assert made.count("\n") >= text.count("\n") - sum(
        text[f.start : f.end].count("\n") for f in found
    )


@pytest.mark.parametrize("piece", SLOW)
def test_a_megabyte_of_what_almost_fits_is_done_with_in_time(piece: str) -> None:
    """A pattern that tries every way to divide it would run into the limit of a test."""
    text = piece * (1_000_000 // len(piece)) + "!"
    assert len(find_personal(text)) <= len(text)
