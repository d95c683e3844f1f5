"""Cards as one HTML file that stands alone: no script, no request, every foreign word escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from benchtop.domain.cards import (
    Card,
    CardIntervals,
    CardMachine,
    CardModel,
    CardNote,
    CardPoints,
    CardSection,
    CardTable,
)
from benchtop.evaluation.card_plots import intervals_svg, points_svg

_STYLE = """
:root { color-scheme: light dark; --text: #18181b; --muted: #5b5b66; --line: #e4e4e7; --ground: #fff;
  --accent: #3b5bdb; --code: #f4f4f5; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8ec; --muted: #a3a6af; --line: #31343b;
  --ground: #1f2126; --accent: #8fa3ff; --code: #17191d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground);
  max-width: 60rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.summary { font-size: 1.1rem; } .muted { color: var(--muted); font-size: .87rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
pre { background: var(--code); padding: .75rem 1rem; border-radius: 6px; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--text); font: 13px system-ui, sans-serif; }
svg .muted { fill: var(--muted); } svg .line { stroke: var(--line); }
svg .bar { stroke: var(--accent); } svg .dot { fill: var(--accent); }
@media print { body { margin: 0; } pre { border: 1px solid var(--line); } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def card_to_html(card: Card) -> str:
    """The card as a page. The policy in its head keeps a browser from loading anything for it."""
    made = datetime.fromtimestamp(card.made, UTC).strftime("%d %B %Y, %H:%M UTC")
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(card.title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(card.title)}</h1>",
        f'<p class="muted">{escape(made)}</p>',
        f'<p class="summary">{escape(card.summary)}</p>',
        *map(_section, card.sections),
        _models(card.models),
        _machine(card.machine),
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _section(section: CardSection) -> str:
    head = f"<h2>{escape(section.title)}</h2>" if section.title else ""
    match section:
        case CardNote(text=text, verbatim=True):
            return f"{head}<pre>{escape(text)}</pre>"
        case CardNote(text=text):
            return head + "".join(f"<p>{escape(one)}</p>" for one in text.split("\n\n"))
        case CardTable():
            return head + _table(section.columns, section.rows)
        case CardIntervals():
            return head + intervals_svg(section)
        case CardPoints():
            return head + points_svg(section)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(one)}</th>' for one in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _models(models: Sequence[CardModel]) -> str:
    if not models:
        return ""
    columns = ("Model", "File", "Bytes", "Quantisation", "SHA-256", "Chat template", "Licence")
    rows = [
        (
            model.name, model.file, f"{model.bytes:,}", model.quantisation, model.sha256,
            model.template_sha256[:12], model.licence,
        )
        for model in models
    ]  # fmt: skip
    return f"<h2>Models</h2>{_table(columns, rows)}"


def _machine(machine: CardMachine) -> str:
    facts = (
        ("Processor", machine.processor),
        ("Cores", str(machine.cores or "")),
        ("Memory", f"{machine.memory / 1e9:.1f} GB" if machine.memory else ""),
        ("System", machine.system),
        ("Benchtop", machine.benchtop),
        ("llama.cpp (through llama-cpp-python)", machine.llama_cpp),
        ("Python", machine.python),
    )
    rows = [fact for fact in facts if fact[1]]
    return f"<h2>Measured on</h2>{_table(('What', 'Which'), rows)}" if rows else ""
