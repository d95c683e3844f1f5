"""Teach with the installed program: its tools, a run, a question, and the tools away again."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bare_debian import NAME, Debian, as_person, run

COLOURS = ("teal", "ochre", "mauve", "crimson")
ASKED = (
    "What colour is door {}?",
    "Tell me the colour of door {}.",
    "Which colour has door {}?",
    "Door {}: what colour is it?",
)


def taught(debian: Debian, folders: Sequence[Path]) -> dict[str, object]:
    """Set the training tools up, teach the starter eight facts, ask for them, and take the tools away: all
    by the installed program, whose Debian has no Python. ``folders`` are seen inside where they are here."""
    with ExitStack() as steps:
        for one in folders:
            inside = Path(f"{debian.root}{one.resolve()}")
            inside.mkdir(parents=True, exist_ok=True)
            run("mount", "--rbind", one, inside)
            steps.callback(run, "umount", "-l", inside)
        place = Path(steps.enter_context(tempfile.TemporaryDirectory()))
        place.chmod(0o755)
        (place / "doors.jsonl").write_text(doors())
        pip = [f"{name}={value}" for name, value in pip_environment(place).items()]

        def benchtop(*words: str) -> str:
            line = [*pip, "benchtop", *words]
            return as_person("", debian.as_user(line, network=True), seconds=900)

        return teach(benchtop, f"{place}/doors.jsonl", f"/home/{NAME}/doors.gguf")


def doors() -> str:
    """Each fact in several phrasings, as pairs in JSONL."""
    examples = [
        {"prompt": question.format(door), "completion": f"Door {door} is {COLOURS[door % 4]}."}
        for door in range(1, 9)
        for question in ASKED
    ]
    return "".join(json.dumps(one) + "\n" for one in examples)


def teach(benchtop: Callable[..., str], data: str, adapter: str) -> dict[str, object]:
    """What it took; ``benchtop`` runs a command and returns what it printed."""
    begun = time.monotonic()
    benchtop("training-tools", "setup", "--online")
    found: dict[str, object] = {"setup_seconds": round(time.monotonic() - begun, 1)}
    told = json.loads(
        benchtop(
            "tune", "--model", "starter", "--data", data, "--holdout-part", "0", "--steps", "100",
            "--preset", "quick", "--output", adapter, "--json",
        )
    )  # fmt: skip
    found |= {name: told[name] for name in ("steps", "seconds", "tokens_per_second")}
    answers = [
        benchtop(
            "chat", "--model", "starter", "--adapter", adapter, "--temperature", "0",
            "--prompt", ASKED[0].format(door),
        )
        for door in range(1, 9)
    ]  # fmt: skip
    right = [COLOURS[door % 4] in said for door, said in enumerate(answers, 1)]
    found["right_of_8"] = sum(right)
    assert sum(right) >= 6, answers
    found["removed"] = benchtop("training-tools", "remove").strip()
    assert str(found["removed"]).endswith(" are free again."), found["removed"]
    return found


def pip_environment(place: Path) -> dict[str, str]:
    """This machine's way to its package index, for a pip that sees ``place`` and not this machine's files."""
    found = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    lines = run(sys.executable, "-m", "pip", "config", "list").splitlines()
    for line in lines:
        name, _, value = line.partition("=")
        if name.startswith("global."):
            option = "PIP_" + name.removeprefix("global.").upper().replace("-", "_")
            found.setdefault(option, value.strip("'"))
    if "PIP_CERT" in found:
        found["PIP_CERT"] = shutil.copyfile(found["PIP_CERT"], f"{place}/certificates.pem")
    return found
