"""Engine workers and tiny models for the tests of real processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from workers.engine_client import EngineClient
from workers.tiny_gguf import lora_adapter, random_model

StartEngine = Callable[..., EngineClient]


@pytest.fixture
def start_engine(tmp_path: Path) -> Iterator[StartEngine]:
    """Start engine workers, the handshake made unless ``shake=False``; they end with the test."""
    clients: list[EngineClient] = []

    def start(
        environment: Mapping[str, str] | None = None,
        *,
        shake: bool = True,
        prefix: Sequence[str] = (),
    ) -> EngineClient:
        client = EngineClient(tmp_path / f"engine-{len(clients)}.log", environment, prefix)
        clients.append(client)
        if shake:
            client.shake_hands()
        return client

    yield start
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def shared_engine(
    tmp_path_factory: pytest.TempPathFactory, tiny_model: Path
) -> Iterator[EngineClient]:
    """One engine worker for the tests of a file, which starts it once instead of for each.

    It loads a model at once, so that all its processes are there before the first test counts them.
    """
    client = EngineClient(tmp_path_factory.mktemp("engine") / "engine.log")
    client.shake_hands()
    client.load(tiny_model)
    yield client
    client.close()


@pytest.fixture
def engine(shared_engine: EngineClient) -> EngineClient:
    """The file's engine worker, idle; it may hold a model of another test."""
    shared_engine.drain()
    return shared_engine


@pytest.fixture
def fresh_engine(start_engine: StartEngine) -> EngineClient:
    """An engine worker of the test's own, which it may break."""
    return start_engine()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights, a ChatML template, 1,024 tokens of context."""
    return random_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="session")
def tiny_adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA adapter for ``tiny_model``."""
    return lora_adapter(tmp_path_factory.mktemp("lora") / "lora.gguf")


@pytest.fixture
def tiny_engine(engine: EngineClient, tiny_model: Path) -> EngineClient:
    """The file's engine worker with the tiny model, nothing cached."""
    engine.load(tiny_model)
    return engine


@pytest.fixture
def fresh_tiny_engine(fresh_engine: EngineClient, tiny_model: Path) -> EngineClient:
    """An engine worker of the test's own with the tiny model."""
    fresh_engine.load(tiny_model)
    return fresh_engine
