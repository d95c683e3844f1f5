"""Where the frozen program begins (pyinstaller.spec)."""

import os
import sys

import pyimod02_importers

from benchtop.__main__ import main

# On Linux the bootloader makes the loader look here first, for all that this process starts as well. A file
# manager or a browser that is opened from the window must find its own libraries. On macOS it needs no
# DYLD_LIBRARY_PATH (libraries name each other by @rpath), and on Windows no variable.
if sys.platform.startswith("linux"):
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)

# What is imported later is read from this program's file, by its path. A package manager puts another file
# there while the window is open: the one that began stays open instead, under the path that Linux has for
# what is open.
archive = pyimod02_importers.pyz_archive
if sys.platform.startswith("linux"):
    archive._filename = f"/proc/self/fd/{os.open(archive._filename, os.O_RDONLY)}"

sys.exit(main())
