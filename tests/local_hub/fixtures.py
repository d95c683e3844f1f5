"""A fixture for other tests: import it in their conftest.py, and name it in ``__all__`` there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_hub.hub import LocalHub


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """A running Hub without repositories, where one called "ada" has the token "hf_ada"."""
    with LocalHub(tokens={"hf_ada": "ada"}) as running:
        yield running
