"""llama.cpp's code for the processor, where it comes as several libraries of which one fits best.

A build for one machine has it linked in. One for many machines (GGML_BACKEND_DL, GGML_CPU_ALL_VARIANTS) has a
library for each generation of processors, and no model can be loaded before one of them is: ggml's
``ggml_backend_load_all_from_path`` (ggml-backend.h) tries which ones this processor can run, and takes the
fastest.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_MARK = "ggml-cpu-"


def load_processor_code(folder: Path) -> bool:
    """Load what fits this processor from llama.cpp's libraries in ``folder``; whether there was a choice.

    Raises OSError where ggml's own library cannot be loaded.
    """
    names = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    if not any(_MARK in name for name in names):
        return False
    registry = next(name for name in names if name.removeprefix("lib").startswith("ggml."))
    load = ctypes.CDLL(str(folder / registry)).ggml_backend_load_all_from_path
    load.argtypes, load.restype = [ctypes.c_char_p], None
    load(os.fsencode(folder))
    return True
