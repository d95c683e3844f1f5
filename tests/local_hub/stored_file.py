"""A file of a repository: its bytes or its place on disk, and what the Hub says of it.

Formats: the oid of a git blob is SHA-1 over ``blob SIZE NUL content``; a Git LFS file is in git as a
pointer of three lines (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
"""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache
from pathlib import Path

Content = bytes | Path
"""What a file holds: the bytes themselves, or the file on this disk that has them."""

LFS_SUFFIXES = (".gguf", ".safetensors", ".bin", ".pt", ".onnx")
LFS_BYTES = 10_000_000
"""The Hub keeps files of these names in LFS (its default .gitattributes), and any above this size."""
HASHED_AT_ONCE = 1 << 20


class StoredFile:
    """One file at one commit. Hashes are computed when first asked for, then kept."""

    def __init__(self, path: str, source: Content) -> None:
        self.path = path
        self.source = source

    @cached_property
    def size(self) -> int:
        """Bytes."""
        if isinstance(self.source, bytes):
            return len(self.source)
        return self.source.stat().st_size

    @property
    def lfs(self) -> bool:
        """Kept in LFS, so that its content lies on the CDN."""
        return self.path.endswith(LFS_SUFFIXES) or self.size > LFS_BYTES

    @cached_property
    def sha256(self) -> str:
        """Of the content, in hexadecimal."""
        if isinstance(self.source, bytes):
            return hashlib.sha256(self.source).hexdigest()
        status = self.source.stat()
        return _sha256_on_disk(self.source, status.st_size, status.st_mtime_ns)

    @property
    def pointer(self) -> bytes:
        """What git holds in place of an LFS file."""
        version = "https://git-lfs.github.com/spec/v1"
        return f"version {version}\noid sha256:{self.sha256}\nsize {self.size}\n".encode()

    @cached_property
    def blob_id(self) -> str:
        """The oid in git: of the content, or of the pointer to it."""
        in_git = self.pointer if self.lfs else self._whole()
        return hashlib.sha1(b"blob %d\0" % len(in_git) + in_git).hexdigest()

    @property
    def etag(self) -> str:
        """Without quotes: the SHA-256 of an LFS file, the git oid of any other."""
        return self.sha256 if self.lfs else self.blob_id

    @property
    def cdn_etag(self) -> str:
        """The CDN's own ETag, which is a hash of something else and must not be taken for the file's."""
        return hashlib.sha256(b"cdn " + self.sha256.encode()).hexdigest()

    @property
    def xet_hash(self) -> str:
        """Stands for the hash by which Xet would know the content: 64 hexadecimal digits."""
        return hashlib.sha256(b"xet " + self.sha256.encode()).hexdigest()

    def _whole(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()


@lru_cache(maxsize=256)
def _sha256_on_disk(path: Path, _size: int, _modified: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(HASHED_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()
