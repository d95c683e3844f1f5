"""``GET /api/models``: search, filters, order and pages.

Parameters: https://huggingface.co/docs/hub/api#get-apimodels, and what HfApi.list_models sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from local_hub.answers import Answer, problem
from local_hub.model_json import FULL, LISTED, PROPERTIES, listed
from local_hub.pages import page
from local_hub.repository import Repository
from local_hub.request_log import Request

PAGE = 1000
ORDERS: dict[str, Callable[[Repository], Any]] = {
    "createdAt": lambda repository: repository.created,
    "downloads": lambda repository: repository.downloads,
    "lastModified": lambda repository: repository.last_modified,
    "likes": lambda repository: repository.likes,
    "trendingScore": lambda repository: repository.trending,
}
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_BOUND = re.compile(r"(min|max):([\d.]+)([KMBT]?)", re.IGNORECASE)


def model_list(request: Request, seen: Iterable[Repository], base: str) -> Answer:
    """A page of the repositories in ``seen`` that the query asks for; 400 for an order or a property
    that the Hub does not know.
    """
    order = request.first("sort") or "trendingScore"
    properties = request.every("expand")
    if order not in ORDERS:
        return problem(400, f"Invalid sort parameter: {order}")
    if unknown := [name for name in properties if name not in PROPERTIES]:
        return problem(400, f"Invalid expand parameter: {unknown[0]}")
    found = sorted((one for one in seen if _asked_for(request, one)), key=lambda one: one.id)
    # Largest first, as the Hub does unless told otherwise.
    found.sort(key=ORDERS[order], reverse=request.first("direction") != "1")
    names = properties or _properties(request)
    return page(found, request, base, PAGE, lambda one: listed(one, names))


def _properties(request: Request) -> list[str]:
    names = list(FULL if _yes(request, "full") else LISTED)
    return names + [name for name in ("cardData", "config") if _yes(request, name)]


def _yes(request: Request, name: str) -> bool:
    return request.first(name).lower() in ("true", "1")


def _asked_for(request: Request, one: Repository) -> bool:
    tags = set(one.all_tags)
    return (
        all(word in one.id.lower() for word in request.first("search").lower().split())
        and request.first("author", one.author) == one.author
        and request.first("pipeline_tag", one.pipeline) == one.pipeline
        and all(tag in tags for tag in request.every("filter"))
        and _gated_as_asked(request.first("gated"), one)
        and _sized_as_asked(request.first("num_parameters"), one)
    )


def _gated_as_asked(asked: str, one: Repository) -> bool:
    return not asked or (asked.lower() == "true") == bool(one.gated)


def _sized_as_asked(asked: str, one: Repository) -> bool:
    bounds = {
        which.lower(): float(number) * _UNITS[unit.upper()]
        for which, number, unit in _BOUND.findall(asked)
    }
    if not bounds:
        return True
    total = (one.gguf or {}).get("total")
    if total is None:
        return False
    return bounds.get("min", 0.0) <= float(total) <= bounds.get("max", float("inf"))
