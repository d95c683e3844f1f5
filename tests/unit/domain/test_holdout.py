"""What is held out of training: enough, and never with half of the examples at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.examples import Example, Turn
from benchtop.domain.holdout import choose_holdout, inner_prompt_sums


def talk(*words: str) -> Example:
    roles = ("user", "assistant")
    return Example(tuple(Turn(roles[n % 2], word) for n, word in enumerate(words)))  # type: ignore[arg-type]


def prompts(*examples: Example) -> dict[str, frozenset[str]]:
    return {one.prompt_sum: inner_prompt_sums(one) for one in examples}


def test_each_answer_within_has_the_prompt_that_it_would_have_alone() -> None:
    long = talk("a", "b", "c", "d", "e", "f")
    assert inner_prompt_sums(long) == {
        talk("a", "b").prompt_sum,
        talk("a", "b", "c", "d").prompt_sum,
    }
    assert inner_prompt_sums(talk("a", "b")) == inner_prompt_sums(Example(())) == frozenset()


def test_a_prompt_with_which_others_begin_is_not_chosen() -> None:
    greeting = talk("Hi", "Hello!")
    others = [talk("Hi", "Hello!", f"question {n}", "answer") for n in range(5)]
    for part in (0.1, 0.3, 0.5):
        chosen = choose_holdout(prompts(greeting, *others), frozenset(), part)
        assert len(chosen) == round(6 * part)
        assert greeting.prompt_sum not in chosen


def test_what_holds_a_frozen_prompt_within_goes_with_it() -> None:
    greeting = talk("Hi", "Hello!")
    inside, apart = talk("Hi", "Good day!", "And?", "So."), [talk(f"q{n}", "a") for n in range(20)]
    more = choose_holdout(prompts(inside, *apart), {greeting.prompt_sum}, 0.0)
    assert more == {inside.prompt_sum}


def test_what_was_trained_on_is_held_out_only_where_nothing_else_can_be() -> None:
    old, new = [talk(f"old {n}", "a") for n in range(10)], [talk(f"new {n}", "a") for n in range(3)]
    trained = [one.prompt_sum for one in old]
    chosen = choose_holdout(prompts(*old, *new), frozenset(), 0.5, trained)
    assert chosen == {one.prompt_sum for one in new}
    assert choose_holdout(prompts(*old, *new), chosen, 0.5, trained) == set()
    assert len(choose_holdout(prompts(*old), frozenset(), 0.5, trained)) == 5


@given(
    st.lists(st.lists(st.sampled_from("abc"), min_size=2, max_size=6), max_size=12),
    st.floats(0, 0.5),
    st.integers(0, 3),
)
def test_something_is_always_left_to_train_on(
    talks: list[list[str]], part: float, frozen: int
) -> None:
    known = prompts(*(talk(*words[: len(words) // 2 * 2]) for words in talks))
    openers = {one for inner in known.values() for one in inner}
    before = set(sorted(set(known) - openers)[:frozen])
    chosen = choose_holdout(known, before, part)
    assert not chosen & before
    held = chosen | before
    # Nothing that is trained on has an answer to a held-out prompt, be it within.
    assert all(not inner & held for one, inner in known.items() if one not in held)
    if len(known) > 1 and not before:
        assert set(known) - held
        assert bool(held) == (part > 0)
