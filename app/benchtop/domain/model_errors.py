"""Failures of a file that cannot be used as a model.

BenchtopError
└── ModelFileError            every sub-class has the fact ``path``
    ├── ModelFileMissing      the path is gone
    ├── ModelIsFolder         a folder was given
    ├── ModelNoPermission     the file may not be read
    ├── ModelEmpty            zero bytes
    ├── NotGguf               the first four bytes are not "GGUF"
    ├── GgufVersionUnknown    a version no one here can read
    ├── GgufDamaged           a header that contradicts itself
    ├── GgufTruncated         shorter than its own header says
    ├── ArchitectureUnknown   llama.cpp does not know this architecture
    ├── ModelLoadFailed       llama.cpp refused it for another reason
    ├── ModelTooLarge         more memory than this machine has free
    └── ModelIsAdapter        a LoRA adapter, which needs a model
"""

from __future__ import annotations

from benchtop.domain.errors import BenchtopError


class ModelFileError(BenchtopError):
    """The file cannot be used as a model. Every sub-class has the fact ``path``."""

    sentence = "{path} cannot be used as a model: {detail}"


class ModelFileMissing(ModelFileError):
    sentence = "{path} is not there: check the path, or choose the file again."


class ModelIsFolder(ModelFileError):
    sentence = "{path} is a folder: choose a .gguf file inside it."


class ModelNoPermission(ModelFileError):
    sentence = "{path} may not be read: give your user permission to read it, then try again."


class ModelEmpty(ModelFileError):
    sentence = "{path} is empty (0 bytes): download or copy it again."


class NotGguf(ModelFileError):
    sentence = (
        "{path} is not a GGUF file: Benchtop runs models in the GGUF format, "
        "so look for a .gguf version of this model."
    )


class GgufVersionUnknown(ModelFileError):
    sentence = (
        "{path} is a GGUF file of version {version}, and this Benchtop reads versions 2 and 3: "
        "look for a newer file of this model."
    )


class GgufDamaged(ModelFileError):
    sentence = "{path} is damaged ({detail}): download or copy it again."


class GgufTruncated(ModelFileError):
    sentence = (
        "{path} is cut short: it has {have:,} bytes of the {need:,} it should have, "
        "so download or copy it again."
    )


class ArchitectureUnknown(ModelFileError):
    sentence = (
        "{path} is a model of the architecture “{architecture}”, which this Benchtop's "
        "llama.cpp does not know: update Benchtop or choose another model."
    )


class ModelLoadFailed(ModelFileError):
    sentence = "{path} could not be loaded by llama.cpp ({detail}): try another file of this model."


class ModelTooLarge(ModelFileError):
    sentence = (
        "{path} needs about {need} of memory and {free} is free: "
        "choose a smaller model or quantisation, a smaller context, or close other programs."
    )


class ModelIsAdapter(ModelFileError):
    sentence = (
        "{path} is an adapter, which changes a model and is none by itself: "
        "choose a model, and use the adapter together with it."
    )
