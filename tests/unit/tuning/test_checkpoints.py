"""A run's folder: what is in it is whole, and nothing of another run is ever taken up."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchtop.domain.teach_errors import CheckpointUnusable
from benchtop.tuning.adapter_file import read_adapter
from benchtop.tuning.checkpoints import (
    BEST,
    CHECKPOINT,
    KEPT_STEPS,
    Progress,
    RunFolder,
    RunMark,
)
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.lora import LoraPlan
from unit.tuning.teaching_sets import example

OpenBase = Callable[[Path], Decoder]
MARK = RunMark("base", "tokens", "settings")
PLAN = LoraPlan(4, 8.0)
PROGRESS = Progress(
    step=7, tokens=90, seconds=1.5, loss=2.25, holdout_before=3.0, holdout_best=2.5, best_step=6,
    since_best=1, last_check=6, reference={0: (1.0, 2.0), 5: (0.5, 0.25)},
)  # fmt: skip


class Bench:
    """A decoder with adapters and its optimiser."""

    def __init__(self, decoder: Decoder, plan: LoraPlan = PLAN) -> None:
        self.decoder = decoder
        decoder.add_adapters(plan, 1)
        parameters = [one for one in decoder.parameters() if one.requires_grad]
        self.optimiser = torch.optim.AdamW(parameters, lr=1e-2)

    def step(self, seed: int = 0) -> None:
        """One step, so that there is something to keep."""
        tokens = torch.tensor([example(seed).ids])
        self.optimiser.zero_grad()
        self.decoder(tokens).square().mean().backward()
        self.optimiser.step()

    def numbers(self) -> torch.Tensor:
        return torch.cat(
            [one.detach().flatten() for one in self.optimiser.param_groups[0]["params"]]
        )


@pytest.fixture
def make(bases: dict[str, Path], open_base: OpenBase) -> Callable[..., Bench]:
    return lambda plan=PLAN: Bench(open_base(bases["llama"]), plan)


@pytest.fixture
def bench(make: Callable[..., Bench]) -> Bench:
    found = make()
    found.step()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "runs" / "one", MARK, {"general.name": "a run"})


def test_a_run_goes_on_to_the_very_bit(
    bench: Bench, folder: RunFolder, make: Callable[..., Bench]
) -> None:
    folder.save(PROGRESS, bench.decoder, bench.optimiser)
    other = make()
    assert folder.load(other.decoder, other.optimiser) == PROGRESS
    assert torch.equal(other.numbers(), bench.numbers())
    for one in (bench, other):
        one.step(2)
    assert torch.equal(other.numbers(), bench.numbers())


def test_nothing_is_taken_up_where_nothing_was_kept(bench: Bench, folder: RunFolder) -> None:
    assert folder.load(bench.decoder, bench.optimiser) is None
    assert folder.best == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"base": "another"}, "made with another base model"),
        ({"tokens": "others"}, "made with other examples"),
        ({"settings": "others"}, "made with other settings"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(
    bench: Bench, folder: RunFolder, changed: dict[str, str], words: str
) -> None:
    folder.save(PROGRESS, bench.decoder, bench.optimiser)
    before = bench.numbers()
    other = RunFolder(folder.path, replace(MARK, **changed), {})
    with pytest.raises(CheckpointUnusable, match=words):
        other.load(bench.decoder, bench.optimiser)
    assert torch.equal(bench.numbers(), before)


def test_adapters_of_other_sizes_are_refused(
    bench: Bench, folder: RunFolder, make: Callable[..., Bench]
) -> None:
    folder.save(PROGRESS, bench.decoder, bench.optimiser)
    for plan in (LoraPlan(5, 8.0), LoraPlan(4, 8.0, last_layers=2)):
        other = make(plan)
        with pytest.raises(CheckpointUnusable, match="of other sizes"):
            folder.load(other.decoder, other.optimiser)


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_damaged_checkpoint_is_told_as_such(bench: Bench, folder: RunFolder, keep: int) -> None:
    folder.save(PROGRESS, bench.decoder, bench.optimiser)
    file = folder.path / CHECKPOINT
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(CheckpointUnusable, match="it is damaged"):
        folder.load(bench.decoder, bench.optimiser)


def test_a_checkpoint_runs_no_code(bench: Bench, folder: RunFolder, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    torch.save({"version": _Touch(mark)}, folder.path / CHECKPOINT)
    with pytest.raises(CheckpointUnusable, match="it is damaged"):
        folder.load(bench.decoder, bench.optimiser)
    assert not mark.exists()


class _Touch:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_a_checkpoint_of_another_version_is_refused(bench: Bench, folder: RunFolder) -> None:
    folder.save(PROGRESS, bench.decoder, bench.optimiser)
    file = folder.path / CHECKPOINT
    state = torch.load(file, weights_only=True)
    torch.save({**state, "version": 99}, file)
    with pytest.raises(CheckpointUnusable, match="another Benchtop wrote it"):
        folder.load(bench.decoder, bench.optimiser)


def test_what_died_while_it_wrote_left_the_one_before(bench: Bench, folder: RunFolder) -> None:
    folder.save(PROGRESS, bench.decoder, bench.optimiser)
    (folder.path / CHECKPOINT).with_suffix(".part").write_bytes(b"half")
    assert folder.load(bench.decoder, bench.optimiser) == PROGRESS
    later = replace(PROGRESS, step=8)
    folder.save(later, bench.decoder, bench.optimiser)
    assert folder.load(bench.decoder, bench.optimiser) == later
    assert [one.name for one in folder.path.iterdir()] == [CHECKPOINT]


def test_adapters_of_the_last_steps_stay_and_the_best_of_all(
    bench: Bench, folder: RunFolder, make: Callable[..., Bench]
) -> None:
    for step in range(1, 8):
        bench.step(step)
        path = folder.write_step(step, bench.decoder, PLAN)
        if step == 2:
            folder.keep_best(path)
            best = bench.numbers()
    kept = sorted(one.name for one in folder.path.glob("step-*"))
    assert kept == [f"step-{step:08d}.gguf" for step in range(8 - KEPT_STEPS, 8)]
    other = make()
    read_adapter(Path(folder.best), other.decoder)
    assert torch.equal(other.numbers(), best)
    assert sorted(one.name for one in folder.path.iterdir()) == [BEST, *kept]


FULL = """
import resource, signal, sys
from pathlib import Path
import torch
from benchtop.services.ggml_library import ggml_library
from benchtop.tuning.base_model import open_decoder
from benchtop.tuning.packed import Unpacker
from unit.tuning.test_checkpoints import BEST, CHECKPOINT, MARK, PLAN, PROGRESS, Bench
from benchtop.tuning.checkpoints import RunFolder
base, place = map(Path, sys.argv[1:])
torch.set_num_threads(1)
unpacker = Unpacker(Path(ggml_library()), 1)
bench = Bench(open_decoder(base, unpacker))
folder = RunFolder(place, MARK, {})
folder.save(PROGRESS, bench.decoder, bench.optimiser)
first = folder.write_step(1, bench.decoder, PLAN)
folder.keep_best(first)
before = {one.name: one.read_bytes() for one in place.iterdir()}
bench.step()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
for act in (
    lambda: folder.save(PROGRESS, bench.decoder, bench.optimiser),
    lambda: folder.write_step(2, bench.decoder, PLAN),
    lambda: folder.keep_best(first),
):
    try:
        act()
    except OSError as error:
        print(error.errno)
    else:
        print("written")
assert {one.name: one.read_bytes() for one in place.iterdir()} == before
assert set(before) == {BEST, CHECKPOINT, "step-00000001.gguf"}
unpacker.close()
"""


def test_a_full_disk_leaves_what_was_there(bases: dict[str, Path], tmp_path: Path) -> None:
    """A limit on the size of files: what a full disk is like, without one."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(bases["llama"]), str(tmp_path / "run")],
        capture_output=True, text=True, timeout=90, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(errno.EFBIG)] * 3
