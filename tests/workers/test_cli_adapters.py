"""`benchtop adapters`, and adapters of kept conversations in `benchtop chat`: real commands."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchtop.domain.adapters import BASE_SUM_KEY
from benchtop.domain.file_sums import file_sha256
from workers.commands import COMMAND, explained, kept, run, run_json, usage_error
from workers.tiny_gguf import lora_adapter, random_model

linux = pytest.mark.skipif(sys.platform != "linux", reason="the bin of freedesktop.org")


def imported(*paths: Path) -> None:
    for path in paths:
        assert run("models", "import", path).returncode == 0


def test_they_are_listed_and_shown(tiny_model: Path, tiny_adapter: Path) -> None:
    assert run_json("adapters", "list") == []
    assert run("adapters", "list").stdout.startswith("There are no adapters yet")
    imported(tiny_model, tiny_adapter)
    (one,) = run_json("adapters", "list")
    assert (one["name"], one["fits"], one["missing"]) == ("lora", ["tiny"], False)
    assert "lora" in run("adapters", "list").stdout
    shown = run_json("adapters", "show", "LORA")
    assert (shown["rank"], shown["card"], shown["path"]) == (2, None, str(tiny_adapter))
    assert "rank" in run("adapters", "show", tiny_adapter).stdout
    assert "There is no adapter called x" in explained(run("adapters", "show", "x"))


@linux
def test_removing_moves_the_file_to_the_bin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    first, second = lora_adapter(tmp_path / "a.gguf"), lora_adapter(tmp_path / "b.gguf")
    imported(first, second)
    gone = run_json("adapters", "remove", "a")
    assert Path(gone["bin"][0]).is_file()
    assert not first.exists()
    assert "stays where it is" in run("adapters", "remove", "b", "--keep-file").stdout
    assert second.exists()
    assert run_json("adapters", "list") == []


@linux
def test_where_there_is_no_bin_the_option_that_needs_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "Trash").touch()  # no folder can be made there
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    adapter = lora_adapter(tmp_path / "a.gguf")
    imported(adapter)
    told = explained(run("adapters", "remove", "a"))
    assert f"{adapter} could not be moved to the bin" in told
    assert "with --keep-file the adapter goes off the list" in told
    assert adapter.exists()
    assert [one["name"] for one in run_json("adapters", "list")] == ["a"]
    assert run("adapters", "remove", "a", "--keep-file").returncode == 0
    assert adapter.exists()


def test_merging_makes_a_model_of_the_list(
    tiny_model: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    imported(tiny_model)
    target = tmp_path / "merged"
    made = run_json("adapters", "merge", tiny_adapter, "--model", "tiny", "--output", target,
                "--kind", "Q8_0")  # fmt: skip
    assert (made["path"], made["quantisation"]) == (f"{target}.gguf", "Q8_0")
    assert [one.name for one in tmp_path.iterdir() if "merg" in one.name] == ["merged.gguf"]
    assert run_json(
        "chat", "--model", made["id"], "--prompt", "Hi", "--max-tokens", "4", "--no-store"
    )
    again = run("adapters", "merge", tiny_adapter, "--model", "tiny", "--output", target)
    assert "merging replaces no file" in explained(again)
    for scale in ("9999", "x", "nan"):
        wrong = explained(run("adapters", "merge", f"{tiny_adapter}:{scale}", "--output", target))
        assert f"the scale of lora is {scale}, which is out of range: -10 to 10" in wrong
    assert "was made for another model" in explained(
        run("adapters", "merge", tiny_adapter, "--model", "starter", "--output", tmp_path / "x")
    )
    assert "required" in usage_error("adapters", "merge", tiny_adapter)


def test_the_base_by_its_sum_and_a_name_of_two(tmp_path: Path) -> None:
    base = random_model(tmp_path / "base.gguf", name="base")
    facts = {BASE_SUM_KEY: file_sha256(str(base)), "general.name": "full"}
    imported(base, lora_adapter(tmp_path / "full.gguf", facts=facts))
    made = run_json(
        "adapters", "merge", "full", "--model", "base", "--output", tmp_path / "new.gguf"
    )
    (listed,) = run_json("adapters", "list")
    assert listed["fits"] == ["base"]  # not the new model, which is as large
    second = run_json("adapters", "merge", "full", "--output", tmp_path / "second.gguf")
    assert {made["path"], second["path"]} == {
        str(tmp_path / "new.gguf"), str(tmp_path / "second.gguf")
    }  # fmt: skip
    other = lora_adapter(tmp_path / "other.gguf", facts=facts, seed=3)
    imported(other)
    ids = [one["id"] for one in run_json("adapters", "list")]
    for action in (["show"], ["remove"], ["merge", "--output", tmp_path / "x.gguf"]):
        refused = explained(run("adapters", action[0], "full", *action[1:]))
        assert all(one in refused for one in ids)
    assert len(run_json("adapters", "list")) == 2
    assert run("adapters", "show", ids[0]).returncode == 0


def test_a_kill_leaves_no_half_file_and_the_next_merge_sweeps(
    tiny_model: Path, tiny_adapter: Path, tmp_path: Path, data_home: Path
) -> None:
    imported(tiny_model, tiny_adapter)
    place = tmp_path / "made"
    place.mkdir()
    merge = ("adapters", "merge", "lora", "--output", place / "new.gguf", "--kind", "F16")
    process = subprocess.Popen([*COMMAND, *map(str, merge)])
    end = time.monotonic() + 60
    while not list(place.iterdir()) and time.monotonic() < end:
        assert process.poll() is None
        os.sched_yield()
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    psutil.wait_procs(children, timeout=20)
    assert not (place / "new.gguf").exists()
    assert (data_home / "merging.json").exists()
    assert run(*merge).returncode == 0
    assert [one.name for one in place.iterdir()] == ["new.gguf"]


def test_a_conversation_goes_on_with_its_adapters(
    tiny_model: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    imported(tiny_model)
    ask = ("chat", "--model", "tiny", "--prompt", "Hi", "--max-tokens", "4", "--temperature", "0")
    first = run_json(*ask, "--adapter", f"{tiny_adapter}:0.5")
    (here,) = kept()
    assert here["adapters"] == [{"path": str(tiny_adapter), "scale": 0.5}]
    run_json(*ask, "--conversation", first["conversation_id"])
    last = kept()[0]["messages"][-1]
    assert last["adapters"] == [{"path": str(tiny_adapter), "scale": 0.5}]
    wrong = lora_adapter(tmp_path / "wrong.gguf", facts={BASE_SUM_KEY: "cd" * 32})
    assert "cannot be used with tiny" in explained(run(*ask, "--adapter", wrong))
