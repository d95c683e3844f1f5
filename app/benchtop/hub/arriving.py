"""The bodies of answers, each read ahead by a thread of its own.

Looking a name up, connecting and waiting for a silent server cannot be broken off from outside. So
that is done by a thread that can be left behind: whoever wants the bytes waits for them here, stops
waiting at any moment, and takes what has come until then.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from types import TracebackType

import httpx2

HELD_BYTES = 8 * 1024 * 1024
"""How much may have come and not been taken."""

WAKE_BYTES = 256 * 1024
"""The taker is woken once for so many bytes: a wake-up for each packet would cost more than it."""

Ask = Callable[[Callable[[], bool]], AbstractContextManager[httpx2.Response]]
"""Makes the request; gets a function that says whether anybody still wants it."""


class Arriving:
    """What comes for one request. Used as a context manager; leaving it ends the connection.

    ``changed`` is shared by those that are waited for together.
    """

    def __init__(self, ask: Ask, changed: threading.Condition) -> None:
        self._ask = ask
        self._changed = changed
        self._wanted: int | None = None
        self._came = 0
        self._response: httpx2.Response | None = None
        self._pieces: list[bytes] = []
        self._held = 0
        self._over = False
        self._error: Exception | None = None
        self._left = False
        self._thread = threading.Thread(target=self._read, name="arriving", daemon=True)

    def __enter__(self) -> Arriving:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._left = True
            self._changed.notify_all()
            response = None if self._over else self._response
        if response is not None:
            _hang_up(response)

    @property
    def response(self) -> httpx2.Response | None:
        """Its status and headers, as soon as they have come; its body belongs to the thread."""
        with self._changed:
            return self._response

    @property
    def over(self) -> bool:
        """All that will come has come and was taken."""
        with self._changed:
            return self._over and not self._pieces

    def holds(self, enough: int) -> bool:
        """So many bytes have come and were not taken, or no more will come."""
        with self._changed:
            return self._over or self._held >= enough

    def want(self, count: int | None) -> None:
        """Read no further when so many bytes of the body have come; None: read all of it."""
        with self._changed:
            self._wanted = count

    def take(self) -> bytes:
        """What has come since the last time. When all was taken, raises what ended it."""
        with self._changed:
            if self._over and not self._pieces and self._error is not None:
                raise self._error
            pieces, self._pieces, self._held = self._pieces, [], 0
            self._changed.notify_all()
        return b"".join(pieces)

    def _read(self) -> None:
        error: Exception | None = None
        try:
            with self._ask(lambda: self._left) as response:
                self._begin(response)
                for piece in response.iter_raw():
                    if not self._keep(piece):
                        break
        except Exception as failure:  # noqa: BLE001  (it is raised where the bytes are taken)
            error = failure
        with self._changed:
            self._over, self._error = True, error
            self._changed.notify_all()

    def _begin(self, response: httpx2.Response) -> None:
        with self._changed:
            self._response = response
            self._changed.notify_all()

    def _keep(self, piece: bytes) -> bool:
        """Whether anybody wants more."""
        with self._changed:
            self._pieces.append(piece)
            self._came += len(piece)
            before, self._held = self._held, self._held + len(piece)
            if before // WAKE_BYTES != self._held // WAKE_BYTES:
                self._changed.notify_all()
            self._changed.wait_for(lambda: self._left or self._held < HELD_BYTES)
            return not self._left and (self._wanted is None or self._came < self._wanted)


def wait_for_any(
    changed: threading.Condition, arriving: Iterable[Arriving], enough: int, seconds: float
) -> None:
    """Wait until at least ``enough`` bytes have come for one of them, or no more will; at most so long.
    ``changed`` is what they share."""
    with changed:
        changed.wait_for(lambda: any(one.holds(enough) for one in arriving), seconds)


def _hang_up(response: httpx2.Response) -> None:
    """Have a read of the body that waits end at once: its own thread then closes the connection."""
    stream = response.extensions.get("network_stream")
    end = stream.get_extra_info("socket") if stream is not None else None
    if isinstance(end, socket.socket):
        with suppress(OSError, ValueError):
            end.shutdown(socket.SHUT_RDWR)
