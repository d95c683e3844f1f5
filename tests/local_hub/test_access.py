"""Tokens, gates and what is kept from strangers, with the exceptions that the client makes of them."""

from __future__ import annotations

import pytest
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    LocalTokenNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from local_hub.hub import LocalHub
from local_hub.real_client import Client
from local_hub.repository import Repository

FILES = {"a.gguf": b"weights"}


def status_of(error: pytest.ExceptionInfo[HfHubHTTPError]) -> int:
    """Of the response that the exception was made of."""
    return error.value.response.status_code


@pytest.mark.parametrize("gate", ["auto", "manual"])
def test_a_gated_repository_shows_its_facts_and_guards_its_files(
    hub: LocalHub, client: Client, gate: str
) -> None:
    hub.add(Repository("lab/gated", FILES, gated=gate, card="Please ask."))  # type: ignore[arg-type]
    info = client.api.model_info("lab/gated", files_metadata=True)
    assert info.gated == gate
    assert {sibling.rfilename: sibling.size for sibling in info.siblings or []}["a.gguf"] == 7
    with pytest.raises(GatedRepoError, match="Please log in") as stranger:
        client.metadata("lab/gated", "a.gguf")
    assert status_of(stranger) == 401
    with pytest.raises(GatedRepoError, match="not in the authorized list") as known:
        client.metadata("lab/gated", "a.gguf", token="hf_ada")
    assert status_of(known) == 403
    with pytest.raises(GatedRepoError):
        client.download("lab/gated", "README.md")
    with pytest.raises(GatedRepoError):
        client.api.auth_check("lab/gated", token="hf_ada")


def test_who_has_asked_waits_and_who_was_let_in_reads(hub: LocalHub, client: Client) -> None:
    repository = hub.add(Repository("lab/gated", FILES, gated="manual", waiting={"ada"}))
    with pytest.raises(GatedRepoError, match="awaiting a review"):
        client.fetch("lab/gated", "a.gguf", token="hf_ada")
    repository.readers = {"ada"}
    assert client.fetch("lab/gated", "a.gguf", token="hf_ada") == b"weights"
    assert client.download("lab/gated", "a.gguf", token="hf_ada") == b"weights"
    client.api.auth_check("lab/gated", token="hf_ada")


def test_a_private_repository_is_not_there_for_others(hub: LocalHub, client: Client) -> None:
    repository = hub.add(Repository("lab/private", FILES, private=True))
    for token, status in ((False, 401), ("hf_ada", 404)):
        with pytest.raises(RepositoryNotFoundError) as caught:
            client.api.model_info("lab/private", token=token)
        assert status_of(caught) == status
    with pytest.raises(RepositoryNotFoundError) as missing:
        client.api.model_info("lab/nothing")
    assert status_of(missing) == 401
    assert not isinstance(missing.value, GatedRepoError)
    repository.readers = {"ada"}
    assert client.api.model_info("lab/private", token="hf_ada").private is True
    assert client.download("lab/private", "a.gguf", token="hf_ada") == b"weights"


def test_a_token_that_nobody_has_is_refused_even_for_public_files(
    hub: LocalHub, client: Client
) -> None:
    hub.add(Repository("lab/open", FILES))
    with pytest.raises(HfHubHTTPError, match="Invalid credentials") as caught:
        client.api.model_info("lab/open", token="hf_nobody")
    assert status_of(caught) == 401
    assert not isinstance(caught.value, RepositoryNotFoundError)
    with pytest.raises(HfHubHTTPError, match="Invalid credentials"):
        client.fetch("lab/open", "a.gguf", token="hf_nobody")


def test_whoami_knows_the_owner_of_a_token(hub: LocalHub, client: Client) -> None:
    assert client.api.whoami(token="hf_ada")["name"] == "ada"
    assert hub.requests[-1].token == "hf_ada"
    with pytest.raises(HfHubHTTPError, match="Invalid user token"):
        client.api.whoami(token="hf_nobody")
    with pytest.raises(LocalTokenNotFoundError):
        client.api.whoami(token=True)
    assert len(hub.requests) == 2


def test_a_disabled_repository_says_so(hub: LocalHub, client: Client) -> None:
    hub.add(Repository("lab/off", FILES, disabled=True))
    with pytest.raises(DisabledRepoError):
        client.api.model_info("lab/off")
    with pytest.raises(DisabledRepoError):
        client.metadata("lab/off", "a.gguf")


def test_strange_revisions_are_refused_in_one_line(hub: LocalHub, client: Client) -> None:
    hub.add(Repository("lab/open", FILES))
    with pytest.raises(RevisionNotFoundError):
        client.api.model_info("lab/open", revision="no\r\nSet-Cookie: a=b ü")
    with pytest.raises(RevisionNotFoundError):
        client.api.model_info("lab/open", revision="refs/pr/1")
