"""The process that renders templates comes back when it is killed, and answers in step."""

import psutil

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
