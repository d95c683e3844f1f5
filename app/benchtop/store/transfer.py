"""Conversations out of the store and into it: what the services and the commands call."""

from __future__ import annotations

from benchtop.store.export_file import write_export
from benchtop.store.export_json import export_json, export_json_text
from benchtop.store.export_markdown import export_markdown
from benchtop.store.import_json import ImportResult, import_file, import_json

__all__ = [
    "ImportResult",
    "export_json",
    "export_json_text",
    "export_markdown",
    "import_file",
    "import_json",
    "write_export",
]
