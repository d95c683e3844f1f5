"""Suites by their name: those that come with Benchtop and a person's own."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from functools import cache

from benchtop.domain.compare_errors import SuiteUnknown
from benchtop.domain.suite_json import suite_from_json
from benchtop.domain.suites import Suite
from benchtop.resources import resource
from benchtop.store.database import Store

SHIPPED = ("everyday", "small-maths", "following-instructions", "fairness")


@cache
def shipped_suites() -> tuple[Suite, ...]:
    """The suites that come with Benchtop, in the order they are shown in."""
    texts = (resource("suites", f"{name}.json").read_text(encoding="utf-8") for name in SHIPPED)
    return tuple(suite_from_json(json.loads(text), builtin=True) for text in texts)


def find_suite(store: Store, wanted: str) -> Suite:
    """The suite of an id, else of a name, capitals or not; SuiteUnknown where there is none.

    Where a shipped suite and one's own have the same name, it is one's own.
    """
    shipped = shipped_suites()
    heads = store.suites.heads()
    for head in heads:
        if head.id == wanted:
            return store.suites.get(head.id)
    for suite in shipped:
        if suite.id == wanted:
            return suite
    name = wanted.strip().casefold()
    for head in heads:
        if head.name.casefold() == name:
            return store.suites.get(head.id)
    for suite in shipped:
        if suite.name.casefold() == name:
            return suite
    raise SuiteUnknown(suite=wanted)


def add_suite(store: Store, suite: Suite) -> Suite:
    """Keep an imported suite beside what is there, of which nothing is replaced; returns it as kept.

    What is there already, word for word, is not added again. An id that is taken becomes a new one, and
    a name that is taken gets a number.
    """
    suite = replace(suite, builtin=False)
    with store.connection.writing():
        heads = [*store.suites.heads(), *store.suites.in_bin()]
        shipped = shipped_suites()
        taken = {head.id for head in heads} | {one.id for one in shipped}
        if suite.id in {head.id for head in store.suites.heads()}:
            there = store.suites.get(suite.id)
            if there == suite:
                return there
        if suite.id in taken:
            suite = replace(suite, id=uuid.uuid4().hex)
        names = {head.name.casefold() for head in store.suites.heads()}
        names |= {one.name.casefold() for one in shipped}
        name, number = suite.name, 1
        while suite.name.casefold() in names:
            number += 1
            suite = replace(suite, name=f"{name} {number}")
        store.suites.put(suite)
    return suite
