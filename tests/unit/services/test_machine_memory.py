"""What ending a process would free: its own memory, not the files it has mapped."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from benchtop.services.machine_memory import freed_by_ending, most_resident

MEGABYTE = 1_000_000
MAPPED, OWN = 96 * MEGABYTE, 48 * MEGABYTE
HOLDER = textwrap.dedent(
    """
    import mmap, sys
    with open(sys.argv[1], "rb") as stream:
        weights = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    sum(weights[place] for place in range(0, len(weights), 4096))
    own = bytearray(b"x") * int(sys.argv[2])
    print("held", flush=True)
    sys.stdin.read()
    """
)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere mapped files do not count as free"
)
def test_mapped_weights_are_not_counted_as_freed(tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    weights.write_bytes(os.urandom(MAPPED))
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(weights), str(OWN)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        freed = freed_by_ending(holder.pid)
    finally:
        holder.communicate()
    assert OWN <= freed < MAPPED


def test_no_process_frees_nothing() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert freed_by_ending(ended.pid) == 0
    assert freed_by_ending(0) == 0


HIGH = textwrap.dedent(
    """
    import sys
    held = bytearray(b"x") * int(sys.argv[1])
    del held
    print("freed", flush=True)
    sys.stdin.read()
    """
)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere it is what is there now"
)
def test_the_most_that_was_resident_is_told_after_it_was_freed() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HIGH, str(MAPPED)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "freed\n"
        most = most_resident(process.pid)
        now = freed_by_ending(process.pid)
    finally:
        process.communicate()
    assert now < MAPPED <= most
    assert most_resident(process.pid) == 0
    assert most_resident(0) == 0
