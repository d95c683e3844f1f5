"""Failures of comparing models: suites of prompts, votes, measurements and cards.

PromptError
├── NoChatsForSuite           nobody has said anything yet
├── TextTooShort              less text than one window of the context
├── VocabulariesDiffer        two models whose tokens cannot be compared
├── MeasureNoRoom             the disk has too little room for a comparison
└── ModelsTooLarge            two models that do not fit into the memory together
BenchtopError
├── SuiteInvalid              a suite of prompts that contradicts itself
├── SuiteUnknown              no suite of that id or name
├── SuiteRunUnknown           no suite run of that id
├── ContestantChanged         another file than the one that a run began with
├── VotesInvalid              a file of votes that cannot be ranked
├── SameContestant            a vote on a contestant against itself
├── CardInvalid               a file that is no card, or not a whole one
├── CardNewer                 a card that a later Benchtop wrote
└── EnergyUnmeasurable        this machine does not tell what it takes
"""

from __future__ import annotations

from benchtop.domain.errors import BenchtopError, PromptError


class NoChatsForSuite(PromptError):
    sentence = "There are no chats yet to make a suite of: write its first prompt yourself."


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
