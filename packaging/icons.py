"""Draw the program's icon for a system.

    icons.py png FOLDER    every size of an icon theme below FOLDER (freedesktop.org's layout)
    icons.py ico FILE      for Windows
    icons.py icns FILE     for macOS

Run with the Python that froze the program: its Qt draws.
"""

from __future__ import annotations

import os
import shutil
import struct
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parents[1] / "resources" / "icons" / "benchtop.svg"
THEME = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO = (16, 24, 32, 48, 64, 128, 256)
ICNS = {
    b"icp4": 16,
    b"icp5": 32,
    b"icp6": 64,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
    b"ic10": 1024,
}
"""Types of icon and their sizes in pixels, each a PNG (Apple Icon Image format)."""


def drawn(size: int) -> bytes:
    """The icon as a PNG of so many pixels each way."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def write_theme(folder: Path) -> None:
    """PNG files and the drawing itself."""
    for size in THEME:
        place = folder / f"{size}x{size}" / "apps"
        place.mkdir(parents=True, exist_ok=True)
        (place / "benchtop.png").write_bytes(drawn(size))
    scalable = folder / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DRAWING, scalable / "benchtop.svg")


def write_ico(path: Path) -> None:
    """An ICO file whose images are PNGs, as Windows reads them since Vista."""
    images = [drawn(size) for size in ICO]
    at = 6 + 16 * len(images)
    entries = b""
    for size, image in zip(ICO, images, strict=True):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), at)
        at += len(image)
    path.write_bytes(struct.pack("<HHH", 0, 1, len(images)) + entries + b"".join(images))


def write_icns(path: Path) -> None:
    """An ICNS file of PNGs."""
    parts = b""
    for kind, size in ICNS.items():
        image = drawn(size)
        parts += kind + struct.pack(">I", 8 + len(image)) + image
    path.write_bytes(b"icns" + struct.pack(">I", 8 + len(parts)) + parts)


if __name__ == "__main__":
    app = QGuiApplication([])
    {"png": write_theme, "ico": write_ico, "icns": write_icns}[sys.argv[1]](Path(sys.argv[2]))
