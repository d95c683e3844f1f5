"""The GPUs that this build of llama.cpp can use, as ggml-backend.h lists its devices.

A build for the processor alone has none. Graphics that share the machine's memory
(GGML_BACKEND_DEVICE_TYPE_IGPU) are left out: a model there would be counted twice.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from benchtop.domain.memory import Gpu
from benchtop.engine.llama import native

GPU_TYPE = 1  # GGML_BACKEND_DEVICE_TYPE_GPU of enum ggml_backend_dev_type
MOST_NAME = 200


def gpus() -> tuple[Gpu, ...]:
    """Those there are, with what is free of their memory now."""
    return tuple(gpu for gpu, _device in _found())


def device_of(name: str) -> int | None:
    """The pointer of the GPU of this name, for llama_model_params.devices; None without it."""
    return next((device for gpu, device in _found() if gpu.name == name), None)


def device_list(device: int) -> Any:
    """One device and the NULL that ends a list of them, as llama_model_params.devices takes it."""
    return (ctypes.c_void_p * 2)(device, None)


def _found() -> Iterator[tuple[Gpu, int]]:
    if not native.llama_supports_gpu_offload():
        return
    for name, kind, device, total, free in devices():
        if kind == GPU_TYPE:
            yield Gpu(name, total, free), device


def devices() -> list[tuple[str, int, int, int, int]]:
    """Name, type, pointer, and bytes of memory in all and free, of every device, also processors."""
    library = _library()
    found = []
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    for index in range(library.ggml_backend_dev_count()):
        device = library.ggml_backend_dev_get(index)
        name = (library.ggml_backend_dev_description(device) or b"").decode("utf-8", "replace")
        library.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        kind = library.ggml_backend_dev_type(device)
        found.append((name[:MOST_NAME] or f"GPU {index}", kind, device, total.value, free.value))
    return found


def _library() -> Any:
    """ggml's functions, through the library that is linked with it. A handle of our own, so that
    the types set here are nobody else's."""
    library: Any = ctypes.CDLL(native._lib._name)
    library.ggml_backend_dev_count.restype = ctypes.c_size_t
    library.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    library.ggml_backend_dev_get.restype = ctypes.c_void_p
    library.ggml_backend_dev_description.argtypes = [ctypes.c_void_p]
    library.ggml_backend_dev_description.restype = ctypes.c_char_p
    library.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    size = ctypes.POINTER(ctypes.c_size_t)
    library.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, size, size]
    library.ggml_backend_dev_memory.restype = None
    return library
