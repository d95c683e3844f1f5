"""What the libraries of training are told before they are imported: to ask no network and to draw no bars."""

from __future__ import annotations

import os

_TOLD = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TQDM_DISABLE": "1"}


def quiet_libraries() -> None:
    """For this whole process, and those it starts."""
    os.environ.update(_TOLD)
