"""Cards and repositories as the wiring would make them: the real catalogue, and made-up results."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

from benchtop.domain.catalogue import CatalogueModel, parse_catalogue
from benchtop.domain.quantisations import rough_bytes
from benchtop.ui.models.rows import CardRow, ChoiceRow, FitRow, RepositoryRow

MB, GB = 1_000_000, 1_000_000_000
FREE = 5 * GB
CATALOGUE = Path(__file__).parents[3] / "models" / "catalog.json"
FITS = (
    FitRow("easy", 4096, 4096, 900 * MB, FREE),
    FitRow("fits", 4096, 4096, 3 * GB, FREE, freed=400 * MB),
    FitRow("tight", 4096, 4096, 4_900 * MB, FREE),
    FitRow("smaller", 32768, 4096, 7 * GB, FREE),
    FitRow("no", 4096, 0, 22 * GB, FREE),
    FitRow(),
)


def fit_for(need: int, context: int = 4096) -> FitRow:
    """A verdict for a need of so many bytes at 4,096 tokens."""
    need = need + need * context // 16_384
    if need * 2 <= FREE:
        return FitRow("easy", context, context, need, FREE)
    if need <= FREE * 7 // 8:
        return FitRow("fits", context, context, need, FREE)
    if need <= FREE:
        return FitRow("tight", context, context, need, FREE)
    return FitRow("smaller" if need < FREE * 2 else "no", context, 2048, need, FREE)


def catalogue_cards() -> list[CardRow]:
    """The catalogue that comes with Benchtop."""
    models = parse_catalogue(CATALOGUE.read_text(encoding="utf-8")).models
    return [card_of(model) for model in models]


def card_of(model: CatalogueModel) -> CardRow:
    """A card of a model of the catalogue."""
    return CardRow(
        id=model.repo,
        name=model.name,
        owner=model.repo.partition("/")[0],
        good_for=model.good_for,
        parameters=model.parameters,
        context_length=model.context_length,
        licence=model.licence,
        languages=model.languages,
        any_language=bool(model.languages_note),
        architecture=model.family,
        reasoning=bool(model.reasoning),
        embedding=model.kind == "embedding",
        gated=bool(model.gated),
        here=model.id == "qwen3-0.6b",
        fit=fit_for(rough_bytes(model.parameters, "Q4_K_M") + 200 * MB),
    )


def found_cards(count: int, start: int = 0) -> list[CardRow]:
    """Repositories as a search finds them."""
    fits, owners = (
        cycle(FITS),
        cycle(("bartowski", "unsloth", "mradermacher", "lmstudio-community")),
    )
    names = cycle(
        ("Qwen3-{n}B-Instruct-GGUF", "Llama-3.2-{n}B-A-Rather-Long-Name-Of-A-Merge-v{n}-i1-GGUF")
    )
    rows = []
    for number, fit, owner, name in zip(range(start + count), fits, owners, names, strict=False):
        title = name.format(n=number)
        rows.append(
            CardRow(
                id=f"{owner}/{title}",
                name=title,
                owner=owner,
                parameters=(number % 9 + 1) * GB // 2,
                context_length=32768 if number % 3 else 0,
                licence=("apache-2.0", "llama3.2", "", "other")[number % 4],
                languages=(("en",), ("en", "de", "fr", "es"), ())[number % 3],
                downloads=1_234_567 // (number + 1),
                likes=number * 7 % 300,
                updated=1_790_000_000.0 - number * 86_400,
                reasoning=number % 4 == 1,
                gated=number % 5 == 2,
                embedding=number % 7 == 6,
                here=number == 1,
                fit=fit,
            )
        )
    return rows[start:]


def choice(quantisation: str, parameters: int = 4 * GB, **values: Any) -> ChoiceRow:
    """A choice of a repository, with the verdict for its size."""
    size = rough_bytes(parameters, quantisation)
    row = ChoiceRow(
        key=quantisation,
        quantisation=quantisation,
        name=f"Model-{quantisation}",
        bytes=size,
        fit=fit_for(size),
    )
    return replace(row, **values)


def repository(**values: Any) -> RepositoryRow:
    """A repository with the usual quantisations in every state."""
    names = ("Q2_K", "Q3_K_M", "IQ4_XS", "Q4_K_M", "UD-Q4_K_XL", "Q5_K_M", "Q6_K", "Q8_0", "BF16")
    choices = [choice(name) for name in names]
    choices[0] = choice("Q2_K", trouble="The repository holds 2 of the 3 parts of it.")
    choices[2] = choice("IQ4_XS", state="here")
    choices[5] = choice("Q5_K_M", state="downloading", progress=0.42)
    choices[8] = choice("BF16", parts=3, projector_bytes=850 * MB)
    row = RepositoryRow(
        id="ggml-org/gemma-3-4b-it-GGUF",
        name="gemma-3-4b-it-GGUF",
        owner="ggml-org",
        good_for="Questions and answers, summaries and reasoning in many languages.",
        licence="gemma",
        gating="manual",
        updated=1_790_000_000.0,
        downloads=1_234_567,
        likes=345,
        parameters=4 * GB,
        context_length=131_072,
        architecture="gemma3",
        languages=("en", "de", "fr"),
        choices=tuple(choices),
    )
    return replace(row, **values)
