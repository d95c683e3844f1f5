"""The Hub as a process of its own, and the client in another, pointed at it by HF_ENDPOINT."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from local_hub.hub import LocalHub
from local_hub.repository import Repository

TESTS = Path(__file__).parents[1]
ASK = """
import json, pathlib, sys
from huggingface_hub import ModelCard, get_token, hf_hub_download, list_models, whoami
card = ModelCard.load("lab/starter")
path = hf_hub_download("lab/starter", "starter.gguf")
print(json.dumps({
    "found": [model.id for model in list_models(filter="gguf", search="starter", limit=5)],
    "licence": card.data.license,
    "path": path,
    "bytes": pathlib.Path(path).stat().st_size,
    "name": whoami()["name"] if get_token() else None,
}))
"""


@pytest.fixture
def folder(tmp_path: Path, starter_path: Path) -> Path:
    """A folder of one repository."""
    home = tmp_path / "repositories" / "lab" / "starter"
    home.mkdir(parents=True)
    shutil.copy(starter_path, home / "starter.gguf")
    (home / "README.md").write_text("---\nlicense: mit\n---\n# Starter\n", encoding="utf-8")
    (home / ".hub.json").write_text('{"licence": "mit", "downloads": 7}', encoding="utf-8")
    return tmp_path / "repositories"


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    """``python -m local_hub`` as a person starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "local_hub", str(folder), *options],
        cwd=TESTS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def endpoint(folder: Path) -> Iterator[str]:
    """HF_ENDPOINT of a Hub in its own process, where "ada" has a token; it ends well when told to."""
    with start(folder, "--lfs", "cdn", "--user", "ada=hf_ada") as process:
        assert process.stdout is not None
        name, _, address = process.stdout.readline().strip().partition("=")
        assert name == "HF_ENDPOINT"
        yield address
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")


def ask(environment: dict[str, str]) -> dict[str, object]:
    """What a process with these variables gets from its Hub."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_folder_is_served_to_a_client_with_hf_endpoint(
    endpoint: str, tmp_path: Path, starter_path: Path
) -> None:
    home = tmp_path / "hf"
    found = ask({"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_TOKEN": "hf_ada"})
    assert found["found"] == ["lab/starter"]
    assert found["licence"] == "mit"
    assert found["name"] == "ada"
    assert Path(str(found["path"])).read_bytes() == starter_path.read_bytes()
    assert str(found["path"]).startswith(str(home))
    with httpx2.Client() as plain:
        model = plain.get(f"{endpoint}/api/models/lab/starter").json()
    assert model["gguf"]["architecture"] == "llama"
    assert model["downloads"] == 7
    assert [one["rfilename"] for one in model["siblings"]] == ["README.md", "starter.gguf"]


def test_the_environment_of_a_hub_points_a_process_at_it(
    hub: LocalHub, tmp_path: Path, starter_path: Path
) -> None:
    hub.add(Repository("lab/starter", {"starter.gguf": starter_path}, licence="mit", card="# Hi"))
    found = ask(hub.environment(tmp_path / "hf") | {"HF_TOKEN": "", "HF_HUB_DISABLE_XET": "1"})
    assert (
        found["bytes"] == starter_path.stat().st_size == hub.bytes_sent("lab/starter/starter.gguf")
    )
    asked = [(request.method, request.path) for request in hub.requests]
    content = f"/cdn/lab/starter/{hub.requests[4].path.split('/')[4]}/starter.gguf"
    assert asked == [
        ("HEAD", "/lab/starter/resolve/main/README.md"),
        ("GET", "/lab/starter/resolve/main/README.md"),
        ("HEAD", "/lab/starter/resolve/main/starter.gguf"),
        ("HEAD", content),
        ("GET", content),
        ("GET", "/api/models"),
    ]


@pytest.mark.parametrize(
    ("about", "complaint"),
    [("{", "is not JSON"), ('{"beauty": 1}', "may only have these names"), ("[]", "may only have")],
)
def test_what_cannot_be_used_is_one_sentence(folder: Path, about: str, complaint: str) -> None:
    (folder / "lab" / "starter" / ".hub.json").write_text(about, encoding="utf-8")
    with start(folder) as process:
        out, errors = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "")
    assert complaint in errors
    assert "Traceback" not in errors


def test_a_folder_that_is_none_is_bad_usage(tmp_path: Path) -> None:
    with start(tmp_path / "nothing") as process:
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "is not a folder" in errors


def test_a_download_can_be_slowed_and_cut_by_hand(folder: Path, starter_path: Path) -> None:
    with start(folder, "--slow", "100000000", "--cut", "1000") as process:
        assert process.stdout is not None
        endpoint = process.stdout.readline().strip().partition("=")[2]
        address = f"{endpoint}/lab/starter/resolve/main/starter.gguf"
        with httpx2.Client(follow_redirects=True) as plain:
            with pytest.raises(httpx2.ReadError):
                plain.get(address)
            assert plain.get(address).content == starter_path.read_bytes()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
