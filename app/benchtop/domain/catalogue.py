"""The catalogue of small models that comes with Benchtop.

Its format is our own (``models/catalog.json``; its ``fields`` say what each field means). Nothing here
asks the network: what the catalogue says is as old as the day it was compiled.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal, TypeGuard, get_args

ModelKind = Literal["chat", "embedding"]
FORMAT = 1
LONGEST_CATALOGUE = 4_000_000
LANGUAGE_NAMES = {
    "ar": "Arabic", "cs": "Czech", "de": "German", "en": "English", "es": "Spanish",
    "fr": "French", "hi": "Hindi", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "th": "Thai", "ur": "Urdu", "zh": "Chinese",
}  # fmt: skip
"""English names by their ISO 639-1 codes, of the languages that the catalogue names."""

_LARGEST_COUNT = 10**15
_LONGEST_TEXT = 2_000
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """Where facts were read: an https address, a few words on it, and the fields it supports."""

    where: str
    supports: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class OtherRepository:
    """Another repository of the same model; what is not known is empty or None."""

    repo: str
    quantisations: tuple[str, ...] = ()
    gated: bool | None = None


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """One model. What was not seen is empty, 0 or None; nothing in it was checked against the Hub.

    ``repo`` holds the GGUF files and ``base_repo`` the model they were made from, both as
    OWNER/NAME; ``card`` is the https address of its model card. ``parameters`` is rough,
    ``context_length`` is in tokens, ``languages`` are ISO 639-1 codes, ``reasoning`` says whether it
    thinks before it answers unless told not to, ``licence`` is the Hub's tag.
    """

    id: str
    name: str
    family: str
    kind: ModelKind
    repo: str
    card: str
    licence: str
    parameters: int
    quantisations: tuple[str, ...]
    base_repo: str = ""
    licence_note: str = ""
    gated: bool | None = None
    context_length: int = 0
    context_note: str = ""
    languages: tuple[str, ...] = ()
    languages_note: str = ""
    reasoning: bool | None = None
    good_for: str = ""
    notes: str = ""
    other_repos: tuple[OtherRepository, ...] = ()
    sources: tuple[CatalogueSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every model, small ones first; ``compiled`` is the day as YYYY-MM-DD."""

    compiled: str
    compiled_from: str
    models: tuple[CatalogueModel, ...]


def parse_catalogue(text: str) -> Catalogue:
    """The catalogue in a JSON text; fields it does not know are ignored.

    Raises ValueError with one sentence for a damaged file and for one of another format.
    """
    if len(text) > LONGEST_CATALOGUE:
        raise _damaged(f"it is longer than {LONGEST_CATALOGUE:,} characters")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged("it is no JSON") from error
    if not isinstance(whole, dict):
        raise _damaged("it is no JSON object")
    version = whole.get("format")
    if version != FORMAT or isinstance(version, bool):
        shown = version if isinstance(version, int) else "of another kind"
        raise ValueError(
            f"The catalogue of models is in format {shown} and this Benchtop reads format {FORMAT}: "
            "update Benchtop."
        )
    catalogue = _Fields(whole, "the catalogue")
    found = [_model(entry) for entry in catalogue.objects("models")]
    if not found or len({model.id for model in found}) != len(found):
        raise _damaged("two models have the same id" if found else "it names no model")
    return Catalogue(
        compiled=catalogue.text("compiled", required=True),
        compiled_from=catalogue.text("compiled_from", required=True),
        models=tuple(sorted(found, key=lambda model: (model.parameters, model.id))),
    )


def language_name(code: str) -> str:
    """The English name of a language; the code itself where it is not in LANGUAGE_NAMES."""
    return LANGUAGE_NAMES.get(code, code)


def _model(fields: _Fields) -> CatalogueModel:
    name = fields.text("id", required=True)
    fields = _Fields(fields.values, f"the model “{name[:80]}”")
    kind = fields.text("kind", required=True)
    if kind not in get_args(ModelKind):
        raise _damaged(f"{fields.whose} is of an unknown kind")
    return CatalogueModel(
        id=name,
        name=fields.text("name", required=True),
        family=fields.text("family", required=True),
        kind="embedding" if kind == "embedding" else "chat",
        repo=fields.repository("repo", required=True),
        card=fields.address("card"),
        licence=fields.text("licence", required=True),
        parameters=fields.count("parameters", least=1),
        quantisations=fields.texts("quantisations"),
        base_repo=fields.repository("base_repo"),
        licence_note=fields.text("licence_note"),
        gated=fields.yes_or_no("gated"),
        context_length=fields.count("context_length"),
        context_note=fields.text("context_note"),
        languages=fields.texts("languages"),
        languages_note=fields.text("languages_note"),
        reasoning=fields.yes_or_no("reasoning"),
        good_for=fields.text("good_for"),
        notes=fields.text("notes"),
        other_repos=tuple(map(_other, fields.objects("other_repos"))),
        sources=tuple(map(_source, fields.objects("sources"))),
    )


def _other(fields: _Fields) -> OtherRepository:
    return OtherRepository(
        fields.repository("repo", required=True),
        fields.texts("quantisations"),
        fields.yes_or_no("gated"),
    )


def _source(fields: _Fields) -> CatalogueSource:
    return CatalogueSource(fields.address("where"), fields.texts("supports"), fields.text("note"))


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of a JSON object, each checked as it is read; ``whose`` begins the complaint."""

    values: dict[str, object]
    whose: str

    def text(self, name: str, *, required: bool = False) -> str:
        value = self.values.get(name, "")
        if not _is_line(value) or (required and not value.strip()):
            raise self._wrong(name)
        return value

    def address(self, name: str) -> str:
        value = self.text(name)
        if not value.startswith("https://") or " " in value:
            raise self._wrong(name)
        return value

    def repository(self, name: str, *, required: bool = False) -> str:
        value = self.text(name, required=required)
        if value and not _REPOSITORY.fullmatch(value):
            raise self._wrong(name)
        return value

    def count(self, name: str, *, least: int = 0) -> int:
        value = self.values.get(name, 0)
        if type(value) is not int or not least <= value <= _LARGEST_COUNT:
            raise self._wrong(name)
        return value

    def yes_or_no(self, name: str) -> bool | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(map(_is_line, value)):
            raise self._wrong(name)
        return tuple(value)

    def objects(self, name: str) -> list[_Fields]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or any(not isinstance(part, dict) for part in value):
            raise self._wrong(name)
        return [_Fields(part, self.whose) for part in value]

    def _wrong(self, name: str) -> ValueError:
        return _damaged(f"{self.whose} has no sound field “{name}”")


def _is_line(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_TEXT


def _damaged(detail: str) -> ValueError:
    return ValueError(
        f"The catalogue of models that comes with Benchtop is damaged ({detail}): "
        "install Benchtop again."
    )
