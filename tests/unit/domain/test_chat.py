from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.chat import Message, MessageTree, title_from, title_from_exchange


def message(name: str, parent: str | None = None, created: float = 0.0) -> Message:
    return Message(name, "talk", parent, "user", f"words of {name}", created)


@st.composite
def forests(draw: st.DrawFn) -> list[Message]:
    """Messages whose parent is an earlier one, the top, or no one there."""
    count = draw(st.integers(0, 12))
    return [
        message(
            f"m{place}",
            draw(st.sampled_from([None, "nobody", *(f"m{n}" for n in range(place))])),
            draw(st.sampled_from([0.0, 1.0, 2.0])),  # clocks that tie, and that were set back
        )
        for place in range(count)
    ]


@st.composite
def tangles(draw: st.DrawFn) -> list[Message]:
    """Messages whose parents are anyone at all, themselves included."""
    ids = [f"m{place}" for place in range(draw(st.integers(1, 8)))]
    return [message(one, draw(st.sampled_from([None, "nobody", *ids]))) for one in ids]


@given(forests())
def test_a_branch_leads_from_the_top_to_its_leaf(messages: list[Message]) -> None:
    tree = MessageTree(messages)
    for one in messages:
        path = tree.path_to(one.id)
        assert path[-1] == one
        assert all(below.parent_id == above.id for above, below in itertools.pairwise(path))
        assert path[0].parent_id in (None, "nobody")


@given(forests())
def test_every_message_is_one_of_its_siblings(messages: list[Message]) -> None:
    tree = MessageTree(messages)
    for one in messages:
        siblings = tree.siblings(one.id)
        assert siblings.count(one) == 1
        assert {s.id for s in siblings} == {m.id for m in messages if m.parent_id == one.parent_id}
        assert [s.created for s in siblings] == sorted(s.created for s in siblings)
    assert sum(len(tree.children(p)) for p in {m.parent_id for m in messages}) == len(messages)


@given(forests())
def test_the_branch_on_show_counts_siblings_from_one(messages: list[Message]) -> None:
    tree = MessageTree(messages)
    for one in messages:
        for step in tree.active_path(one.id):
            siblings = tree.siblings(step.message.id)
            assert siblings[step.sibling - 1] == step.message
            assert step.siblings == len(siblings)


@given(forests(), st.data())
def test_two_of_three_stays_two_of_three(messages: list[Message], data: st.DataObject) -> None:
    """A newer state of a message, or a later sibling, moves no one; nor does how they were read."""
    tree = MessageTree(messages)
    before = {m.id: [s.id for s in tree.siblings(m.id)] for m in messages}
    for one in data.draw(st.permutations(messages)):
        tree.add(replace(one, content="more words", state="stopped"))
    assert {m.id: [s.id for s in tree.siblings(m.id)] for m in messages} == before
    assert len(tree) == len(messages)
    for parent in {m.parent_id for m in messages}:
        tree.add(message(f"late under {parent}", parent, created=9.0))
    for one, order in before.items():
        assert [s.id for s in tree.siblings(one)][:-1] == order


@given(forests())
def test_the_newest_leaf_is_reached_by_newest_children(messages: list[Message]) -> None:
    tree = MessageTree(messages)
    for one in messages:
        leaf = tree.newest_leaf(one.id)
        assert leaf is not None
        assert tree.children(leaf) == []
        assert one in tree.path_to(leaf)
    top = tree.children(None)
    assert tree.newest_leaf(None) == (tree.newest_leaf(top[-1].id) if top else None)


@given(forests(), st.integers(-3, 3))
def test_walking_siblings_stops_at_the_ends(messages: list[Message], step: int) -> None:
    tree = MessageTree(messages)
    for one in messages:
        siblings = tree.siblings(one.id)
        wanted = min(max(siblings.index(one) + step, 0), len(siblings) - 1)
        assert siblings[wanted] in tree.path_to(tree.sibling_leaf(one.id, step))


@given(tangles())
def test_circles_and_orphans_never_hang_or_raise(messages: list[Message]) -> None:
    tree = MessageTree(messages)
    for one in [None, "nobody", *(m.id for m in messages)]:
        path = [m.id for m in tree.path_to(one)]
        assert len(path) == len(set(path)) <= len(messages)
        assert [step.message.id for step in tree.active_path(one)] == path
        tree.newest_leaf(one)
    for one in messages:
        assert tree.path_to(one.id)[-1] == one
        for step in (-1, 0, 1):
            assert tree.sibling_leaf(one.id, step) in tree


def test_a_newer_state_takes_the_place_of_the_old() -> None:
    tree = MessageTree([message("a"), message("b", "a"), message("c", "a")])
    tree.add(replace(tree.get("b"), content="grown"))
    assert tree.get("b").content == "grown"
    assert [m.id for m in tree.messages()] == ["a", "b", "c"]
    assert [m.content for m in tree.children("a")] == ["grown", "words of c"]


def test_unknown_messages() -> None:
    tree = MessageTree([message("a")])
    assert "a" in tree
    assert "b" not in tree
    assert tree.path_to("b") == tree.path_to(None) == tree.children("b") == []
    assert MessageTree().newest_leaf(None) is None
    for ask in (tree.get, tree.siblings):
        with pytest.raises(KeyError):
            ask("b")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("What is a dragon?", "What is a dragon?"),
        ("\n\n  ## What is   a dragon?\nIt", "What is a dragon?"),
        ("- `code` first", "code` first"),
        ("", ""),
        (" \n\t\n", ""),
        ("word " * 20, "word word word word word word word word word…"),
        ("a" * 60, "a" * 48 + "…"),
        ("a, " * 20, "a, " * 15 + "a…"),
    ],
)  # fmt: skip
def test_titles_of_first_messages(text: str, title: str) -> None:
    assert title_from(text) == title


@given(st.text(), st.integers(1, 60))
def test_a_title_is_one_short_line(text: str, limit: int) -> None:
    title = title_from(text, limit)
    assert len(title) <= limit + 1
    assert len(title.splitlines()) <= 1
    assert title == title.strip()


@pytest.mark.parametrize(
    ("question", "reply", "title"),
    [
        ("Hi", "Dragons are large lizards.", "Dragons are large lizards."),
        ("Hi", "", "Hi"),
        ("What is rain?", "Water.", "What is rain?"),
        ("Internationalisation", "It is long.", "Internationalisation"),
        ("", "Words.", "Words."),
    ],
)
def test_titles_of_first_exchanges(question: str, reply: str, title: str) -> None:
    assert title_from_exchange(question, reply) == title
