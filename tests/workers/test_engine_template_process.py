"""The process that renders templates comes back when it is killed, and answers in step."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchtop.protocol.messages import Render, Rendered
from workers.engine_client import EngineClient, turns


def test_a_killed_renderer_is_replaced_and_answers_stay_in_step(
    fresh_tiny_engine: EngineClient,
) -> None:
    supervisor = psutil.Process(fresh_tiny_engine.process.pid).children()[0]
    (renderer,) = supervisor.children()
    renderer.kill()
    for text in ("one", "two", "three"):
        fresh_tiny_engine.send(Render("r", turns=turns(text)))
        assert f"user\n{text}<|im_end|>" in fresh_tiny_engine.wait_for(Rendered).text
    (replaced,) = supervisor.children()
    assert replaced.pid != renderer.pid


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux lists descriptors there")
def test_the_template_processes_hold_none_of_the_workers_streams(
    fresh_tiny_engine: EngineClient,
) -> None:
    """Who waits for the end of the wire must not wait for them."""
    worker = fresh_tiny_engine.process
    assert worker.stdin is not None
    assert worker.stdout is not None
    wire = {os.fstat(stream.fileno()).st_ino for stream in (worker.stdin, worker.stdout)}
    wire.add(fresh_tiny_engine.log_path.stat().st_ino)
    assert wire <= open_files(worker.pid)
    family = psutil.Process(worker.pid).children(recursive=True)
    assert len(family) == 2
    for process in family:
        assert not wire & open_files(process.pid)


def open_files(pid: int) -> set[int]:
    """The inodes behind the descriptors of a process."""
    return {place.stat().st_ino for place in Path(f"/proc/{pid}/fd").iterdir()}


REFUSED = """
import resource

from benchtop.engine.template import TemplateProcess
from benchtop.engine.template_sandbox import fork_supervisor


def refuse(number, limits, set_limit=resource.setrlimit):
    if number == resource.RLIMIT_AS:
        raise ValueError("current limit exceeds maximum limit")
    set_limit(number, limits)


resource.setrlimit = refuse
print(TemplateProcess(fork_supervisor(lambda: None)).ask("Hello {{ name }}", {"name": "Ada"}))
"""


def test_templates_are_rendered_where_the_system_refuses_a_limit_on_memory() -> None:
    """As macOS does."""
    done = subprocess.run(
        [sys.executable, "-c", REFUSED], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "{'text': 'Hello Ada'}"


def test_without_a_template_process_the_fallback_stands_in(
    fresh_tiny_engine: EngineClient,
) -> None:
    family = psutil.Process(fresh_tiny_engine.process.pid).children(recursive=True)
    for process in family:
        process.kill()
    fresh_tiny_engine.send(Render("r", turns=turns("Hello")))
    rendered = fresh_tiny_engine.wait_for(Rendered)
    assert rendered.template == "fallback"
    assert "ended" in rendered.template_problem
