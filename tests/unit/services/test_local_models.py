"""Finding the models of other programs: real files in the folders these programs make."""

import json
from pathlib import Path

import pytest

from benchtop.services.local_models import find_local
from benchtop.services.local_places import Place
from unit.services.local_layouts import (
    COMMIT,
    LIBRARY,
    adapter_bytes,
    find,
    in_hub,
    in_ollama,
    model_bytes,
    names,
    other_bytes,
    projector_bytes,
    put,
    put_text,
    sha256,
    shards,
)

# The Hub's cache


def test_a_snapshot_of_the_hub_says_repository_revision_and_check_sum(tmp_path: Path) -> None:
    shown = in_hub(tmp_path, "owner/name--x", "Q8/model-Q8_0.gguf")
    put_text(tmp_path / "models--owner--name--x/snapshots" / COMMIT / "README.md", "# card")
    (model,) = find(tmp_path, "hub")
    assert model.path == shown
    assert model.name == "owner/name--x:Q8/model-Q8_0.gguf"
    assert (model.repo, model.revision) == ("owner/name--x", COMMIT)
    assert model.remote_path == "Q8/model-Q8_0.gguf"
    assert model.sha256 == sha256(model_bytes())
    assert model.bytes == len(model_bytes())
    assert (model.architecture, model.quantisation) == ("llama", "Q8_0")
    assert model.program == "Program"
    assert model.projector is None


def test_a_blob_of_two_snapshots_is_told_at_the_one_of_the_main_branch(tmp_path: Path) -> None:
    for commit in ("a" * 40, COMMIT, "f" * 40):
        in_hub(tmp_path, "owner/name", "m.gguf", commit=commit)
    (model,) = find(tmp_path, "hub")
    assert model.revision == COMMIT


def test_what_the_cache_keeps_besides_models_is_left_out(tmp_path: Path) -> None:
    in_hub(tmp_path, "owner/data", "m.gguf")
    (tmp_path / "models--owner--data").rename(tmp_path / "datasets--owner--data")
    blobs = tmp_path / "models--owner--cut" / "blobs"
    put(blobs / f"{'0' * 64}.1a2b3c4d.incomplete", model_bytes()[:500])
    gone = in_hub(tmp_path, "owner/gone", "m.gguf", model_bytes("gone"))
    gone.resolve().unlink()
    put(tmp_path / "models--" / "snapshots" / COMMIT / "m.gguf")
    assert find(tmp_path, "hub") == []


def test_without_links_the_file_lies_in_the_snapshot_itself(tmp_path: Path) -> None:
    put(tmp_path / "models--owner--name/snapshots" / COMMIT / "m.gguf")
    (model,) = find(tmp_path, "hub")
    assert (model.repo, model.sha256) == ("owner/name", "")


# Ollama


def test_ollama_s_blob_is_told_by_the_name_of_its_manifest(tmp_path: Path) -> None:
    layers = {"model": model_bytes(), "template": b"{{ .Prompt }}", "license": b"MIT"}
    blob = in_ollama(tmp_path, f"{LIBRARY}/llama3.2/3b", layers)
    (model,) = find(tmp_path, "ollama")
    assert (model.name, model.path) == ("llama3.2:3b", blob)
    assert model.sha256 == sha256(model_bytes())
    assert model.own_name
    assert (model.repo, model.projector) == ("", None)


def test_a_blob_with_several_names_is_told_by_the_one_that_says_most(tmp_path: Path) -> None:
    for name in ("llama3.2/latest", "llama3.2/3b-instruct-q8_0", "llama3.2/3b"):
        in_ollama(tmp_path, f"{LIBRARY}/{name}", {"model": model_bytes()})
    assert names(tmp_path, "ollama") == ["llama3.2:3b"]


def test_names_of_other_owners_and_registries(tmp_path: Path) -> None:
    in_ollama(tmp_path, "registry.ollama.ai/ada/own/latest", {"model": model_bytes("1")})
    in_ollama(tmp_path, "hf.co/ada/Tiny-GGUF/Q8_0", {"model": model_bytes("2")})
    in_ollama(tmp_path, "ollama.com/library/new/1b", {"model": model_bytes("3")})
    found = {model.name: model.repo for model in find(tmp_path, "ollama")}
    assert found == {
        "ada/own:latest": "",
        "hf.co/ada/Tiny-GGUF:Q8_0": "ada/Tiny-GGUF",
        "new:1b": "",
    }


def test_ollama_s_projector_is_known_and_its_adapter_is_no_model(tmp_path: Path) -> None:
    layers = {"model": model_bytes(), "projector": projector_bytes(), "adapter": adapter_bytes()}
    in_ollama(tmp_path, f"{LIBRARY}/llava/7b", layers)
    (model,) = find(tmp_path, "ollama")
    assert model.projector == tmp_path / "blobs" / f"sha256-{sha256(projector_bytes())}"


def test_a_list_of_manifests_gives_what_llama_cpp_can_run(tmp_path: Path) -> None:
    in_ollama(tmp_path, "x/y/z/inner", {"model": model_bytes()})
    inner = (tmp_path / "manifests/x/y/z/inner").read_bytes()
    (tmp_path / "manifests/x/y/z/inner").unlink()
    put(tmp_path / "blobs" / f"sha256-{sha256(inner)}", inner)
    children = [
        {"runner": "mlx", "digest": f"sha256:{'1' * 64}"},
        {"runner": "llamacpp", "digest": f"sha256:{sha256(inner)}"},
    ]
    listed = put_text(tmp_path / "blobs" / "list", json.dumps({"manifests": children}))
    shown = tmp_path / "manifests-v2" / "ollama.com/library/both/1b"
    shown.parent.mkdir(parents=True)
    shown.symlink_to(listed)
    assert names(tmp_path, "ollama") == ["both:1b"]


DIGEST = f"sha256:{sha256(model_bytes())}"


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"layers": 3}',
        '{"layers": [3, null, {}]}',
        '{"layers": [{"mediaType": "application/vnd.ollama.image.model"}]}',
        '{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../x"}]}',
        json.dumps({"layers": [{"mediaType": "application/other", "digest": DIGEST}]}),
        json.dumps(
            {
                "layers": [
                    {
                        "mediaType": "application/vnd.ollama.image.model",
                        "digest": "sha256:" + "0" * 64,
                    }
                ]
            }
        ),
        json.dumps(
            {
                "layers": [
                    {"mediaType": "application/vnd.ollama.image.model", "digest": DIGEST, "size": 7}
                ]
            }
        ),
        '{"manifests": [{"digest": "sha256:' + "0" * 64 + '"}, 7]}',
    ],
)
def test_a_damaged_manifest_hides_nothing_but_itself(tmp_path: Path, manifest: str) -> None:
    in_ollama(tmp_path, f"{LIBRARY}/good/1b", {"model": model_bytes("good")})
    put(tmp_path / "blobs" / f"sha256-{sha256(model_bytes())}")
    put_text(tmp_path / "manifests" / LIBRARY / "bad/1b", manifest)
    assert names(tmp_path, "ollama") == ["good:1b"]


def test_an_unfinished_blob_of_ollama_is_left_out(tmp_path: Path) -> None:
    blob = in_ollama(tmp_path, f"{LIBRARY}/part/1b", {"model": model_bytes()})
    blob.rename(f"{blob}-partial")
    assert find(tmp_path, "ollama") == []


# LM Studio, GPT4All, Jan, llama.cpp, folders of a person


def test_lm_studio_s_folders_say_the_repository(tmp_path: Path) -> None:
    path = put(tmp_path / "owner/name-GGUF/name-Q8_0.gguf")
    put(tmp_path / "owner/name-GGUF/mmproj-name-F16.gguf", projector_bytes())
    (model,) = find(tmp_path, "publisher")
    assert (model.path, model.repo) == (path, "owner/name-GGUF")
    assert (model.name, model.remote_path) == ("owner/name-GGUF:name-Q8_0.gguf", "name-Q8_0.gguf")
    assert model.projector == tmp_path / "owner/name-GGUF/mmproj-name-F16.gguf"
    assert model.sha256 == model.revision == ""


def test_jan_s_model_is_called_as_jan_calls_it(tmp_path: Path) -> None:
    models = tmp_path / "llamacpp/models"
    path = put(models / "owner/Tiny-Q8_0/model.gguf")
    projector = put(models / "owner/Tiny-Q8_0/mmproj.gguf", projector_bytes())
    put_text(
        models / "owner/Tiny-Q8_0/model.yml",
        "model_path: llamacpp/models/owner/Tiny-Q8_0/model.gguf\n"
        "mmproj_path: 'llamacpp/models/owner/Tiny-Q8_0/mmproj.gguf'\n"
        'name: "Tiny \\"8\\""\nsize_bytes: 3\n',
    )
    (model,) = find(models, "jan", tmp_path)
    assert (model.path, model.name, model.projector) == (path, 'Tiny "8"', projector)


def test_jan_s_model_may_lie_anywhere_and_an_older_one_has_no_config(tmp_path: Path) -> None:
    models = tmp_path / "data/llamacpp/models"
    elsewhere = put(tmp_path / "Downloads/mine.gguf")
    put_text(models / "mine/model.yml", f"model_path: {elsewhere}\nsize_bytes: 3\n")
    put(models / "older-1b/model.gguf", model_bytes("older"))
    found = {model.name: model.path for model in find(models, "jan", tmp_path / "data")}
    assert found == {"mine": elsewhere, "older-1b": models / "older-1b/model.gguf"}


@pytest.mark.parametrize(
    "config",
    ["", "model_path:", "model_path: gone.gguf", "model_path: ../..", "\0", "model_path: a\0b"],
)
def test_a_damaged_config_of_jan_hides_nothing_but_itself(tmp_path: Path, config: str) -> None:
    put_text(tmp_path / "bad/model.yml", config)
    put(tmp_path / "good/model.gguf")
    assert names(tmp_path, "jan", tmp_path) == ["good"]


def test_an_unfinished_download_of_gpt4all_is_left_out(tmp_path: Path) -> None:
    put(tmp_path / "incomplete-whole.gguf")
    put(tmp_path / "done.gguf", model_bytes("done"))
    assert names(tmp_path) == ["done"]


def test_llama_cpp_s_cache_holds_both_layouts_and_a_file_is_told_once(tmp_path: Path) -> None:
    in_hub(tmp_path, "owner/name", "new.gguf")
    put(tmp_path / "owner_name_old.gguf", model_bytes("old"))
    places = [Place("llama.cpp", tmp_path, "hub"), Place("llama.cpp", tmp_path, "folder")]
    assert [model.name for model in find_local(places)] == [
        "owner/name:new.gguf",
        "owner_name_old",
    ]


# What is a model


def test_only_whole_language_models_are_told(tmp_path: Path) -> None:
    put(tmp_path / "good.GGUF")
    put(tmp_path / "adapter-Q4_K_M.gguf", adapter_bytes())
    put(tmp_path / "mmproj-good.gguf", projector_bytes())
    put(tmp_path / "old-projector.gguf", other_bytes("clip", words=3))
    put(tmp_path / "matrix.gguf", other_bytes("", kind="imatrix", words=3))
    put(tmp_path / "vocabulary.gguf", other_bytes("llama", tensors=0, words=20))
    put(tmp_path / "pictures.gguf", other_bytes("flux"))
    put(tmp_path / "steering.gguf", other_bytes("controlvector", words=3))
    put(tmp_path / "cut.gguf", model_bytes()[:-100])
    put(tmp_path / "text.gguf", b"I am no model")
    put(tmp_path / "empty.gguf", b"")
    put(tmp_path / "whole.gguf.part")
    put(tmp_path / "whole.gguf.incomplete")
    put(tmp_path / "whole.bin")
    assert names(tmp_path) == ["good"]


def test_a_merged_model_with_lora_in_its_name_is_a_model(tmp_path: Path) -> None:
    put(tmp_path / "tiny-lora-merged.gguf")
    assert names(tmp_path) == ["tiny-lora-merged"]


def test_shards_are_one_model_by_the_first(tmp_path: Path) -> None:
    parts = shards(tmp_path / "owner/name", "big-Q8_0", 3)
    (model,) = find(tmp_path, "publisher")
    assert model.path == parts[0]
    assert model.bytes == sum(part.stat().st_size for part in parts)
    parts[1].unlink()
    assert find(tmp_path, "publisher") == []


def test_shards_of_which_one_is_cut_short_are_no_model(tmp_path: Path) -> None:
    parts = shards(tmp_path, "big", 2)
    parts[1].write_bytes(parts[1].read_bytes()[:-10])
    assert find(tmp_path) == []


def test_a_first_shard_without_weights_is_a_model_still(tmp_path: Path) -> None:
    """llama-gguf-split --no-tensor-first-split keeps only the header there."""
    put(tmp_path / "big-00001-of-00002.gguf", other_bytes("llama", tensors=0, words=20))
    put(tmp_path / "big-00002-of-00002.gguf", other_bytes("llama"))
    assert names(tmp_path) == ["big"]


def test_a_projector_is_one_by_its_header_too(tmp_path: Path) -> None:
    put(tmp_path / "good.gguf")
    put(tmp_path / "mmproj-good.gguf", b"no projector at all")
    assert [model.projector for model in find(tmp_path)] == [None]
