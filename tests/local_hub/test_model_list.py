"""Searching models, as HfApi.list_models asks."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2
import pytest
from huggingface_hub.errors import BadRequestError

from local_hub.hub import LocalHub
from local_hub.real_client import Client
from local_hub.repository import Repository

QWEN, LLAMA, SMOL, SECRET = "Qwen/Qwen3-0.6B-GGUF", "meta/Llama-3-1B", "lab/smol-gguf", "lab/secret"


@pytest.fixture
def full(hub: LocalHub) -> LocalHub:
    """Four repositories of different kinds."""
    qwen = {"total": 600_000_000, "architecture": "qwen3", "context_length": 32_768}
    hub.add(
        Repository(
            QWEN,
            {"q.gguf": b"q"},
            licence="apache-2.0",
            languages=["en", "zh"],
            gguf=qwen,
            downloads=50,
            likes=1,
            trending=2,
            last_modified=datetime(2026, 5, 1, tzinfo=UTC),
        )
    )
    hub.add(
        Repository(
            LLAMA,
            {"model.safetensors": b"l"},
            licence="llama3",
            languages=["en"],
            gated="manual",
            downloads=90,
            likes=5,
            last_modified=datetime(2025, 5, 1, tzinfo=UTC),
        )
    )
    hub.add(
        Repository(
            SMOL,
            {"s.gguf": b"s"},
            licence="mit",
            tags=["tiny"],
            base_model="lab/smol",
            pipeline="feature-extraction",
            downloads=10,
            likes=9,
            trending=1,
            gguf={"total": 3_000_000},
        )
    )
    hub.add(Repository(SECRET, private=True, readers={"ada"}, downloads=1))
    return hub


def names(client: Client, **asked: object) -> list[str]:
    """The ids that a search finds, in order."""
    return [model.id for model in client.api.list_models(**asked)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "gguf QWEN"}, [QWEN]),
        ({"search": "lab/"}, [SMOL]),
        ({"author": "meta"}, [LLAMA]),
        ({"filter": "gguf"}, [QWEN, SMOL]),
        ({"filter": ["gguf", "license:mit"]}, [SMOL]),
        ({"filter": ["en"], "sort": "downloads"}, [LLAMA, QWEN]),
        ({"filter": "tiny"}, [SMOL]),
        ({"filter": "base_model:lab/smol"}, [SMOL]),
        ({"filter": "license:gpl-3.0"}, []),
        ({"pipeline_tag": "feature-extraction"}, [SMOL]),
        ({"gated": True}, [LLAMA]),
        ({"gated": False}, [QWEN, SMOL]),
        ({"num_parameters": "min:1M,max:0.5B"}, [SMOL]),
        ({"num_parameters": "min:100M"}, [QWEN]),
        ({"search": "nothing like it"}, []),
    ],
)
def test_a_search_finds_what_the_hub_would_find(
    full: LocalHub, client: Client, asked: dict[str, object], found: list[str]
) -> None:
    assert names(client, **asked) == found


@pytest.mark.parametrize(
    ("order", "first_to_last"),
    [
        ("downloads", [LLAMA, QWEN, SMOL]),
        ("likes", [SMOL, LLAMA, QWEN]),
        ("last_modified", [QWEN, SMOL, LLAMA]),
        ("trending_score", [QWEN, SMOL, LLAMA]),
        (None, [QWEN, SMOL, LLAMA]),
    ],
)
def test_the_largest_comes_first(
    full: LocalHub, client: Client, order: str | None, first_to_last: list[str]
) -> None:
    assert names(client, sort=order) == first_to_last


def test_the_direction_can_be_turned_round(full: LocalHub) -> None:
    asked = {"sort": "downloads", "direction": "1"}
    with httpx2.Client() as plain:
        found = plain.get(f"{full.url}/api/models", params=asked).json()
    assert [one["id"] for one in found] == [SMOL, QWEN, LLAMA]


def test_a_private_repository_is_listed_for_its_readers_only(
    full: LocalHub, client: Client
) -> None:
    assert names(client, search="secret") == []
    assert names(client, search="secret", token="hf_ada") == [SECRET]


def test_expand_brings_what_was_named_and_nothing_else(full: LocalHub, client: Client) -> None:
    wanted = ["gguf", "gated", "lastModified", "siblings"]
    (model,) = client.api.list_models(search="qwen", expand=wanted)  # type: ignore[arg-type]
    assert model.gguf == {"total": 600_000_000, "architecture": "qwen3", "context_length": 32_768}
    assert model.gated is False
    assert model.last_modified == datetime(2026, 5, 1, tzinfo=UTC)
    assert [sibling.rfilename for sibling in model.siblings or []] == ["q.gguf"]
    assert (model.downloads, model.tags, model.sha) == (None, None, None)
    assert full.requests[-1].every("expand") == wanted


def test_full_and_card_data_add_to_what_is_always_there(full: LocalHub, client: Client) -> None:
    (brief,) = client.api.list_models(search="qwen")
    assert (brief.downloads, brief.likes, brief.private) == (50, 1, False)
    assert (brief.sha, brief.card_data) == (None, None)
    (whole,) = client.api.list_models(search="qwen", full=True, cardData=True)
    assert whole.sha is not None
    assert whole.author == "Qwen"
    assert whole.card_data is not None
    assert whole.card_data.license == "apache-2.0"
    assert whole.card_data.language == ["en", "zh"]


@pytest.mark.parametrize("asked", [{"sort": "beauty"}, {"expand": ["beauty"]}])
def test_what_the_hub_does_not_know_is_a_bad_request(
    full: LocalHub, client: Client, asked: dict[str, object]
) -> None:
    with pytest.raises(BadRequestError, match="beauty"):
        names(client, **asked)


def test_long_lists_come_in_pages(hub: LocalHub, client: Client) -> None:
    for number in range(1203):
        hub.add(Repository(f"many/model-{number:04}", downloads=number))
    found = names(client, author="many", sort="downloads")
    assert found == [f"many/model-{number:04}" for number in reversed(range(1203))]
    assert len(hub.requests) == 2
    hub.forget_requests()
    assert len(names(client, author="many", limit=7)) == 7
    assert len(hub.requests) == 1
    hub.forget_requests()
    pages = client.api.list_models(author="many", limit=2000)
    assert len(list(pages)) == 1203
    first, second = hub.requests
    assert second.query["cursor"] != first.query.get("cursor")
    assert second.peer == first.peer  # one connection


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=bm86NQ==", "limit=0", "limit=x"])
def test_a_page_that_cannot_be_is_refused(hub: LocalHub, query: str) -> None:
    with httpx2.Client() as plain:
        assert plain.get(f"{hub.url}/api/models?{query}").status_code == 400
