"""Names and plain words for the licences that models come with, by the Hub's tags."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def _tr(text: str) -> str:
    return QCoreApplication.translate("LicenceWords", text)


_NAMES = {
    "apache-2.0": "Apache 2.0",
    "mit": "MIT",
    "gemma": "Gemma",
    "llama2": "Llama 2",
    "llama3": "Llama 3",
    "llama3.1": "Llama 3.1",
    "llama3.2": "Llama 3.2",
    "llama3.3": "Llama 3.3",
    "llama4": "Llama 4",
    "lfm1.0": "LFM 1.0",
    "falcon-llm-license": "Falcon",
    "cc-by-4.0": "CC BY 4.0",
    "cc-by-sa-4.0": "CC BY-SA 4.0",
    "cc-by-nc-4.0": "CC BY-NC 4.0",
    "openrail": "OpenRAIL",
    "bsd-3-clause": "BSD 3-Clause",
}

OFFERED = ("apache-2.0", "mit", "gemma", "llama3.1", "llama3.2", "llama3.3", "lfm1.0", "cc-by-4.0",
           "cc-by-nc-4.0", "openrail", "other")  # fmt: skip
"""What the filter offers: the tags that small chat models have most often."""


def licence_name(tag: str) -> str:
    """A licence as a person reads it; a tag that is not known stays as it is."""
    if tag == "other":
        return _tr("other terms")
    return _NAMES.get(tag, tag)


def licence_words(tag: str) -> str:
    """One sentence on what a licence allows. It is no legal advice, and says where to look."""
    if tag in ("apache-2.0", "mit", "bsd-3-clause"):
        return _tr("Free to use, change and share, at work too, as long as its notice is kept.")
    if tag == "cc-by-4.0":
        return _tr("Free to use, change and share, at work too, if the makers are named.")
    if tag == "cc-by-sa-4.0":
        return _tr("Free to use and change if the makers are named and the licence stays the same.")
    if "-nc" in tag:
        return _tr("Free for purposes that are not commercial, if the makers are named.")
    if tag.startswith(("llama", "gemma", "lfm", "falcon")):
        return _tr("The makers' own terms, with conditions: read them before you rely on it.")
    if not tag:
        return _tr("The repository names no licence: ask its makers before you rely on it.")
    return _tr("Terms of its own: read them before you rely on it.")
