"""What could not be written to the store, as Markdown for another place."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.chat import Conversation, Message, MessageEdit
from benchtop.services.unsaved_writes import Words


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """What would be lost at the end: words for the store, and the draft of a new conversation."""

    words: Sequence[Words] = ()
    draft: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.draft.strip())

    def markdown(self) -> str:
        """Every conversation of which something waits, with what waits of it, oldest first."""
        known = {one.id: one for one in self.words if isinstance(one, Conversation)}
        said: dict[str, list[Message | MessageEdit]] = {name: [] for name in known}
        for one in self.words:
            if not isinstance(one, Conversation):
                said.setdefault(one.conversation_id, []).append(one)
        parts = [_conversation(known.get(name), words) for name, words in said.items()]
        if self.draft.strip():
            parts.append(_draft(self.draft))
        return "\n---\n\n".join("\n\n".join(blocks) + "\n" for blocks in parts)

    def write(self, path: Path) -> None:
        """Put the Markdown into a file of the person's choosing; raises what write_export does."""
        from benchtop.store.export_file import write_export  # noqa: PLC0415  (rarely needed)

        write_export(path, self.markdown())


def _conversation(
    conversation: Conversation | None, words: Sequence[Message | MessageEdit]
) -> list[str]:
    # Rarely needed: not before the first paint.
    from benchtop.store.export_markdown import heading_blocks, message_blocks  # noqa: PLC0415

    blocks = heading_blocks(conversation) if conversation else ["# Part of a conversation"]
    for one in words:
        blocks.extend(message_blocks(one) if isinstance(one, Message) else _edit(one))
    if conversation is not None and conversation.draft.strip():
        blocks.extend(_draft(conversation.draft))
    return blocks


def _draft(text: str) -> list[str]:
    return ["## Not sent yet", text.strip("\n")]


def _edit(edit: MessageEdit) -> list[str]:
    return ["## An edit, not saved yet", edit.text.strip("\n")]


def write_rescue_file(unsaved: UnsavedText) -> Path | None:
    """Put it into a new file for its owner only, where there is still room.

    In the home folder, since the folder for temporary files may be emptied at the next start; None
    when neither takes it.
    """
    name = f"benchtop-unsaved-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.md"
    data = unsaved.markdown().encode("utf-8", "replace")
    for folder in (Path.home(), Path(tempfile.gettempdir())):
        if _write_whole(folder / name, data):
            return folder / name
    return None


def _write_whole(path: Path, data: bytes) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return False
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        return False
    return True
