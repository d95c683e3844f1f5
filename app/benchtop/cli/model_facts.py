"""What `--json` says of a model."""

from __future__ import annotations

from typing import Any

from benchtop.domain.models import ModelFile
from benchtop.services.library import is_missing


def as_json(model: ModelFile) -> dict[str, Any]:
    """The facts that `--json` prints of a model."""
    return {
        "id": model.id,
        "name": model.name,
        "path": model.path,
        "bytes": model.bytes,
        "architecture": model.architecture,
        "parameters": model.parameters,
        "quantisation": model.quantisation,
        "context_length": model.context_length,
        "chat_template": model.chat_template,
        "source": model.source,
        "licence": model.licence,
        "repository": model.repo,
        "revision": model.revision,
        "sha256": model.sha256,
        "missing": is_missing(model),
        "damaged": model.damaged is not None,
    }
