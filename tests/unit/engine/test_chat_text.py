"""Turns to segments that know who wrote them."""

import json

import pytest

from benchtop.engine.chat_text import Segment, fallback_segments, template_segments
from benchtop.engine.template import ChatTemplate, TemplateProblem
from benchtop.engine.template_sandbox import Renderer
from benchtop.protocol.messages import ChatTurn

TURNS = [ChatTurn("system", "Be brief."), ChatTurn("user", "Hi"), ChatTurn("assistant", "Yes?")]


def template(source: str, **special: str) -> ChatTemplate:
    """A template rendered by the real renderer, here in this process."""
    renderer = Renderer()
    return ChatTemplate(
        source,
        special,
        lambda text, values: renderer.answer({"template": text, "variables": values}),
    )


def test_the_fallback_knows_who_wrote_what() -> None:
    assert fallback_segments(TURNS, continue_last=False) == [
        Segment("Be brief.", "person"),
        Segment("\n", "template"),
        Segment("\nUser:", "template"),
        Segment(" Hi", "person"),
        Segment("\nAssistant:", "template"),
        Segment(" Yes?", "model"),
        Segment("\nAssistant:", "template"),
    ]


def test_the_fallback_leaves_a_reply_open() -> None:
    last = fallback_segments(TURNS, continue_last=True)[-1]
    assert last == Segment(" Yes?", "model")


def test_a_template_knows_who_wrote_what() -> None:
    source = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    assert template_segments(template(source, bos_token="<s>"), TURNS, continue_last=False) == [
        Segment("<s>[system]", "template"),
        Segment("Be brief.", "person"),
        Segment("[user]", "template"),
        Segment("Hi", "person"),
        Segment("[assistant]", "template"),
        Segment("Yes?", "model"),
    ]


def test_a_reply_left_open_ends_the_prompt() -> None:
    source = "{% for m in messages %}[{{ m.content }}]{% endfor %}END"
    segments = template_segments(template(source), TURNS, continue_last=True)
    assert "".join(segment.text for segment in segments) == "[Be brief.][Hi][Yes?"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m.content", "  a b \n"),
        ("m.content | trim", "a b"),
        ("m.content.strip()", "a b"),
        ("m.content.lstrip()", "a b \n"),
        ("m.content.rstrip()", "  a b"),
        ("m['content'] + eos", "  a b \n</s>"),
        ("m.content if '</think>' not in m.content else ''", "  a b \n"),
        ("m.content.split('</think>')[-1].lstrip()", "a b \n"),
    ],
)
def test_trimming_is_taken_over(expression: str, expected: str) -> None:
    source = "{% for m in messages %}<{{ " + expression + " }}>{% endfor %}"
    turns = [ChatTurn("user", "  a b \n")]
    segments = template_segments(template(source, eos="</s>"), turns, continue_last=False)
    assert "".join(segment.text for segment in segments) == f"<{expected}>"


@pytest.mark.parametrize("expression", ["m.content | upper", "m.content[:5]", "m.content | length"])
def test_a_template_that_changes_text_is_a_problem(expression: str) -> None:
    source = "{% for m in messages %}{{ " + expression + " }}{% endfor %}"
    with pytest.raises(TemplateProblem, match="leaves out or changes"):
        template_segments(template(source), TURNS, continue_last=False)


def test_the_first_reason_is_told() -> None:
    source = "{% if messages[0].role == 'system' %}{{ raise_exception('No system!') }}{% endif %}x"
    with pytest.raises(TemplateProblem, match="it says: No system!"):
        template_segments(template(source), TURNS, continue_last=False)


def test_an_empty_system_turn_is_not_sent() -> None:
    turns = [ChatTurn("system", "  "), ChatTurn("user", "Hi")]
    source = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    segments = template_segments(template(source), turns, continue_last=False)
    assert "".join(segment.text for segment in segments) == "[user]Hi"


def test_the_sandbox_gives_templates_what_transformers_gives_them() -> None:
    source = (
        "{%- for m in messages %}{% if loop.index > 1 %}{% break %}{% endif %}"
        "{{ {'ü': 1, 'b': [true]} | tojson }}|{{ strftime_now('%Y') | length }}|"
        "{{ tools is none }}{% endfor -%}"
    )
    answer = Renderer().answer(
        {"template": source, "variables": {"messages": [1, 2], "tools": None}}
    )
    assert answer == {"text": json.dumps({"ü": 1, "b": [True]}, ensure_ascii=False) + "|4|True"}


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ raise_exception('Not so') }}", "it says: Not so"),
        ("{% for %}", "line 1:"),
        ("{{ ''.__class__.__mro__ }}", "tried to reach out of its sandbox"),
        ("{{ messages.append(1) }}", "tried to reach out of its sandbox"),
        ("{{ nothing.here }}", "'nothing' is undefined"),
        ("{{ 1 / 0 }}", "division by zero"),
    ],
)
def test_a_problem_is_told_in_one_clause(source: str, problem: str) -> None:
    answer = Renderer().answer({"template": source, "variables": {"messages": []}})
    assert problem in answer["problem"]
    assert "\n" not in answer["problem"]
