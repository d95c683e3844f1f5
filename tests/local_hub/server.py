"""A threading HTTP/1.1 server with keep-alive that stops at once, whoever is still connected."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import traceback
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from local_hub.answers import Answer, Broken
from local_hub.faults import Fault, FaultPlan
from local_hub.line import Line, resets
from local_hub.request_log import Request, RequestLog
from local_hub.site import Site

STOP_POLL = 0.02
"""Seconds between looks at whether to stop accepting."""
STOP_LIMIT = 5.0
SMALL = 64 * 1024
"""A body up to this many bytes goes out in one packet with its headers."""


@dataclass
class Shared:
    """What the servers of one hub have in common. ``errors`` are tracebacks of what must not happen."""

    site: Site
    log: RequestLog = field(default_factory=RequestLog)
    plan: FaultPlan = field(default_factory=FaultPlan)
    closing: threading.Event = field(default_factory=threading.Event)
    errors: list[str] = field(default_factory=list)


class Server(ThreadingHTTPServer):
    """One listening socket on 127.0.0.1, and the threads of its connections."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        name: Literal["hub", "cdn"],
        shared: Shared,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.name = name
        self.shared = shared
        self.tls = tls
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._answering: list[threading.Thread] = []
        self._accepting = threading.Thread(
            target=self.serve_forever, args=(STOP_POLL,), name=f"local {name}", daemon=True
        )

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Accept connections."""
        self._accepting.start()

    def stop(self) -> None:
        """Close every connection and wait for the threads; ``closing`` must be set before."""
        self.shutdown()
        self._accepting.join(STOP_LIMIT)
        with self._lock:
            for connection in self._open:
                # A thread that reads the next request wakes up; closing is its own business.
                _shut(connection)
        for thread in self._answering:
            thread.join(STOP_LIMIT)
        self.server_close()

    def get_request(self) -> tuple[Any, Any]:
        """A connection; the handshake of TLS is left to its thread."""
        connection, address = super().get_request()
        if self.tls:
            connection = self.tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer the connection's requests on a thread that ``stop`` can wait for."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name=f"local {self.name} connection",
            daemon=True,
        )
        with self._lock:
            self._open.add(request)
        self._answering = [one for one in self._answering if one.is_alive()]
        thread.start()
        self._answering.append(thread)

    def shutdown_request(self, request: Any) -> None:
        """The connection is over."""
        with self._lock:
            self._open.discard(request)
        if resets(request):
            self.close_request(request)  # without the polite end that comes before it
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what must not happen; a client that went away is nothing of the kind."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError | TimeoutError):
            self.shared.errors.append(traceback.format_exc())


class Handler(BaseHTTPRequestHandler):
    """The requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Log the request, find its answer, spoil it as planned, send it."""
        shared = self.server.shared
        request = self._read()
        shared.log.begin(request)
        try:
            answer = shared.site.answer(request, self._base())
            faults = shared.plan.take(request, answer)
            for fault in faults:
                answer = fault.answer(answer, shared.site)
            request.status, request.file = int(answer.status), answer.file
            line = Line(self.connection, request, shared.closing)
            self._send(line, answer, faults)
        except Broken:
            self.close_connection = True
        finally:
            shared.log.finish(request)

    def do_HEAD(self) -> None:
        """The same without the body."""
        self.do_GET()

    def do_POST(self) -> None:
        """The same; its body is a question too."""
        self.do_GET()

    def _read(self) -> Request:
        parts = urlsplit(self.path)  # of a request to a proxy, it is a whole address
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers: dict[str, str] = {}
        for name, said in self.headers.items():
            before = headers.get(name.lower())
            headers[name.lower()] = f"{before}, {said}" if before else said
        return Request(
            server=self.server.name,
            method=self.command,
            target=target,
            path=unquote(parts.path),
            query=parse_qs(parts.query, keep_blank_values=True),
            headers=headers,
            body=self.rfile.read(int(headers.get("content-length", "0"))),
            peer=self.client_address[1],
        )

    def _base(self) -> str:
        """Scheme and host by which the client knows this server."""
        scheme, _, own = self.server.url.partition("://")
        return f"{scheme}://{self.headers.get('Host', own)}"

    def _send(self, line: Line, answer: Answer, faults: list[Fault]) -> None:
        for fault in faults:
            fault.before(line)
        head = self._head(answer)
        if self.command == "HEAD" or not len(answer.body):
            line.send_head(head)
        elif faults:
            blocks = answer.body.blocks()
            for fault in faults:
                blocks = fault.blocks(blocks, line)
            line.send_head(head)
            for block in blocks:
                line.send(block)
        elif len(answer.body) <= SMALL:
            line.send_head(head, b"".join(bytes(block) for block in answer.body.blocks()))
        else:
            line.send_head(head)
            line.send_file(answer.body)

    def _head(self, answer: Answer) -> bytes:
        headers = {
            "Content-Length": str(len(answer.body)),
            "Date": self.date_time_string(),
            "X-Request-Id": f"local-{id(answer):x}",
            **answer.headers,
        }
        lines = [f"HTTP/1.1 {int(answer.status)} {_phrase(answer.status)}"]
        lines += [f"{name}: {said}" for name, said in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def log_message(self, *_words: object) -> None:
        """Say nothing: the requests are in the log."""


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else "Unknown"


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster
