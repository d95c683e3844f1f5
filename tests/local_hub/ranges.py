"""Range and If-Range for one file (RFC 9110, sections 13 and 14): one range, in bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from local_hub.answers import Answer, Body, body_of
from local_hub.request_log import Request
from local_hub.stored_file import StoredFile

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def file_answer(
    stored: StoredFile, etag: str, request: Request, headers: Mapping[str, str]
) -> Answer:
    """200 with all of it, 206 with the range that was asked for, or 416.

    A range in another form, or one whose If-Range names another ETag, is passed over (200).
    """
    said = {"Accept-Ranges": "bytes", "ETag": f'"{etag}"', **headers}
    whole = body_of(stored.source)
    bounds = _bounds(request.range, whole.total)
    same = request.headers.get("if-range", said["ETag"]) == said["ETag"]
    if bounds is None or not same or request.method != "GET":
        return Answer(HTTPStatus.OK, said, whole)
    start, end = bounds
    if start >= end:
        return Answer(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            said | {"Content-Range": f"bytes */{whole.total}"},
        )
    said["Content-Range"] = f"bytes {start}-{end - 1}/{whole.total}"
    part = Body(stored.source, start, end, whole.total)
    return Answer(HTTPStatus.PARTIAL_CONTENT, said, part)


def _bounds(asked: str, size: int) -> tuple[int, int] | None:
    """From where to before where; not below each other if there is nothing. None: no range to speak of."""
    wanted = _ONE_RANGE.fullmatch(asked.replace(" ", ""))
    if wanted is None or not any(wanted.groups()):
        return None
    first, last = wanted.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1) if last else size
