"""Examples and files of them, for what reads and writes these."""

from __future__ import annotations

from pathlib import Path

from benchtop.domain.example_forms import FormName
from benchtop.domain.examples import Example, Origin, Turn
from benchtop.services.example_files import (
    BrokenLine,
    ReadExample,
    read_examples,
)

GOOD = '{"question": "q", "answer": "a"}'
PAIR = (Turn("user", "q"), Turn("assistant", "a"))
ODD = 'Two\r\nlines; "quoted", 今日 {"a": [1]} \u2028 =1+1'
SINGLE = Example((Turn("user", ODD), Turn("assistant", f"[{ODD}")), rejected=f"no {ODD}")
FULL = Example(
    (Turn("system", "s"), *PAIR, *SINGLE.turns), "worse", ("x; y", "z"),
    Origin("chat", "m.gguf", "c", "r"), included=False, state="draft", holdout=True,
)  # fmt: skip


def written(tmp_path: Path, content: str | bytes, name: str = "x.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, form: FormName | None = None) -> tuple[list[ReadExample], list[BrokenLine]]:
    every = list(read_examples(path, form))
    found = [one for one in every if isinstance(one, ReadExample)]
    return found, [one for one in every if isinstance(one, BrokenLine)]
