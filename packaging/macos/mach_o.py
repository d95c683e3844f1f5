"""Names every Mach-O file of a folder, the innermost first, each ended by a zero byte.

    mach_o.py FOLDER MACOS

MACOS is the oldest macOS that is promised, such as 14.0. A file that asks for a later one is told on stderr
and is no error: macOS loads such a library, which may yet miss what only the later one has (PySide6 6.11's
wheel for 13.0 holds some that ask for 15.0). Structures: mach-o/loader.h and mach-o/fat.h of Apple's XNU.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

MAGIC_64 = 0xFEEDFACF
FAT = {0xCAFEBABE: (20, ">8xI"), 0xCAFEBABF: (32, ">8xQ")}
"""What a file of several architectures begins with; the size of what tells of one, and where it lies in that.
(Java's class files begin with the first of them too, and a version, which is higher than any count.)"""
MOST_ARCHITECTURES = 16
VERSION_MIN_MACOSX, BUILD_VERSION = 0x24, 0x32


def slices(data: bytes) -> list[int]:
    """Where the parts for each architecture begin; none where this is no Mach-O file."""
    if len(data) < 32:
        return []
    if struct.unpack_from("<I", data)[0] == MAGIC_64:
        return [0]
    magic, count = struct.unpack_from(">II", data)
    if magic not in FAT or not 0 < count <= MOST_ARCHITECTURES:
        return []
    size, layout = FAT[magic]
    begins = [struct.unpack_from(layout, data, 8 + size * one)[0] for one in range(count)]
    return [one for one in begins if data[one : one + 4] == struct.pack("<I", MAGIC_64)]


def oldest(data: bytes, begin: int) -> tuple[int, int]:
    """The macOS that a part asks for; (0, 0) where it does not say."""
    count = struct.unpack_from("<I", data, begin + 16)[0]
    at = begin + 32
    for _ in range(count):
        command, size = struct.unpack_from("<II", data, at)
        if command in (VERSION_MIN_MACOSX, BUILD_VERSION):
            version = struct.unpack_from(
                "<I", data, at + (8 if command == VERSION_MIN_MACOSX else 12)
            )[0]
            return version >> 16, version >> 8 & 0xFF
        at += size
    return 0, 0


def mach_o_files(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    """Every one of them with the macOS that it asks for, the innermost first."""
    for path in sorted(folder.rglob("*"), key=lambda one: (-len(one.parts), str(one))):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        begins = slices(data)
        if begins:
            yield path, max(oldest(data, one) for one in begins)


def main() -> None:
    """Tell them."""
    folder, promised = Path(sys.argv[1]), tuple(map(int, sys.argv[2].split(".")[:2]))
    for path, asked in mach_o_files(folder):
        sys.stdout.write(f"{path}\0")
        if asked > promised:
            sys.stderr.write(f"{path} asks for macOS {asked[0]}.{asked[1]}\n")


if __name__ == "__main__":
    main()
