"""Looking around on a local Hub with the real worker: whose header tells whose shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.memory import ModelShape
from benchtop.services.hub_browser import MOST_HEADERS, MOST_TRIES
from local_hub.faults import Refuse
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from unit.domain.gguf_files import write_gguf
from workers.hub_kit import HubKit, point_at
from workers.tiny_gguf import random_model

__all__ = ["hub"]

REPO = "org/owl-GGUF"


class Told:
    """Everything that a browser said, in the order it said it."""

    def __init__(self, kit: HubKit) -> None:
        self.kit = kit
        self.shapes: dict[str, ModelShape] = {}
        self.failed: dict[str, str] = {}
        self.cards: list[tuple[str, bool]] = []
        self.card_errors: list[str] = []
        self.choices: list[Any] = []
        browser = kit.browser
        browser.shape_read.connect(lambda _repo, base, shape: self.shapes.update({base: shape}))
        browser.shape_failed.connect(
            lambda _repo, base, error: self.failed.update({base: type(error).__name__})
        )
        browser.card_read.connect(lambda _repo, text, cut: self.cards.append((text, cut)))
        browser.card_failed.connect(
            lambda _repo, error: self.card_errors.append(type(error).__name__)
        )
        browser.opened.connect(lambda _repo, choices: self.choices.append(choices))

    def open(self, shapes: int, failed: int = 0) -> None:
        """Open the repository and wait until so much is known of its models."""
        self.kit.browser.open(REPO)
        self.kit.until(lambda: len(self.shapes) >= shapes and len(self.failed) >= failed)


@pytest.fixture
def kit(
    qtbot: QtBot, hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubKit]:
    point_at(hub, tmp_path / "hf", monkeypatch)
    made = HubKit(qtbot)
    yield made
    made.browser.close()
    made.close()


@pytest.fixture
def told(kit: HubKit) -> Told:
    return Told(kit)


@pytest.fixture
def owl(tmp_path: Path) -> bytes:
    """A sound header."""
    write_gguf(tmp_path / "owl.gguf")
    return (tmp_path / "owl.gguf").read_bytes()


@pytest.fixture
def tiny(tmp_path: Path) -> bytes:
    """Another model."""
    return random_model(tmp_path / "tiny.gguf").read_bytes()


def header_requests(hub: LocalHub) -> list[str]:
    return [request.path for request in hub.requests if request.path.endswith(".gguf")]


def test_each_model_is_judged_by_a_header_of_its_own(
    hub: LocalHub, told: Told, owl: bytes, tiny: bytes
) -> None:
    files = {"owl-Q8_0.gguf": owl + bytes(9), "owl-Q4_0.gguf": owl, "tiny-F32.gguf": tiny}
    hub.add(Repository(REPO, files))
    told.open(shapes=2)
    assert told.shapes["/owl"] != told.shapes["/tiny"]
    assert told.shapes["/tiny"].width
    asked = {path.rpartition("/")[2] for path in header_requests(hub)}
    assert asked == {"owl-Q4_0.gguf", "tiny-F32.gguf"}  # one for both quantisations of the owl


def test_a_damaged_header_is_not_the_end_of_its_model(
    hub: LocalHub, told: Told, owl: bytes
) -> None:
    hub.add(Repository(REPO, {"owl-Q2_K.gguf": b"no model", "owl-Q8_0.gguf": owl}))
    told.open(shapes=1)
    assert list(told.shapes) == ["/owl"]
    assert told.failed == {}


def test_a_model_without_a_sound_header_is_told_and_the_others_go_on(
    hub: LocalHub, told: Told, owl: bytes
) -> None:
    kinds = ("Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K")
    broken = {f"bad-{kind}.gguf": b"no model" * (n + 1) for n, kind in enumerate(kinds)}
    hub.add(Repository(REPO, {**broken, "owl-Q8_0.gguf": owl + bytes(9_000)}))
    told.open(shapes=1, failed=1)
    assert list(told.shapes) == ["/owl"]
    assert told.failed == {"/bad": "NotGguf"}
    tried = {path.rpartition("/")[2] for path in header_requests(hub)}
    assert len(tried & set(broken)) == MOST_TRIES


def test_a_hub_that_fails_is_not_asked_for_every_model(
    hub: LocalHub, told: Told, owl: bytes
) -> None:
    hub.add(Repository(REPO, {"owl-Q8_0.gguf": owl, "cat-Q8_0.gguf": owl, "dog-Q8_0.gguf": owl}))
    hub.fault("*.gguf*", Refuse(503), times=None)
    told.open(shapes=0, failed=3)
    assert set(told.failed.values()) == {"HubFailed"}
    assert len(header_requests(hub)) == 1
    hub.clear_faults()
    told.open(shapes=3)  # and when the page is opened again they are asked for


def test_of_thousands_of_models_few_headers_are_read_and_names_are_looked_at(
    hub: LocalHub, told: Told, owl: bytes
) -> None:
    files = {f"m{number:04}-Q8_0.gguf": owl for number in range(3_000)}
    hub.add(Repository(REPO, {**files, "../out-Q8_0.gguf": owl, "half-00001-of-00002.gguf": owl}))
    told.open(shapes=MOST_HEADERS)
    (choices,) = told.choices
    assert len(choices) == 3_002
    troubles = {choice.files[0].path for choice in choices if choice.trouble}
    assert troubles == {"../out-Q8_0.gguf", "half-00001-of-00002.gguf"}
    asked = {path.rpartition("/")[2] for path in header_requests(hub)}
    assert len(asked) == MOST_HEADERS
    assert not asked & {"out-Q8_0.gguf", "half-00001-of-00002.gguf"}


def test_a_card_that_failed_is_not_a_repository_without_one(
    hub: LocalHub, told: Told, owl: bytes
) -> None:
    hub.add(Repository(REPO, {"owl-Q8_0.gguf": owl}, card="# Owl"))
    hub.fault("*README.md*", Refuse(503))
    told.kit.browser.open(REPO)
    told.kit.until(lambda: told.card_errors)
    assert (told.card_errors, told.cards) == (["HubFailed"], [])
    hub.add(Repository("org/bare-GGUF", {"owl-Q8_0.gguf": owl}))
    told.kit.browser.open("org/bare-GGUF")
    told.kit.until(lambda: told.cards)
    assert told.cards == [("", False)]


def test_a_repository_that_was_left_is_not_told(hub: LocalHub, told: Told, owl: bytes) -> None:
    hub.add(Repository(REPO, {f"m{number:04}-Q8_0.gguf": owl for number in range(3_000)}))
    hub.add(Repository("org/other-GGUF", {"other-Q8_0.gguf": owl}))
    told.kit.browser.open(REPO)
    told.kit.browser.open("org/other-GGUF")
    told.kit.until(lambda: "/other" in told.shapes)
    assert [len(choices) for choices in told.choices] == [1]
