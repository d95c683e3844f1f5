"""A conversation of a comparison, taken into Chat to go on with one contestant alone."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchtop.domain.chat import Conversation, Message, title_from
from benchtop.domain.contests import ContestAnswer, Contestant, PromptTurn

if TYPE_CHECKING:
    from benchtop.store.database import Store


def take_into_chat(store: Store, contestant: Contestant, answer: ContestAnswer) -> Conversation:
    """Keep what a contestant was asked and answered as a new conversation with its model, system
    prompt and parameters: all of it or nothing. A stopped answer comes as far as it came.

    Raises the errors of a Connection.
    """
    now = time.time()
    conversation_id = uuid.uuid4().hex
    messages = _messages(conversation_id, contestant, answer, now)
    first = next((m.content for m in messages if m.role == "user"), "")
    conversation = Conversation(
        id=conversation_id,
        title=title_from(first),
        created=now,
        updated=messages[-1].created,
        titled=True,
        leaf_id=messages[-1].id,
        model_id=contestant.model_id,
        system_prompt=contestant.system_prompt,
        params=contestant.sampling.to_json(),
        adapters=tuple(one.use for one in contestant.adapters),
    )
    with store.connection.writing():
        store.conversations.add(conversation)
        for message in messages:
            store.messages.add(message)
    return conversation


def _messages(
    conversation_id: str, contestant: Contestant, answer: ContestAnswer, now: float
) -> list[Message]:
    """One after the other, the answer last; no two have the same time, which orders siblings."""
    turns: Sequence[PromptTurn] = (*answer.turns, PromptTurn("assistant", answer.text))
    found: list[Message] = []
    for number, turn in enumerate(turns):
        is_reply = turn.role == "assistant"
        is_last = number == len(turns) - 1
        found.append(
            Message(
                id=uuid.uuid4().hex,
                conversation_id=conversation_id,
                parent_id=found[-1].id if found else None,
                role=turn.role,
                content=turn.content,
                created=now + number / 1_000,
                reasoning=answer.reasoning if is_last else "",
                state="complete" if answer.is_whole or not is_last else "stopped",
                model_id=contestant.model_id if is_reply else None,
                model_name=contestant.name if is_reply else "",
                adapters=tuple(one.use for one in contestant.adapters) if is_reply else (),
                params={**contestant.params.to_json(), "seed": answer.seed} if is_last else {},
                timings=answer.timings if is_last else None,
                stop=answer.stop if is_last else None,
                note=answer.error if is_last else "",
            )
        )
    return found
