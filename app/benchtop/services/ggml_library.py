"""Where ggml's own code lies, which unpacks weights for the trainer."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from benchtop.domain.errors import FileUnreadable

_NAMES = {"linux": "libggml-base.so", "darwin": "libggml-base.dylib", "win32": "ggml-base.dll"}


def ggml_library() -> str:
    """The path of libggml-base as it came with llama-cpp-python; raises FileUnreadable where it is not."""
    name = _NAMES.get(sys.platform, "libggml-base.so")
    spec = find_spec("llama_cpp")  # looked for, not imported
    places = (
        [Path(place) / "lib" for place in (spec.submodule_search_locations or ())] if spec else []
    )
    for folder in places:
        if (folder / name).is_file():
            return str(folder / name)
    place = str(places[0] if places else "llama_cpp")
    raise FileUnreadable(path=place, detail=f"{name} is missing: install llama-cpp-python anew")
