"""The frozen engine on a processor older than this one: does it choose code that runs there, and answer?

    older_processor.py FROZEN [PROCESSOR...]

Run with the Python that froze the program. qemu-user stands for the processor: Nehalem, of 2008, knows no
AVX; SandyBridge, of 2011, no AVX2. Prints one JSON object: which of llama.cpp's libraries was taken on each,
and here, and what was answered.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from benchtop import __version__
from benchtop.protocol.chat_turn import ChatTurn
from benchtop.protocol.messages import (
    PROTOCOL_VERSION,
    Chunk,
    Failed,
    Finished,
    Generate,
    Hello,
    LoadModel,
)
from benchtop.protocol.wire import decode, encode

SECONDS = 600


def surroundings() -> dict[str, str]:
    """Those of this process, without what may name this machine's processor to numpy."""
    return {name: value for name, value in os.environ.items() if "OPENBLAS" not in name}


def answer(frozen: Path, prefix: list[str]) -> dict[str, str]:
    """The library that was taken, and a reply of the starter model."""
    program, inside = frozen / "benchtop", frozen / "_internal"
    # As the program's own start leaves it, which starts itself once more: outside of qemu, that would be.
    known = surroundings() | {
        "LD_LIBRARY_PATH": str(inside), "_PYI_ARCHIVE_FILE": str(program), "_PYI_PARENT_PROCESS_LEVEL": "-1",
        "_PYI_LINUX_PROCESS_NAME": "benchtop",
    }  # fmt: skip
    process = subprocess.Popen(
        [*prefix, str(program), "--worker", "engine"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=known,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    starter = inside / "models" / "starter" / "starter.gguf"
    text = ""
    with process:
        for message in (
            Hello("engine", PROTOCOL_VERSION, __version__, os.getpid()),
            LoadModel("load", str(starter), threads=1, context_length=256),
            Generate("reply", turns=(ChatTurn("user", "Do you work offline?"),)),
        ):
            process.stdin.write(encode(message))
        process.stdin.flush()
        for line in process.stdout:
            told = decode(line)
            if isinstance(told, Failed):
                raise SystemExit(f"{prefix}: {told.error()}")
            if isinstance(told, Chunk):
                text += told.text
            if isinstance(told, Finished):
                break
        _, errors = process.communicate(timeout=SECONDS)
    found = re.search(rb"libggml-cpu-(\w+)\.so", errors)
    if found is None or not text:
        raise SystemExit(f"{prefix}: no reply\n{errors.decode('utf-8', 'replace')[-2000:]}")
    return {"code": found[1].decode(), "reply": text}


def main() -> None:
    """Here, and on each of these processors."""
    frozen = Path(sys.argv[1]).resolve()
    found = {"here": answer(frozen, [])}
    for processor in sys.argv[2:] or ["Nehalem", "SandyBridge"]:
        found[processor] = answer(frozen, ["qemu-x86_64", "-cpu", processor])
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
