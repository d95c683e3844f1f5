"""Which conversation each chat of an import belongs to, where several chats may have one id.

A chat's id may be had by another as well, in another folder of its program; and its place there is no
part of what it is, because a person moves it. So they are told apart by what was said in them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from benchtop.domain.chat import Role
from benchtop.services.other_chats import OtherChat

if TYPE_CHECKING:
    from benchtop.store.database import Store

_Said = set[tuple[Role, str]]
"""Roles and words."""
_FREE = 3
"""After so many ids without a conversation there is none: one between them may have been deleted."""
_SAME_SECONDS = 0.001


class _Held(IntEnum):
    """What a chat of this import has done with a conversation."""

    KNOWN = 1
    GROWN = 2
    MADE = 3


class ChatIdentities:
    """Those of one import."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    def of(self, store: Store, chat: OtherChat, *, at_last: bool) -> str | None:
        """The id of its conversation, new or not; None where that is known after all others only.

        That is so where nothing of it is in the conversations of its id: all of it was written anew, or it is
        another chat, and those are still awaited that they belong to.
        """
        said = {(message.role, message.text) for message in chat.messages}
        kept, free = _conversations(store, chat)
        may_join = [one for one in kept if self._may_join(one, said, kept[one])]
        if may_join:
            best = max(may_join, key=lambda one: (len(said & kept[one]), one not in self._held))
            return self._hold(best, _Held.KNOWN if said <= kept[best] else _Held.GROWN)
        left = [one for one in kept if one not in self._held and _is_as_old(store, one, chat)]
        if not left:
            return self._hold(free, _Held.MADE)
        return self._hold(left[0], _Held.GROWN) if at_last else None

    def _may_join(self, own_id: str, said: _Said, there: _Said) -> bool:
        """Whether it may be of that conversation, with which no other chat of this import has more to do."""
        if not said & there:
            return False
        held = self._held.get(own_id)
        if held is None:
            return True
        if held is _Held.MADE:  # by another chat: two that begin alike stay two
            return False
        return said <= there or (held is _Held.KNOWN and there <= said)

    def _hold(self, own_id: str, how: _Held) -> str:
        self._held[own_id] = max(how, self._held.get(own_id, how))
        return own_id


def _conversations(store: Store, chat: OtherChat) -> tuple[dict[str, _Said], str]:
    """What is in the conversations that may be the chat's, and the first id for another."""
    kept: dict[str, _Said] = {}
    free: list[str] = []
    for own_id in chat.own_ids():
        there = {(message.role, message.content) for message in store.messages.of(own_id)}
        if there:
            kept[own_id] = there
        elif own_id != chat.placed_id:
            free.append(own_id)
            if len(free) == _FREE:
                break
    return kept, free[0]


def _is_as_old(store: Store, own_id: str, chat: OtherChat) -> bool:
    return abs(store.conversations.get(own_id).created - chat.created) < _SAME_SECONDS
