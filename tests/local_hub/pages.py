"""Long lists in pages: a cursor that only the server understands, and the Link header to the next page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from local_hub.answers import Answer, in_json, problem
from local_hub.request_log import Request

Item = TypeVar("Item")


def page(
    items: Sequence[Item], request: Request, base: str, size: int, to_json: Callable[[Item], Any]
) -> Answer:
    """The page that the request's cursor names, at most ``size`` items, with a link to the next one.

    ``limit`` in the query makes pages smaller, never larger. ``base`` is scheme and host of the link.
    """
    try:
        start = _position(request.first("cursor"))
        limit = int(request.first("limit", str(size)))
    except ValueError:
        return problem(400, "Invalid cursor or limit")
    if limit < 1:
        return problem(400, "Invalid limit")
    end = start + min(limit, size)
    headers = {}
    if end < len(items):
        query = {**request.query, "cursor": [_cursor(end)]}
        link = f"{base}{quote(request.path)}?{urlencode(query, doseq=True)}"
        headers["Link"] = f'<{link}>; rel="next"'
    return in_json([to_json(item) for item in items[start:end]], headers)


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, number = base64.urlsafe_b64decode(cursor).decode("ascii").split(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError from error
    if word != "after":
        raise ValueError
    return int(number)
