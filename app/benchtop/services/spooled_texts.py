"""Texts that are read again and again and need not all be in memory."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import overload

from benchtop.domain.errors import FileNotWritten


class SpooledTexts(Sequence[str]):
    """Texts in a file of ``folder`` without a name, which is gone with the process whatever ends it; memory
    holds where each begins. Raises FileNotWritten where the disk does not take one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  (see close())
        except OSError as error:
            raise self._not_written(error) from error
        self._begins = array("q", (0,))

    def append(self, text: str) -> None:
        """Add a text at the end."""
        data = text.encode("utf-8", "surrogatepass")
        try:
            self._file.seek(self._begins[-1])
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise self._not_written(error) from error
        self._begins.append(self._begins[-1] + len(data))

    def close(self) -> None:
        """Free the room on the disk."""
        self._file.close()

    def __len__(self) -> int:
        return len(self._begins) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        whole = range(len(self))[place]  # raises IndexError, which ends an iteration
        self._file.seek(self._begins[whole])
        data = self._file.read(self._begins[whole + 1] - self._begins[whole])
        return data.decode("utf-8", "surrogatepass")

    def _not_written(self, error: OSError) -> FileNotWritten:
        detail = (error.strerror or str(error)).lower()
        return FileNotWritten(path=str(self._folder), detail=detail)
