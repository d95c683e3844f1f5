"""What the trainer cannot do it says in a sentence, and lives on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.errors import FileUnreadable, WorkerError
from benchtop.domain.model_errors import ModelFileMissing, NotGguf
from benchtop.domain.teach_errors import (
    CheckpointUnusable,
    ModelNotTrainable,
    TooFewExamples,
    TrainingToolsMissing,
)
from benchtop.protocol.messages import AskStatus
from benchtop.protocol.tuning_messages import (
    TrainingFailed,
)
from unit.tuning.teaching_sets import WORDS, example, write_set
from workers.conftest import AskTrainer, StartTrainer
from workers.tiny_gguf import random_model
from workers.trainer_client import ONE_STEP, SHORT, Run, TrainerClient, train_request


def refused(trainer: TrainerClient, request: object) -> TrainingFailed:
    run = trainer.train(request)  # type: ignore[arg-type]
    assert run.messages == [run.failed]
    return run.failed


def test_examples_that_cannot_be_read_are_named(
    trainer: TrainerClient, tiny_model: Path, tokens: Path, tmp_path: Path
) -> None:
    cases = {
        "gone.jsonl": (None, "no such file"),
        "empty.jsonl": ("", "line 1 is no JSON"),
        "other.jsonl": ("{}\n", "no file of examples as tokens"),
        "cut.jsonl": (tokens.read_text()[:-40], "no JSON"),
        "bytes.jsonl": ("\udcff", "decode"),
    }
    for name, (text, words) in cases.items():
        file = tmp_path / name
        if text is not None:
            file.write_text(text, encoding="utf-8", errors="surrogateescape")
        error = refused(trainer, train_request(tiny_model, file, tmp_path / "run")).error()
        assert isinstance(error, FileUnreadable), name
        assert words.casefold() in str(error).casefold()
        assert name in str(error)


def test_tokens_that_the_model_has_not_are_refused(
    trainer: TrainerClient, tiny_model: Path, tmp_path: Path
) -> None:
    """They would be read from beyond the end of its table."""
    for use in ("train", "holdout", "anchor"):
        one = example(3, use)  # type: ignore[arg-type]
        some = [example(1), replace(one, ids=(*one.ids, WORDS))]
        file = write_set(tmp_path / f"{use}.jsonl", some)
        error = refused(trainer, train_request(tiny_model, file, tmp_path / "run")).error()
        assert isinstance(error, FileUnreadable)
        assert "tokens that tiny.gguf does not know" in str(error)
    last = replace(example(3), ids=(*example(3).ids, WORDS - 1))
    file = write_set(tmp_path / "whole.jsonl", [last])
    assert (
        trainer.train(train_request(tiny_model, file, tmp_path / "run", ONE_STEP)).ended.how
        == "done"
    )


def test_nothing_to_learn_from_is_told(
    trainer: TrainerClient, tiny_model: Path, tmp_path: Path
) -> None:
    file = write_set(
        tmp_path / "tokens.jsonl", [replace(example(1), spans=()), example(2, "holdout")]
    )
    error = refused(trainer, train_request(tiny_model, file, tmp_path / "run")).error()
    assert isinstance(error, TooFewExamples)


def test_models_that_cannot_be_trained_are_named(
    trainer: TrainerClient, tokens: Path, tmp_path: Path
) -> None:
    strange = random_model(tmp_path / "strange.gguf", architecture="phi3")
    error = refused(trainer, train_request(strange, tokens, tmp_path / "run")).error()
    assert isinstance(error, ModelNotTrainable)
    assert str(strange) in str(error)
    text = tmp_path / "text.gguf"
    text.write_text("no model")
    assert isinstance(
        refused(trainer, train_request(text, tokens, tmp_path / "run")).error(), NotGguf
    )
    gone = tmp_path / "gone.gguf"
    found = refused(trainer, train_request(gone, tokens, tmp_path / "run")).error()
    assert isinstance(found, ModelFileMissing)


def test_a_library_that_is_not_there_is_named(
    trainer: TrainerClient, tmp_path: Path, ask: AskTrainer
) -> None:
    broken = tmp_path / "libggml-base.so"
    broken.write_bytes(b"no library")
    for path in (tmp_path / "gone.so", broken):
        request = ask("run", library=str(path))
        error = refused(trainer, request).error()
        assert isinstance(error, FileUnreadable)
        assert str(path) in str(error)


def test_what_is_no_request_to_it_is_refused(trainer: TrainerClient) -> None:
    trainer.send(AskStatus("status"))
    failed = trainer.next()
    assert isinstance(failed, TrainingFailed)
    assert isinstance(failed.error(), WorkerError)


def test_a_folder_is_gone_on_with_by_its_own_run_alone(
    undisturbed: Run, trainer: TrainerClient, tiny_model: Path, tokens: Path, tmp_path: Path
) -> None:
    folder = Path(undisturbed.ended.adapter).parent
    others = write_set(tmp_path / "others.jsonl", [example(77)])
    requests = {
        "another base model": train_request(tiny_model, tokens, folder, base_sha256="another"),
        "other examples": train_request(tiny_model, others, folder),
        "other settings": train_request(tiny_model, tokens, folder, replace(SHORT, steps=9)),
    }
    for words, request in requests.items():
        failed = refused(trainer, request)
        assert isinstance(failed.error(), CheckpointUnusable)
        assert words in str(failed.error())
        assert failed.adapter == undisturbed.ended.adapter


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("raise ModuleNotFoundError('no torch', name='torch')", TrainingToolsMissing),
        ("raise OSError('libcudart.so.12: cannot open')", WorkerError),
    ],
)
def test_without_torch_it_says_so_and_lives_on(
    code: str,
    kind: type[Exception],
    start_trainer: StartTrainer,
    tmp_path: Path,
    ask: AskTrainer,
) -> None:
    fake = tmp_path / "fake"
    fake.mkdir()
    (fake / "torch.py").write_text(code)
    client = start_trainer({"PYTHONPATH": str(fake)})
    request = ask("run")
    for _ in range(2):
        error = refused(client, request).error()
        assert isinstance(error, kind)
        assert ("torch cannot be loaded" in str(error)) == (kind is WorkerError)
