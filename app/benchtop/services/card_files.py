"""Cards on the disk: a page for people and a JSON file beside it for programs."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import asdict, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import benchtop
from benchtop.domain.cards import CARD_VERSION, Card, CardMachine, CardModel
from benchtop.domain.compare_errors import CardInvalid, CardNewer
from benchtop.domain.contests import Contestant
from benchtop.domain.errors import BenchtopError, FileUnreadable
from benchtop.domain.gguf import read_header
from benchtop.domain.models import ModelFile
from benchtop.evaluation.card_html import card_to_html
from benchtop.evaluation.card_json import (
    CardFromLater,
    CardUnreadable,
    card_from_json,
    card_to_json,
)
from benchtop.services.data_folder import explain_write_error
from benchtop.services.machine_memory import total_memory
from benchtop.store.whole_file import replace_file

LARGEST = 200_000_000
"""Bytes of a file that is read as a card: a suite of 100,000 answers has about a tenth of that."""
_CPU_INFO = Path("/proc/cpuinfo")


def save_card(card: Card, page: Path) -> tuple[Path, Path]:
    """Write the page at ``page`` and the JSON beside it with the ending ``.json``; returns both places.

    The JSON, which holds all of it, comes first; each file is whole or as it was, whatever dies in
    between. Raises StoreFull or StoreReadOnly.
    """
    page = page if page.suffix.lower() in (".html", ".htm") else page.with_name(f"{page.name}.html")
    beside = page.with_suffix(".json")
    for path, text in ((beside, card_to_json(card)), (page, card_to_html(card))):
        try:
            replace_file(path, text.encode("utf-8", "replace"))
        except OSError as error:
            raise explain_write_error(error, path) from error
    return page, beside


def load_card(path: Path) -> Card:
    """The card of a JSON file, or of the one beside a page.

    Raises FileUnreadable, CardInvalid, and CardNewer for a card of a later Benchtop.
    """
    if path.suffix.lower() in (".html", ".htm"):
        path = path.with_suffix(".json")
    try:
        if path.stat().st_size > LARGEST:
            raise CardInvalid(path=str(path), detail="it is too large for a card")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CardInvalid(path=str(path), detail="it is not text in UTF-8") from error
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileUnreadable(path=str(path), detail=detail) from error
    try:
        return card_from_json(text)
    except CardFromLater as error:
        raise CardNewer(path=str(path), version=error.args[0], ours=CARD_VERSION) from error
    except CardUnreadable as error:
        raise CardInvalid(path=str(path), detail=str(error)) from error


def card_machine() -> CardMachine:
    """This machine and the versions of what decides the figures."""
    return CardMachine(
        processor=_processor(),
        cores=os.cpu_count() or 0,
        memory=total_memory(),
        system=f"{platform.system()} {platform.release()} ({platform.machine()})".strip(),
        python=platform.python_version(),
        benchtop=benchtop.__version__,
        llama_cpp=_version("llama-cpp-python"),
    )


def card_model(model: ModelFile) -> CardModel:
    """A model of the list as a card names it. Its file's header is read for the chat template, whose
    sum is empty where that cannot be done."""
    return CardModel(
        name=model.name,
        file=Path(model.path).name,
        bytes=model.bytes,
        sha256=model.sha256,
        quantisation=model.quantisation,
        architecture=model.architecture,
        template_sha256=_template_sum(model),
        repo=model.repo,
        revision=model.revision,
        licence=model.licence,
    )


_NOT_FACTS = ("name", "file", "sha256")


def file_facts(model: ModelFile) -> dict[str, str | int]:
    """What a contestant keeps of its file for a card: the other fields of a CardModel."""
    return {
        name: value for name, value in asdict(card_model(model)).items() if name not in _NOT_FACTS
    }


def contestant_model(one: Contestant, name: str) -> CardModel:
    """The model of a contestant as it was when it was asked, under a name that tells it apart."""
    kinds = {field.name: field.type for field in fields(CardModel) if field.name not in _NOT_FACTS}
    known: dict[str, Any] = {
        key: value for key, value in one.facts.items() if type(value).__name__ == kinds.get(key)
    }
    return CardModel(name, one.file, **{"bytes": 0, **known}, sha256=one.sha256)


def _template_sum(model: ModelFile) -> str:
    try:
        template = read_header(Path(model.path)).text("tokenizer.chat_template")
    except BenchtopError:
        return ""
    return hashlib.sha256(template.encode("utf-8", "replace")).hexdigest() if template else ""


def _processor() -> str:
    """The name a person knows it by: Linux tells it in a file only (proc(5))."""
    try:
        with _CPU_INFO.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name.strip() in ("model name", "Model"):
                    return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
