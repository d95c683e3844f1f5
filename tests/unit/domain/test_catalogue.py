from __future__ import annotations

import json
import re
from typing import Any

import pytest

from benchtop.domain.catalogue import (
    LANGUAGE_NAMES,
    LONGEST_CATALOGUE,
    Catalogue,
    CatalogueModel,
    language_name,
    parse_catalogue,
)
from benchtop.domain.quantisations import quantisation_of, rough_bytes
from benchtop.resources import starter_model

TEXT = (starter_model().parents[1] / "catalog.json").read_text(encoding="utf-8")
ENTRIES: list[dict[str, Any]] = json.loads(TEXT)["models"]
OPEN = {"apache-2.0", "mit"}
LICENCES = OPEN | {"gemma", "llama3.1", "llama3.2", "lfm1.0", "falcon-llm-license"}
HUB = "https://huggingface.co/"
# What needs no source of its own: names, and what only repeats other fields.
UNSOURCED = {"id", "name", "family", "kind", "card", "sources"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return parse_catalogue(TEXT)


def entry(**fields: object) -> dict[str, object]:
    base: dict[str, object] = {
        "id": "tiny", "name": "Tiny", "family": "Tiny", "kind": "chat", "repo": "maker/Tiny-GGUF",
        "card": HUB + "maker/Tiny", "licence": "mit", "parameters": 1_000, "quantisations": ["Q8_0"],
    }  # fmt: skip
    return base | fields


def text_of(*entries: object, **fields: object) -> str:
    whole = {"format": 1, "compiled": "2026-11-21", "compiled_from": "A test.", "models": entries}
    return json.dumps(whole | fields)


def names(models: tuple[CatalogueModel, ...]) -> list[str]:
    return [model.id for model in models]


def test_the_shipped_catalogue_says_what_it_is(catalogue: Catalogue) -> None:
    assert catalogue.compiled == "2026-11-21"
    assert "Nothing was checked against the live Hub" in catalogue.compiled_from
    assert 25 <= len(catalogue.models) <= 28
    assert [model.kind for model in catalogue.models].count("embedding") == 2
    sizes = [model.parameters for model in catalogue.models]
    assert sizes == sorted(sizes)
    assert sizes[0] >= 100_000_000
    assert sizes[-1] <= 8_000_000_000


@pytest.mark.parametrize("raw", ENTRIES, ids=[raw["id"] for raw in ENTRIES])
def test_every_entry_has_what_a_card_needs(raw: dict[str, Any], catalogue: Catalogue) -> None:
    model = next(model for model in catalogue.models if model.id == raw["id"])
    assert model.card in (HUB + model.base_repo, HUB + model.repo)
    assert re.fullmatch(r"[a-z0-9.-]+", model.id)
    assert model.repo.lower().endswith("gguf")
    assert model.licence in LICENCES
    assert bool(model.licence_note) is (model.licence not in OPEN)
    assert model.quantisations
    assert [quantisation_of(name) for name in model.quantisations] == list(model.quantisations)
    assert 2_048 <= model.context_length <= 262_144
    assert set(model.languages) <= set(LANGUAGE_NAMES)
    assert model.languages or model.languages_note
    for sentence in (model.good_for, model.notes, model.licence_note, model.context_note):
        assert sentence == "" or sentence.endswith((".", "use."))
    assert model.good_for


@pytest.mark.parametrize("raw", ENTRIES, ids=[raw["id"] for raw in ENTRIES])
def test_every_fact_has_a_public_source(raw: dict[str, Any]) -> None:
    sourced = {fact for source in raw["sources"] for fact in source["supports"]}
    assert set(raw) - UNSOURCED == sourced
    for source in raw["sources"]:
        assert re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]{2,}/[!-~]+", source["where"])


def test_a_plain_file_is_read_and_unknown_fields_are_ignored() -> None:
    found = parse_catalogue(text_of(entry(gated=True, colour="blue"), news=["x"]))
    assert found.models == (
        CatalogueModel("tiny", "Tiny", "Tiny", "chat", "maker/Tiny-GGUF", HUB + "maker/Tiny", "mit",
                       1_000, ("Q8_0",), gated=True),
    )  # fmt: skip
    assert (found.models[0].context_length, found.models[0].reasoning) == (0, None)


@pytest.mark.parametrize("version", [2, 0, -1, True, None, "1", {"a": 1}, [[]], 10**30])
def test_another_format_is_refused_with_a_sentence(version: object) -> None:
    with pytest.raises(
        ValueError, match=r"^The catalogue of models is in format .*update Benchtop"
    ):
        parse_catalogue(text_of(entry(), format=version))


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "{",
        "[1]",
        "7",
        "[" * 100_000,
        TEXT[: len(TEXT) // 2],
        " " * (LONGEST_CATALOGUE + 1),
        '{"format": 1' + "0" * 5_000 + "}",
        text_of(),
        text_of(entry(), entry()),
        text_of("tiny"),
        text_of(models={}),
        text_of(entry(), compiled=""),
        text_of(entry(), compiled_from=3),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_damaged_file_is_refused_with_a_sentence(damaged: str) -> None:
    with pytest.raises(ValueError, match=r"is damaged \(.+\): install Benchtop again\.$"):
        parse_catalogue(damaged)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", ""),
        ("id", ["tiny"]),
        ("name", " "),
        ("kind", "song"),
        ("repo", "../../etc/passwd"),
        ("repo", "maker"),
        ("repo", "maker/a/b"),
        ("base_repo", "maker/\u202eTiny"),
        ("card", "http://huggingface.co/maker/Tiny"),
        ("card", "file:///etc/passwd"),
        ("card", "https://a b"),
        ("licence", None),
        ("parameters", -1),
        ("parameters", 0),
        ("parameters", True),
        ("parameters", 1.5),
        ("parameters", 10**16),
        ("parameters", "1B"),
        ("context_length", -4),
        ("gated", "no"),
        ("reasoning", 0),
        ("quantisations", "Q8_0"),
        ("quantisations", [8]),
        ("languages", ["e\x00"]),
        ("good_for", "x" * 2_001),
        ("notes", "two\nlines"),
        ("notes", "\ud800"),
        ("sources", [1]),
        ("sources", [{"where": "ftp://x", "supports": []}]),
        ("other_repos", [{"repo": ""}]),
    ],
)
def test_an_absurd_field_is_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"is damaged \(.+\): install Benchtop again\.$") as caught:
        parse_catalogue(text_of(entry(**{name: value})))
    assert len(str(caught.value)) < 250


def test_every_language_has_a_name(catalogue: Catalogue) -> None:
    assert {code for model in catalogue.models for code in model.languages} == set(LANGUAGE_NAMES)
    assert language_name("de") == "German"
    assert language_name("xx") == "xx"


def test_the_rough_size_is_near_the_real_one(catalogue: Catalogue) -> None:
    # Bytes of these files as the sources of the entries give them.
    real = {
        ("qwen3-0.6b", "Q8_0"): 639_446_688,
        ("llama-3.2-1b-instruct", "Q4_K_M"): 807_694_464,
        ("qwen3.5-2b", "Q4_K_M"): 1_280_835_840,
        ("gemma-4-e2b-it", "Q4_K_M"): 3_106_738_272,
        ("phi-4-mini-instruct", "Q4_K_M"): 2_491_874_272,
        ("llama-3.1-8b-instruct", "Q4_K_M"): 4_920_739_232,
    }
    sizes = {model.id: model.parameters for model in catalogue.models}
    for (name, quantisation), size in real.items():
        assert rough_bytes(sizes[name], quantisation) == pytest.approx(size, rel=0.12)
