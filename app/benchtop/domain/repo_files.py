"""The files of a Hub repository as choices a person can make, one per quantisation.

What a name means is convention: llama.cpp splits a model as ``NAME-00001-of-00003.gguf``
(llama_split_path), and calls the part that sees or hears a projector, with ``mmproj`` in its name
(tools/mtmd). Quantisations are in file names or in the names of folders.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchtop.domain.quantisations import FLOATS, canonical, find_quantisation, quantisation_of

LONGEST_NAME = 240
"""Bytes of a file name: systems allow 255, and a download adds an ending of its own."""
LONGEST_PATH = 1_000
MOST_FOLDERS, MOST_NAMED = 8, 12  # how deep a projector is looked for; choices in a sentence

_SHARD = re.compile(r"(?P<stem>.+)-(?P<number>[0-9]{5})-of-(?P<count>[0-9]{5})", re.DOTALL)
_WORD = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"
_PROJECTOR = re.compile(_WORD.format("mmproj"), re.IGNORECASE)
_IMATRIX = re.compile(_WORD.format("imatrix"), re.IGNORECASE)
_ADAPTER = re.compile(_WORD.format("(?:loras?|adapter)"), re.IGNORECASE)
_VOCABULARY = re.compile(r"^ggml-vocab-|-vocab$|vocab[-_]?only", re.IGNORECASE)
_NO_LETTER = re.compile(r"[\W_]+")
_PROJECTOR_ORDER = (*FLOATS, "Q8_0")
_ADAPTER_TYPES = ("", *FLOATS, "Q8_0")  # all that llama.cpp's convert_lora_to_gguf.py writes
_RESERVED_SIGNS = re.compile(r'[<>:"|?*\\]')
_RESERVED_NAMES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"]
    + [port + number for port in ("COM", "LPT") for number in "0123456789¹²³"]
)
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, halves of a surrogate pair, and signs that turn the direction of a text, so that
exe.gguf can be shown as fugg.exe. (Regular expressions: a repository has thousands of names.)"""


@dataclass(frozen=True, slots=True)
class RepoFile:
    """A file of a repository: its path with ``/``, its size in bytes, and the SHA-256 of its bytes
    in hexadecimal, empty for what is not kept in LFS."""

    path: str
    size: int
    sha256: str = ""

    @property
    def folder(self) -> str:
        """The path of its folder; empty at the root."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its name without the folder."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Choice:
    """One model of a repository, with everything that belongs to it.

    ``files`` are its parts in order; ``missing`` counts the parts that the repository lacks.
    ``mmproj`` is the projector that suits it best, if there is one. ``quantisation`` is in capitals
    and empty where no name tells it. ``base`` is the name without it, in bare small letters: what
    shares it is one model in several quantisations.
    """

    quantisation: str
    files: tuple[RepoFile, ...]
    mmproj: RepoFile | None = None
    folder: str = ""
    missing: int = 0
    base: str = field(default="", compare=False)

    @property
    def bytes(self) -> int:
        """What downloading all of it takes, the projector included."""
        return self.model_bytes + (self.mmproj.size if self.mmproj else 0)

    @property
    def model_bytes(self) -> int:
        """The parts of the model alone."""
        return sum(file.size for file in self.files)

    @property
    def stem(self) -> str:
        """Its file name without part number and ``.gguf``."""
        return _stem(self.files[0].name)[0]

    @property
    def trouble(self) -> str:
        """Why it cannot be downloaded, as one sentence; empty when it can."""
        try:
            for file in _complete(self).files:
                safe_path(file.path)
        except ValueError as error:
            return str(error)
        return ""


def group_files(files: Iterable[RepoFile], *, incomplete: bool = False) -> tuple[Choice, ...]:
    """The models among the files of a repository, from small to large.

    Adapters (LoRA), importance matrices, bare vocabularies and all that is not ``.gguf`` are left
    out, and so are models with a part missing unless ``incomplete`` asks for them.
    """
    found = [_Named.of(file) for file in {file.path: file for file in files}.values()]
    ggufs = [named for named in found if named is not None]
    projectors = _Projectors([named for named in ggufs if named.is_projector])
    models = _without_others([named for named in ggufs if not named.is_projector])
    is_one_model = len({named.base for named in models}) <= 1
    sets: dict[tuple[str, str, str], list[_Named]] = defaultdict(list)
    for named in models:
        sets[named.file.folder, named.stem, named.rest].append(named)
    choices = []
    for (folder, _, _), parts in sets.items():
        first, missing = parts[0], parts[0].count - len(parts)
        if missing and not incomplete:
            continue
        whole = tuple(part.file for part in sorted(parts, key=lambda part: part.number))
        projector = projectors.best(folder, first.base, is_one_model=is_one_model)
        base = f"{_base_of(folder)}/{first.base}"
        choices.append(Choice(first.quantisation, whole, projector, folder, missing, base))
    return tuple(sorted(choices, key=lambda choice: (choice.bytes, choice.files[0].path)))


def pick(choices: Sequence[Choice], wanted: str) -> Choice:
    """The choice that a file name, a path or a quantisation stands for; capitals do not matter.

    Nothing wanted means the only choice, else Q4_K_M. Where a quantisation has several files, the
    one whose name ends with it is meant. Raises ValueError with one sentence that lists what there is.
    """
    if not choices:
        raise ValueError("The repository holds no GGUF model that could be downloaded.")
    asked = wanted.strip() or "Q4_K_M"
    if not wanted.strip() and len(choices) == 1:
        return _complete(choices[0])
    for found in _matches(choices, wanted, asked):
        if len(found) == 1:
            return _complete(found[0])
        if found:
            names = _listed([choice.files[0].path for choice in found])
            raise ValueError(f"“{_shown(asked)}” stands for several files: choose one of {names}.")
    usable = [choice for choice in choices if not choice.trouble] or choices
    names = _listed([choice.quantisation or choice.files[0].path for choice in usable])
    if not wanted.strip():
        raise ValueError(f"The repository holds several models: choose one of {names}.")
    raise ValueError(f"The repository holds no “{_shown(asked)}”: choose one of {names}.")


def safe_path(path: str) -> str:
    """The path, if a file of that name can be kept inside a folder on every system.

    Raises ValueError with one sentence for what leads out of the folder, for names that Windows
    keeps for itself or cannot hold, for hidden signs, and for names that are too long.
    """
    if trouble := path_trouble(path):
        raise ValueError(f"The file “{_shown(path)}” cannot be kept: {trouble}.")
    return path


def path_trouble(path: str) -> str:
    """Why safe_path() refuses a path, as the end of a sentence; empty where it does not."""
    if len(path) > LONGEST_PATH:
        return "its path is too long"
    if _HIDDEN.search(path):
        return "its name holds control characters"
    if _RESERVED_SIGNS.search(path):
        return 'its name holds one of the signs < > : " | ? * \\'
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "its path is absolute or leads out of its folder"
        if part[-1] in ". " or part.partition(".")[0].rstrip().upper() in _RESERVED_NAMES:
            return "Windows does not allow its name"
        if len(part.encode()) > LONGEST_NAME:
            return "its name is too long"
    return ""


@dataclass(frozen=True, slots=True)
class _Named:
    """A GGUF file and what its name says: ``stem`` before the part number and ``rest`` behind it,
    without the number itself, and ``base``, the model's name in bare small letters."""

    file: RepoFile
    stem: str
    rest: str
    number: int
    count: int
    quantisation: str
    base: str

    @classmethod
    def of(cls, file: RepoFile) -> _Named | None:
        """None for what is no GGUF file and for part numbers that make no sense."""
        if not file.path.lower().endswith(".gguf"):
            return None
        stem, number, count = _stem(file.name)
        if not stem or not 1 <= number <= count:
            return None
        end = stem[-LONGEST_NAME:]
        match = find_quantisation(end)
        quantisation = canonical(match[0]) if match else quantisation_of(file.folder)
        plain = end[: match.start()] + end[match.end() :] if match else end
        plain = _NO_LETTER.sub("", _PROJECTOR.sub("", plain)).lower()
        rest = file.name[len(stem) :].replace(f"{number:05}", "", 1)
        return cls(file, stem, rest, number, count, quantisation, plain)

    @property
    def is_projector(self) -> bool:
        return _PROJECTOR.search(self.stem) is not None

    @property
    def is_other(self) -> bool:
        """Whether it is an importance matrix or a bare vocabulary."""
        matrix = _IMATRIX.search(self.stem)
        is_matrix = matrix and (matrix.start() == 0 or not self.quantisation)
        return bool(is_matrix or _VOCABULARY.search(self.stem))


@dataclass(frozen=True, slots=True)
class _Projectors:
    """The projectors of a repository by folder and by the model they name."""

    found: Sequence[_Named]
    by_folder: dict[str, dict[str, RepoFile]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        # The best of each model comes last, and stays.
        for named in sorted(self.found, key=self._rank, reverse=True):
            base = "" if named.base == "model" else named.base
            self.by_folder.setdefault(named.file.folder, {})[base] = named.file

    @staticmethod
    def _rank(named: _Named) -> tuple[int, str]:
        kind = named.quantisation
        return (*_PROJECTOR_ORDER, kind).index(kind), named.file.path

    def best(self, folder: str, base: str, *, is_one_model: bool) -> RepoFile | None:
        """The projector for the model ``base`` in ``folder``: from there, else from the folders
        above it, else from anywhere if the repository holds one model only."""
        if not self.found:
            return None
        parts = folder.split("/")[:MOST_FOLDERS] if folder else []
        for depth in range(len(parts), -1, -1):
            if chosen := self._named_like("/".join(parts[:depth]), base):
                return chosen
        return min(self.found, key=self._rank).file if is_one_model else None

    def _named_like(self, folder: str, base: str) -> RepoFile | None:
        """The one that names the longest beginning of ``base``; "" is one that names no model."""
        here = self.by_folder.get(folder, {})
        lengths = range(len(base), -1, -1) if here else ()
        return next((here[base[:length]] for length in lengths if base[:length] in here), None)


def _without_others(found: Sequence[_Named]) -> list[_Named]:
    """The models among the GGUF files. A name with "lora" in it is an adapter, unless it also comes
    in a quantisation that adapters are never written in: then a model was made with one."""
    adapters = [named for named in found if _ADAPTER.search(named.stem)]
    merged = {named.base for named in adapters if named.quantisation not in _ADAPTER_TYPES}
    left_out = {named.file.path for named in adapters if named.base not in merged}
    return [n for n in found if not n.is_other and n.file.path not in left_out]


def _matches(choices: Sequence[Choice], exact: str, asked: str) -> Iterable[list[Choice]]:
    """What the words may stand for, the likeliest meaning first."""
    yield [choice for choice in choices if any(file.path == exact for file in choice.files)]
    plain = asked.casefold().removesuffix(".gguf")
    name = canonical(asked)
    same = [choice for choice in choices if choice.quantisation == name]
    plainest = [choice for choice in same if canonical(choice.stem).endswith(name)]
    yield plainest if len(plainest) == 1 else same
    yield [choice for choice in choices if plain in _names(choice)]
    yield [choice for choice in choices if choice.quantisation.removeprefix("UD-") == name]
    yield [choice for choice in choices if choice.folder.casefold() == plain]


def _names(choice: Choice) -> set[str]:
    """Every name of a choice without ``.gguf``: of its files, and of the whole."""
    paths = {file.path for file in choice.files} | {file.name for file in choice.files}
    whole = {choice.stem, f"{choice.folder}/{choice.stem}"}
    return {name.casefold().removesuffix(".gguf") for name in paths | whole}


def _complete(choice: Choice) -> Choice:
    if choice.missing:
        have = len(choice.files)
        raise ValueError(
            f"The repository holds {have} of the {have + choice.missing:,} parts of {_shown(choice.stem)}: "
            "choose another file."
        )
    return choice


def _base_of(folder: str) -> str:
    """What the folders tell of the model, without a quantisation that one of them is named after."""
    plain = []
    for part in folder.split("/")[-MOST_FOLDERS:]:
        match = find_quantisation(part[-LONGEST_NAME:])
        named = part.replace(match[0], "") if match else part
        plain.append(_NO_LETTER.sub("", named).lower())
    return "/".join(filter(None, plain))


def _stem(name: str) -> tuple[str, int, int]:
    """A file name without part number and ending, the number of the part, and how many there are."""
    whole = name[: -len(".gguf")] if name.lower().endswith(".gguf") else name
    match = _SHARD.fullmatch(whole)
    return (match["stem"], int(match["number"]), int(match["count"])) if match else (whole, 1, 1)


def _listed(names: Sequence[str]) -> str:
    """Names with commas, each once, and how many more there are."""
    once = list(dict.fromkeys(names))
    shown = ", ".join(_shown(name) for name in once[:MOST_NAMED])
    more = len(once) - MOST_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _shown(name: str) -> str:
    """A name as a sentence can hold it: nothing hidden in it, and not long."""
    plain = "".join(c if c.isprintable() else "?" for c in name[:LONGEST_PATH])
    return plain if len(plain) <= 80 else f"{plain[:79]}…"


def is_first_part(name: str) -> bool:
    """Whether a file of this name is a whole model, or the first part of a split one."""
    match = _SHARD.fullmatch(name.removesuffix(".gguf"))
    return match is None or int(match["number"]) == 1
