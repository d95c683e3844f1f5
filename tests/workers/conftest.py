"""Engine workers and tiny models for the tests of real processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchtop.protocol.tuning_messages import Train
from unit.tuning.teaching_sets import teaching_file
from workers.engine_client import EngineClient
from workers.tiny_gguf import lora_adapter, random_model
from workers.trainer_client import ONE_STEP, Run, TrainerClient, train_request

StartEngine = Callable[..., EngineClient]
StartTrainer = Callable[..., TrainerClient]
AskTrainer = Callable[..., Train]


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


@pytest.fixture
def start_trainer(tmp_path: Path) -> Iterator[StartTrainer]:
    """Start trainers, the handshake made; they end with the test."""
    clients: list[TrainerClient] = []

    def start(environment: Mapping[str, str] | None = None) -> TrainerClient:
        client = TrainerClient(tmp_path / f"trainer-{len(clients)}.log", environment)
        clients.append(client)
        client.shake_hands()
        return client

    yield start
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[TrainerClient]:
    """One for the tests of a file that leave it as it is: torch takes seconds to be there."""
    folder = tmp_path_factory.mktemp("trainer")
    client = TrainerClient(folder / "trainer.log")
    client.shake_hands()
    # Its threads are there before the first test counts what is running.
    client.train(train_request(tiny_model, teaching_file(folder), folder / "first", ONE_STEP))
    yield client
    client.close()


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some examples as tokens of ``tiny_model``."""
    return teaching_file(tmp_path_factory.mktemp("tokens"))


@pytest.fixture
def ask(tiny_model: Path, tokens: Path, tmp_path: Path) -> AskTrainer:
    """Requests to train ``tiny_model`` on ``tokens`` in a folder of the test's own, by its name; then come
    settings and other fields."""

    def asked(folder: str = "run", *words: Any, **changes: Any) -> Train:
        return train_request(tiny_model, tokens, tmp_path / folder, *words, **changes)

    return asked


@pytest.fixture(scope="module")
def undisturbed(
    trainer: TrainerClient,
    tiny_model: Path,
    tokens: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """A run that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    run = trainer.train(train_request(tiny_model, tokens, folder))
    assert run.ended.how == "done"
    return run
