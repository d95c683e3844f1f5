"""Failures of teaching a model: what it cannot be taught from, and what became of a run.

AdapterFailed
├── AdapterMissing            its file is not there any more
├── StartMissing              a run was to begin with it, and it is not there
├── StartBroken               it is there, and not whole
├── StartNoAdapter            that file is none
├── StartUnfit                a run of these settings cannot begin with it
└── AdapterOfAnotherBase      it was made for another model, by its sum or its measures
    └── StartOfAnotherBase    a run was to begin with it
FileNotBinned
└── AdapterNotBinned          the command that removes it can leave its file
BenchtopError
├── ModelNotTrainable         the trainer does not compute this model
├── DatasetUnknown            no data set of that id or name
├── DatasetEmpty              nothing in it can be learnt from
├── NothingToCollect          the chats hold nothing for a data set
├── FormHoldsNone             no example of a data set fits the form of an export
├── AdapterUnknown            no adapter of that id, name or path
├── AdapterAmbiguous          several adapters have that name
├── MergeInTheWay             a merged model would lie where a file is
├── MergeNoRoom               the disk has too little room for a merged model
├── CheckpointUnusable        a run cannot be gone on with
├── CheckpointNotWritten      the disk did not take a checkpoint
├── TrainingDiverged          the loss became infinite or no number
├── TrainingNoMemory          too little memory for what was chosen
│   └── UnpackedTooLarge      whatever is chosen: the model by itself, unpacked
├── TrainingToolsMissing      torch is not installed
│   └── PeftMissing           transformers and peft are not, which some models need
├── ToolsNotInstalled         setting them up failed
├── ToolsOffline              setting them up needs the network
├── ToolsAtWork               they are in use, and cannot be removed
├── ToolsNotRemoved           the disk did not let go of them
├── TooFewExamples            nothing to learn from
├── RunUnknown                no training run of that id
├── RunEnded                  there is nothing to go on with
├── RunWithoutAdapter         it left nothing to be judged, or that is gone
├── BaseNotSpread             a base that cannot be spread over several devices
└── RunBusy                   another process is training it
"""

from __future__ import annotations

from benchtop.domain.errors import AdapterFailed, BenchtopError, FileNotBinned
from benchtop.domain.training import TRAINABLE, TRAINABLE_BY_TRANSFORMERS


class ModelNotTrainable(BenchtopError):
    """``detail`` goes on after "because"."""

    sentence = (
        "{path} cannot be trained here because {detail}: choose a model in one file whose architecture "
        f"is one of {', '.join((*TRAINABLE, *TRAINABLE_BY_TRANSFORMERS))}."
    )


class DatasetUnknown(BenchtopError):
    sentence = "There is no data set called “{dataset}”: see `benchtop data list`."


class DatasetEmpty(BenchtopError):
    sentence = (
        "The data set “{dataset}” has no example that can be learnt from: add or include examples that end "
        "with an answer, and leave some that are not held out."
    )


class NothingToCollect(BenchtopError):
    sentence = (
        "Nothing new in your chats can be taken as an example: rate a reply up, keep it for Teach, or "
        "edit it to what it should have been."
    )


class FormHoldsNone(BenchtopError):
    """``detail`` goes on after "the example"."""

    sentence = (
        "Nothing was written to {path}, because no example fits the form “{form}” (the last one {detail}): "
        "choose another form; messages holds any conversation."
    )


class AdapterMissing(AdapterFailed):
    sentence = (
        "The adapter {path} is not there any more: switch it off under Adapters above the "
        "conversation, or put its file back and try again."
    )


class StartMissing(AdapterFailed):
    sentence = (
        "The adapter {path}, which training is to begin with, is not there: choose one that is, or begin "
        "without one."
    )


class StartBroken(AdapterFailed):
    """``detail`` goes on after the file."""

    sentence = (
        "The adapter {path}, which training is to begin with, {detail}: copy or download it again, or begin "
        "without one."
    )


class StartNoAdapter(AdapterFailed):
    """``detail`` goes on after "because"."""

    sentence = (
        "Training cannot begin with {path} because {detail}: choose the file of an adapter (`benchtop "
        "adapters list` shows those that are known), or begin without one."
    )


class StartUnfit(AdapterFailed):
    """``detail`` goes on after "because"; ``advice`` says what to do instead."""

    sentence = (
        "Training cannot begin with the adapter {path} because {detail}: {advice}, or begin without "
        "one."
    )


class AdapterOfAnotherBase(AdapterFailed):
    """``base`` is what it was made for, as far as anybody knows."""

    sentence = (
        "The adapter {path} was made for {base} and cannot be used with {model}: switch it off, or "
        "choose the model it was made for."
    )


class StartOfAnotherBase(AdapterOfAnotherBase):
    sentence = (
        "The adapter {path} was made for {base}, so that training on {model} cannot begin with it: choose "
        "the model it was made for, or begin without one."
    )


class AdapterUnknown(BenchtopError):
    sentence = (
        "There is no adapter called {adapter}: `benchtop adapters list` shows those that are known."
    )


class AdapterAmbiguous(BenchtopError):
    """``ids`` are told from one another."""

    sentence = (
        "Several adapters are called {adapter}, and nothing was done: say by its id which is meant, "
        "{ids}."
    )


class AdapterNotBinned(FileNotBinned):
    sentence = (
        "{path} could not be moved to the bin, so that nothing was removed: with --keep-file the adapter "
        "goes off the list and its file stays, to be deleted with your file manager."
    )


class MergeInTheWay(BenchtopError):
    sentence = "{path} is there already, and merging replaces no file: choose another name."


class MergeNoRoom(BenchtopError):
    sentence = (
        "There is no room to merge into {path}: up to {need} are needed for a while and {free} are "
        "free. Free some room, or choose a folder on another disk."
    )


class CheckpointUnusable(BenchtopError):
    sentence = (
        "The training cannot go on from {path} because {detail}: start it anew; the adapter it had kept is "
        "still there."
    )


class CheckpointNotWritten(BenchtopError):
    sentence = (
        "The training stopped because {path} could not be written ({detail}): make room on that disk, "
        "then let it go on from its last checkpoint."
    )


class TrainingDiverged(BenchtopError):
    sentence = (
        "The training stopped at step {step} because the loss was no number any more: the last good "
        "adapter is kept; try again with a lower learning rate than {rate}."
    )


class TrainingNoMemory(BenchtopError):
    sentence = (
        "Training {model} like this would take {need} of memory and {free} are free: {advice}."
    )


class UnpackedTooLarge(TrainingNoMemory):
    sentence = (
        "{model} is of a kind that trains unpacked, which takes at least {need} of memory, and {free} are "
        "free: close other programs, or choose a smaller model."
    )


class TrainingToolsMissing(BenchtopError):
    sentence = (
        "The tools for training are not installed: press Set up on the Train tab, or run `benchtop "
        "training-tools setup --online` (about 940 MB), then try again."
    )


class PeftMissing(TrainingToolsMissing):
    sentence = (
        "{model} is of a kind that trains through transformers, and {tools} is missing: press Set up on "
        "the Train tab, or run `benchtop training-tools setup --all --online` (about 150 MB beside the other "
        "tools), then try again."
    )


class ToolsAtWork(BenchtopError):
    sentence = (
        "The training tools are in use by {run}: wait until that has ended, or pause it, "
        "and try again."
    )


class ToolsNotRemoved(BenchtopError):
    sentence = (
        "{folder} was not removed whole: {detail}. Close what uses its files "
        "and remove the tools again."
    )


class TooFewExamples(BenchtopError):
    sentence = "There is nothing to learn from in “{dataset}” for {model}: {detail}."


class RunUnknown(BenchtopError):
    sentence = (
        "There is no training run called “{run}”: see the list of runs on the Teach page, or `benchtop tune "
        "--list`."
    )


class RunEnded(BenchtopError):
    sentence = (
        "The training run “{run}” has ended, so that there is nothing to go on with: to learn more, start "
        "another one with its adapter (`benchtop tune --start FILE`, or Teach again in the window)."
    )


class RunWithoutAdapter(BenchtopError):
    sentence = (
        "The training run “{run}” has no adapter to be judged by: let it end first, put its adapter back if "
        "it was removed, or train another one."
    )


class BaseNotSpread(BenchtopError):
    sentence = (
        "{path} cannot be spread over several devices, because transformers computes it: start it without "
        "--fsdp."
    )


class RunBusy(BenchtopError):
    sentence = (
        "The training run “{run}” is at work in another window or command: wait for it to end, or pause "
        "it there, then try again."
    )


class ToolsNotInstalled(BenchtopError):
    sentence = (
        "The tools for training were not set up: {detail}. Nothing was changed; try again, or set them up by "
        "hand as the help page on teaching tells."
    )


class ToolsOffline(BenchtopError):
    sentence = (
        "The tools for training are not on this machine and Benchtop is offline: switch that off at the "
        "bottom of the window (a command takes --online), then set them up."
    )
