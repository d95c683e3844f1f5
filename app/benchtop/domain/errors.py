"""Every failure Benchtop explains to a person, one sentence each. Those of a model file, of comparing, of the
Hub and of teaching have modules of their own (families()), with their trees at the top.

    BenchtopError
    ├── ModelUnknown              no model of that id, name or path
    ├── StarterFixed              the starter cannot be taken off the list
    ├── AdapterFailed             a LoRA file that does not fit or cannot be read
    ├── PromptError               a request that cannot be run
    │   ├── TemplateFailed        the chat template raised, looped or tried to escape
    │   ├── ContextFull           the prompt does not fit the context
    │   ├── MessageTooLarge       more text than the wire to a worker takes
    │   ├── SchemaInvalid         a JSON schema that has no grammar
    │   └── BadParameter          a value outside its range
    ├── WorkerError
    │   ├── WorkerDied            the process ended without being asked to
    │   ├── WorkerDeaf            it did not stop when asked, so Benchtop ended it
    │   ├── WorkerNotStarted      it could not be started
    │   └── ProtocolMismatch      the other side speaks another version
    ├── StoreError
    │   ├── StoreNewer            written by a newer Benchtop
    │   ├── StoreReadOnly         the data folder may not be written
    │   ├── StoreFull             the disk is full
    │   ├── StoreBusy             another process has been writing to it for too long
    │   ├── ReplyNotKept          a command's reply could not be written
    │   ├── StoreDamaged          SQLite says the file is damaged
    │   └── ConversationUnknown   no conversation of that id
    ├── ImportInvalid             an export file that cannot be read
    ├── ChatUnreadable            a chat of another program that cannot be read
    ├── ChatIncomplete            one that was brought in without what was damaged
    ├── FileUnreadable            another file that cannot be read
    ├── SettingsDamaged           a settings file that is no JSON: the defaults hold
    ├── FileNotWritten            a file of the person's choosing that cannot be written
    ├── FolderMissing             the folder it was to lie in is not there
    ├── FileInTheWay              a file that would be overwritten
    ├── FileNotBinned             a file the system's bin does not take
    ├── FileNotBroughtBack        a file that cannot come out of the bin again
    └── Interrupted               a person stopped it before it was done

An error carries its sentence as a template and the facts that fill it, so that a window can show it
in another language and a worker can send it over the wire without losing its type.
"""

from __future__ import annotations

from types import ModuleType
from typing import ClassVar

Fact = str | int | float


class BenchtopError(Exception):
    """A failure with one plain sentence: what happened, to what, and what to do."""

    sentence: ClassVar[str] = "Something went wrong: {detail}"

    def __init__(self, /, **facts: Fact) -> None:
        self.facts = facts
        super().__init__(self.sentence.format(**facts))


class ModelUnknown(BenchtopError):
    sentence = "There is no model called “{model}”: see `benchtop models list`, or give a path."


class StarterFixed(BenchtopError):
    sentence = "The starter model comes with Benchtop and cannot be removed."


class AdapterFailed(BenchtopError):
    sentence = "The adapter {path} cannot be used with this model: {detail}."


class PromptError(BenchtopError):
    """A request that cannot be run as it was asked."""

    sentence = "This request cannot be run: {detail}"


class TemplateFailed(PromptError):
    sentence = (
        "The chat template inside {path} cannot be used ({detail}): "
        "Benchtop can go on with its plain fallback template."
    )


class ContextFull(PromptError):
    sentence = (
        "The conversation needs {need:,} tokens and the context holds {context:,}: "
        "shorten it, drop the oldest turns, or use a larger context."
    )


class MessageTooLarge(PromptError):
    sentence = (
        "The text is too large to be sent to the model: it takes {have} and the limit is {most}, "
        "so shorten it."
    )


class SchemaInvalid(PromptError):
    sentence = "The JSON schema cannot be used: {detail}."


class BadParameter(PromptError):
    sentence = "{name} is {value}, which is out of range: {allowed}."


class WorkerError(BenchtopError):
    """Something about a worker process rather than about the request."""

    sentence = "The {role} process failed: {detail}"


class WorkerDied(WorkerError):
    sentence = (
        "The {role} process ended unexpectedly while {doing} ({cause}). "
        "Nothing that was shown is lost: try again."
    )


class WorkerDeaf(WorkerError):
    sentence = (
        "The {role} process did not stop when asked and was ended while {doing}. "
        "Nothing that was shown is lost: try again."
    )


class WorkerNotStarted(WorkerError):
    sentence = "The {role} process could not be started ({detail}): reinstall Benchtop."


class ProtocolMismatch(WorkerError):
    sentence = (
        "The {role} process speaks version {theirs} and this Benchtop version {ours}: "
        "close every Benchtop and start it again."
    )


class StoreError(BenchtopError):
    """Something about the database of chats. Every sub-class has the fact ``path``."""

    sentence = "The data in {path} could not be used: {detail}"


class StoreNewer(StoreError):
    sentence = (
        "{path} was written by a newer Benchtop: install that version again. "
        "Nothing in it was changed."
    )


class StoreReadOnly(StoreError):
    sentence = (
        "{path} may not be written: give your user permission to write there "
        "(and check that it is a folder), or set BENCHTOP_HOME to another folder."
    )


class StoreFull(StoreError):
    sentence = "The disk that holds {path} is full: free some space, then try again."


class StoreBusy(StoreError):
    sentence = (
        "Another program has been writing to {path} for too long: "
        "wait for it or close it, then try again."
    )


class ReplyNotKept(StoreError):
    """A command printed a reply that could not be written; ``detail`` is the sentence of why."""

    sentence = "The reply above was not kept in {path}. The reason: {detail}"


class StoreDamaged(StoreError):
    sentence = (
        "{path} is damaged ({detail}): Benchtop left it as it is. "
        "If there are snapshots beside it, they hold earlier versions."
    )


class ConversationUnknown(StoreError):
    sentence = "There is no conversation with the id {conversation} in {path}."


class ImportInvalid(BenchtopError):
    sentence = "{path} cannot be imported: {detail}."


class ChatUnreadable(BenchtopError):
    sentence = "The chat in {path} could not be brought in: {detail}."


class ChatIncomplete(BenchtopError):
    sentence = "The chat in {path} was brought in without all of it: {detail}."


class FileUnreadable(BenchtopError):
    sentence = "{path} cannot be read: {detail}."


class SettingsDamaged(BenchtopError):
    sentence = (
        "The settings in {path} are damaged, so Benchtop goes on with its defaults: "
        "the damaged file is kept as {kept} once a setting is changed."
    )


class FileNotWritten(BenchtopError):
    sentence = "{path} cannot be written ({detail}): choose another name or folder."


class FolderMissing(BenchtopError):
    sentence = "The folder {path} does not exist: make it, or choose another."


class FileInTheWay(BenchtopError):
    sentence = "{path} is there already: choose another name, or give --force to replace it."


class FileNotBinned(BenchtopError):
    sentence = "{path} could not be moved to the bin and stays where it is: delete it with your file manager."


class FileNotBroughtBack(BenchtopError):
    sentence = "{path} could not be brought back ({detail}): look for it in the bin."


class Interrupted(BenchtopError):
    sentence = "It was interrupted before it was done."


def families() -> tuple[ModuleType, ...]:
    """The modules of errors beside this one, imported by now."""
    # They import this one.
    from benchtop.domain import (  # noqa: PLC0415
        compare_errors,
        hub_errors,
        model_errors,
        teach_errors,
    )

    return compare_errors, hub_errors, model_errors, teach_errors


def error_kinds() -> dict[str, type[BenchtopError]]:
    """Every class of the trees by its name: what the wire uses to send an error whole."""
    families()  # a process that raises none of them may be sent one
    found: dict[str, type[BenchtopError]] = {}
    waiting: list[type[BenchtopError]] = [BenchtopError]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = kind
        waiting.extend(kind.__subclasses__())
    return found


def rebuild_error(kind: str, facts: dict[str, Fact]) -> BenchtopError:
    """The error that was sent as its class name and facts; BenchtopError for an unknown name."""
    known = error_kinds().get(kind)
    if known is None:
        return BenchtopError(detail=f"{kind}: {facts}")
    try:
        return known(**facts)
    except (KeyError, IndexError, ValueError, TypeError):
        return BenchtopError(detail=f"{kind}: {facts}")
