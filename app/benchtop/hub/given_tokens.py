"""The access tokens that are not Benchtop's to keep: huggingface_hub's own, from where it finds them."""

from __future__ import annotations

import os
from pathlib import Path

from huggingface_hub import constants, get_token

_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_OIDC_RESOURCE")
"""What get_token looks at before the file of `hf auth login` (huggingface_hub's utils/_auth.py)."""


class HubTokens:
    """The tokens that huggingface_hub finds, unless HF_HUB_DISABLE_IMPLICIT_TOKEN tells it not to."""

    def in_environment(self) -> bool:
        """Whether a variable gives one."""
        return not constants.HF_HUB_DISABLE_IMPLICIT_TOKEN and any(
            os.environ.get(name, "").strip() for name in _VARIABLES
        )

    def in_login(self) -> bool:
        """Whether `hf auth login` has left one."""
        if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN:
            return False
        try:
            return bool(Path(constants.HF_TOKEN_PATH).read_bytes().strip())
        except OSError:
            return False

    def read(self) -> str:
        """The first of them. One that ends soon is renewed, by a request; raises OIDCError."""
        return get_token() or ""
