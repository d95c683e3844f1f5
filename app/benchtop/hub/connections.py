"""The ledger's source: every attempt to reach another machine, told before it is made.

Two watchers see what this process does. The client's hooks know each request and its purpose; an
audit hook of the interpreter sees every socket that is about to connect, whoever opens it, and
refuses what has no purpose, and everything while Benchtop is offline.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub import Connection, Purpose
from benchtop.domain.hub_errors import HubOffline

if TYPE_CHECKING:
    import httpx2

Tell = Callable[[Connection], None]
STOPPED = "stopped by Benchtop"
"""How a connection ended that was let go: paused, cancelled, or the offline switch was moved."""
_TO_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_BY_NAME = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


def _never() -> bool:
    return False


@dataclass(slots=True)
class _Task:
    """What connections are made for at the moment, and those made for it so far, in turn."""

    purpose: Purpose
    subject: str
    stopped: Callable[[], bool] = _never
    made: list[tuple[Connection, httpx2.Response | None]] = field(default_factory=list)


_task: ContextVar[_Task | None] = ContextVar("task", default=None)


class Connections:
    """Tells ``tell`` of every attempt, and refuses while ``offline`` is set. Threads may share it:
    each has its own purpose."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.offline = True

    def watch(self) -> None:
        """From now on no socket of this process connects unseen. It cannot be undone."""
        sys.addaudithook(self._audit)

    @contextmanager
    def purpose(
        self, purpose: Purpose, subject: str, host: str, stopped: Callable[[], bool] = _never
    ) -> Iterator[None]:
        """Connections of this thread made inside are for this; ``subject`` is a repository, a file,
        or words. No further request begins once ``stopped`` says so.

        Raises HubOffline, and tells of the refusal, when Benchtop is offline.
        """
        task = _Task(purpose, subject, stopped)
        if self.offline:
            raise self._refusal(task, host)
        token = _task.set(task)
        try:
            yield
        except BaseException as error:
            said = str(error) if isinstance(error, BenchtopError) else type(error).__name__
            self._end(task, said)
            raise
        else:
            self._end(task, "")
        finally:
            _task.reset(token)

    def hooks(self) -> dict[str, list[Callable[..., Any]]]:
        """The event hooks of an httpx2 client."""
        return {"request": [self._requested], "response": [self._responded]}

    def _requested(self, request: httpx2.Request) -> None:
        task, host = _task.get(), request.url.host
        if task is None or self.offline:
            raise self._refusal(task or _Task("unknown", ""), host)
        if task.stopped():
            raise Interrupted
        via = proxy_for(str(request.url.scheme), host)
        begun = Connection(_id(), time.time(), host, task.purpose, task.subject, via=via)
        task.made.append((begun, None))
        self._tell(begun)

    def _responded(self, response: httpx2.Response) -> None:
        task = _task.get()
        if task is not None and task.made:
            task.made[-1] = (task.made[-1][0], response)

    def _refusal(self, task: _Task, host: str) -> HubOffline:
        self._tell(Connection(_id(), time.time(), host, task.purpose, task.subject, "refused"))
        return HubOffline(host=host)

    def _end(self, task: _Task, failure: str) -> None:
        """How each ended: with so many bytes, without an answer, or broken off. A refusal by the
        other side is an answer too."""
        for place, (begun, response) in enumerate(task.made):
            last = place == len(task.made) - 1
            if last and failure and (task.stopped() or self.offline):
                ended = replace(begun, state="ended", detail=STOPPED)
            elif response is None:
                ended = replace(begun, state="failed", detail=failure if last else "")
            elif failure and last and response.is_success:
                ended = replace(begun, state="failed", detail=failure)
            else:
                ended = replace(begun, state="ended", detail=f"{response.status_code}")
            received = 0 if response is None else response.num_bytes_downloaded
            self._tell(replace(ended, received=received))

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Looking a name up tells a stranger as much as connecting does. Sockets of this machine
        only (a path, no address) are no connections."""
        if event in _TO_ADDRESS and isinstance(arguments[1], tuple):
            host = str(arguments[1][0])
        elif event in _BY_NAME:
            host = str(arguments[0])
        else:
            return
        if self.offline or _task.get() is None:
            detail = "nothing that was asked for needs it"
            self._tell(Connection(_id(), time.time(), host, "unknown", "", "refused", 0, detail))
            raise PermissionError(f"no connection to {host} was asked for")


def proxy_for(scheme: str, host: str) -> str:
    """The host of the proxy that the environment names for an address; empty where it names none.

    By the rules of urllib, which httpx2 goes by as well.
    """
    proxies = getproxies()
    address = proxies.get(scheme) or proxies.get("all") or ""
    if not address or proxy_bypass(host):
        return ""
    return urlsplit(address if "://" in address else f"//{address}").hostname or address


def _id() -> str:
    return uuid.uuid4().hex
