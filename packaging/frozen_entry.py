"""Where the frozen program begins (pyinstaller.spec)."""

import os
import sys

from benchtop.__main__ import main

# The bootloader makes the loader look here first, for all that this process starts as well. A file manager or
# a browser that is opened from the window must find its own libraries.
before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)

sys.exit(main())
