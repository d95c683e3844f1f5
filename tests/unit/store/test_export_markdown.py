from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from benchtop.store.database import Store
from benchtop.store.export_markdown import close_fences, export_markdown
from unit.store.makers import conversation, message


def test_the_branch_on_show_is_written_to_be_read(talk: Store) -> None:
    talk.conversations.change(
        "talk", title="On *dragons*\nand more", system_prompt="Be kind.\n\nBe brief."
    )
    talk.messages.add(message("u1", content="What is\na dragon?"))
    talk.messages.add(message("a0", "u1", "Never mind."))
    talk.messages.add(
        message(
            "a1",
            "u1",
            "A lizard.",
            model_name="Tiny_1",
            reasoning="Hm </details> so",
            state="complete",
        )
    )
    talk.messages.add(message("u2", "a1", "More"))
    talk.messages.add(
        message("a2", "u2", "```py\nprint(1)", state="interrupted", note="The engine died.")
    )
    assert (
        export_markdown(talk)
        == """\
# On \\*dragons\\* and more

Started 1970-01-02.

> System prompt: Be kind.
>
> Be brief.

## You

What is
a dragon?

## Tiny\\_1

<details><summary>Reasoning</summary>

Hm &lt;/details> so

</details>

A lizard.

## You

More

## Assistant

```py
print(1)
```

*Interrupted. The engine died.*
"""
    )


def test_all_or_some_conversations(talk: Store) -> None:
    talk.conversations.add(conversation("b", title="", updated=1.0))
    talk.conversations.add(conversation("c"))
    talk.conversations.delete(["c"])
    assert export_markdown(talk) == (
        "# About talk\n\nStarted 1970-01-02.\n\n---\n\n# Untitled\n\nStarted 1970-01-02.\n"
    )
    assert export_markdown(talk, ["b"]).startswith("# Untitled")
    assert export_markdown(talk, []) == ""


@pytest.mark.parametrize(
    ("text", "closing"),
    [
        ("plain", ""),
        ("```\ncode\n```", ""),
        ("```py\ncode", "```"),
        ("~~~\n```\n", "~~~"),
        ("````\n```\n", "````"),
        ("```\ncode\n`````", ""),
        ("```\n``` not a close", "```"),
        ("``` a`b", ""),
        ("    ```\nindented", ""),
    ],
)
def test_open_code_blocks_are_closed(text: str, closing: str) -> None:
    assert close_fences(text) == (f"{text}\n{closing}" if closing else text)


@given(
    st.lists(
        st.sampled_from(["```", "~~~", "````", "```py", "text", "", "   ~~~~ ", "``` `"]),
        max_size=8,
    )
)
def test_what_comes_after_is_never_inside_a_code_block(lines: list[str]) -> None:
    text = close_fences("\n".join(lines)) + "\n\n## After\n"
    headings = [token for token in MarkdownIt().parse(text) if token.type == "heading_open"]
    assert headings[-1:] != []
