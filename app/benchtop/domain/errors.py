"""Every failure Benchtop explains to a person, one sentence each.

    BenchtopError
    ├── ModelFileError            the file cannot be used as a model
    │   ├── ModelFileMissing      the path is gone
    │   ├── ModelIsFolder         a folder was given
    │   ├── ModelNoPermission     the file may not be read
    │   ├── ModelEmpty            zero bytes
    │   ├── NotGguf               the first four bytes are not "GGUF"
    │   ├── GgufVersionUnknown    a version no one here can read
    │   ├── GgufDamaged           a header that contradicts itself
    │   ├── GgufTruncated         shorter than its own header says
    │   ├── ArchitectureUnknown   llama.cpp does not know this architecture
    │   ├── ModelLoadFailed       llama.cpp refused it for another reason
    │   ├── ModelTooLarge         more memory than this machine has free
    │   └── ModelIsAdapter        a LoRA adapter, which needs a model
    ├── ModelUnknown              no model of that id, name or path
    ├── StarterFixed              the starter cannot be taken off the list
    ├── AdapterFailed             a LoRA file that does not fit or cannot be read
    ├── PromptError               a request that cannot be run
    │   ├── TemplateFailed        the chat template raised, looped or tried to escape
    │   ├── ContextFull           the prompt does not fit the context
    │   ├── MessageTooLarge       more text than the wire to a worker takes
    │   ├── SchemaInvalid         a JSON schema that has no grammar
    │   ├── NoChatsForSuite       nobody has said anything yet
    │   ├── TextTooShort          less text than one window of the context
    │   ├── VocabulariesDiffer    two models whose tokens cannot be compared
    │   ├── MeasureNoRoom         the disk has too little room for a comparison
    │   ├── ModelsTooLarge        two models that do not fit into the memory together
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
    ├── SuiteInvalid              a suite of prompts that contradicts itself
    ├── SuiteUnknown              no suite of that id or name
    ├── SuiteRunUnknown           no suite run of that id
    ├── ContestantChanged         another file than the one that a run began with
    ├── VotesInvalid              a file of votes that cannot be ranked
    ├── SameContestant            a vote on a contestant against itself
    ├── CardInvalid               a file that is no card, or not a whole one
    ├── CardNewer                 a card that a later Benchtop wrote
    ├── EnergyUnmeasurable        this machine does not tell what it takes
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

from typing import ClassVar

Fact = str | int | float


class BenchtopError(Exception):
    """A failure with one plain sentence: what happened, to what, and what to do."""

    sentence: ClassVar[str] = "Something went wrong: {detail}"

    def __init__(self, /, **facts: Fact) -> None:
        self.facts = facts
        super().__init__(self.sentence.format(**facts))


class ModelFileError(BenchtopError):
    """The file cannot be used as a model. Every sub-class has the fact ``path``."""

    sentence = "{path} cannot be used as a model: {detail}"


class ModelFileMissing(ModelFileError):
    sentence = "{path} is not there: check the path, or choose the file again."


class ModelIsFolder(ModelFileError):
    sentence = "{path} is a folder: choose a .gguf file inside it."


class ModelNoPermission(ModelFileError):
    sentence = "{path} may not be read: give your user permission to read it, then try again."


class ModelEmpty(ModelFileError):
    sentence = "{path} is empty (0 bytes): download or copy it again."


class NotGguf(ModelFileError):
    sentence = (
        "{path} is not a GGUF file: Benchtop runs models in the GGUF format, "
        "so look for a .gguf version of this model."
    )


class GgufVersionUnknown(ModelFileError):
    sentence = (
        "{path} is a GGUF file of version {version}, and this Benchtop reads versions 2 and 3: "
        "look for a newer file of this model."
    )


class GgufDamaged(ModelFileError):
    sentence = "{path} is damaged ({detail}): download or copy it again."


class GgufTruncated(ModelFileError):
    sentence = (
        "{path} is cut short: it has {have:,} bytes of the {need:,} it should have, "
        "so download or copy it again."
    )


class ArchitectureUnknown(ModelFileError):
    sentence = (
        "{path} is a model of the architecture “{architecture}”, which this Benchtop's "
        "llama.cpp does not know: update Benchtop or choose another model."
    )


class ModelLoadFailed(ModelFileError):
    sentence = "{path} could not be loaded by llama.cpp ({detail}): try another file of this model."


class ModelTooLarge(ModelFileError):
    sentence = (
        "{path} needs about {need} of memory and {free} is free: "
        "choose a smaller model or quantisation, a smaller context, or close other programs."
    )


class ModelIsAdapter(ModelFileError):
    sentence = (
        "{path} is an adapter, which changes a model and is none by itself: "
        "choose a model, and use the adapter together with it."
    )


class ModelUnknown(BenchtopError):
    sentence = "There is no model called “{model}”: see `benchtop models list`, or give a path."


class StarterFixed(BenchtopError):
    sentence = "The starter model comes with Benchtop and cannot be removed."


class AdapterFailed(BenchtopError):
    sentence = "The adapter {path} cannot be used with this model: {detail}."


class PromptError(BenchtopError):
    """A request that cannot be run as it was asked."""

    sentence = "This request cannot be run: {detail}"


class NoChatsForSuite(PromptError):
    sentence = "There are no chats yet to make a suite of: write its first prompt yourself."


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


class TextTooShort(PromptError):
    sentence = (
        "The text fills {have:,} of the {need:,} tokens of one window: "
        "take a longer text or a smaller context."
    )


class VocabulariesDiffer(PromptError):
    sentence = (
        "{first} and {second} have different vocabularies, so their probabilities cannot be compared: "
        "choose two files of one model."
    )


class MeasureNoRoom(PromptError):
    sentence = (
        "Comparing these models takes {need} of the disk for a while and {folder} has {free} free: "
        "free some space, or take a smaller context."
    )


class ModelsTooLarge(PromptError):
    sentence = (
        "{first} and {second} do not fit into the memory together: close other programs, "
        "or choose a smaller file."
    )


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


class SuiteInvalid(BenchtopError):
    """``prompt``, where it is a fact, is the id of the prompt that is wrong."""

    sentence = "The suite “{suite}” cannot be used: {detail}."


class SuiteUnknown(BenchtopError):
    sentence = "There is no suite called “{suite}”: see `benchtop suites list`."


class ContestantChanged(BenchtopError):
    sentence = (
        "{path} is not the file that this run began with: put that one back, or begin a new run."
    )


class SuiteRunUnknown(BenchtopError):
    sentence = "There is no run “{run}” of a suite to go on with: begin one with `benchtop suites run SUITE`."


class VotesInvalid(BenchtopError):
    sentence = "{path} cannot be ranked: {detail}."


class SameContestant(BenchtopError):
    sentence = (
        "Both sides of this vote are {name} under the same settings, so there is nothing to decide: "
        "compare two different models, or one in two settings."
    )


class CardInvalid(BenchtopError):
    sentence = "{path} is no card that can be read: {detail}."


class CardNewer(BenchtopError):
    sentence = (
        "{path} is a card of version {version}, from a newer Benchtop, and this one knows up to {ours}: "
        "update Benchtop to read it."
    )


class EnergyUnmeasurable(BenchtopError):
    sentence = "Energy is not measurable here: {detail}."


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


def error_kinds() -> dict[str, type[BenchtopError]]:
    """Every class of the tree above by its name: what the wire uses to send an error whole."""
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
