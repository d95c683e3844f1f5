"""The starter model's recipe: its conversations, and the model file that comes out of it."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

STARTER = Path(__file__).resolve().parents[2] / "models" / "starter"
SEED = "test"


@pytest.fixture(scope="module")
def corpus() -> Iterator[ModuleType]:
    """The corpus package, loaded from its folder and without torch."""
    sys.path.insert(0, str(STARTER))
    try:
        yield importlib.import_module("recipe.corpus")
    finally:
        sys.path.remove(str(STARTER))


@pytest.fixture(scope="module")
def sample(corpus: ModuleType) -> list[list[dict[str, str]]]:
    """A thousand conversations."""
    return list(corpus.dialogues(1000, SEED))


def digest(dialogues: object) -> str:
    return hashlib.sha256(json.dumps(dialogues).encode()).hexdigest()


def test_same_seed_gives_the_same_conversations(corpus, sample):
    assert list(corpus.dialogues(500, SEED)) == sample[:500]
    assert list(corpus.dialogues(50, "another")) != sample[:50]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_conversations_do_not_depend_on_the_hash_seed(sample, hash_seed):
    code = (
        "import hashlib, json; from recipe.corpus import dialogues; "
        f"made = list(dialogues(1000, {SEED!r})); "
        "print(hashlib.sha256(json.dumps(made).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(STARTER)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest(sample)


def test_the_corpus_needs_no_torch():
    code = (
        "import sys, recipe.corpus; print([m for m in ('torch', 'tokenizers') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(STARTER)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_roles_alternate(sample):
    for dialogue in sample:
        roles = [message["role"] for message in dialogue]
        if roles[0] == "system":
            roles = roles[1:]
        assert roles
        assert roles == ["user", "assistant"] * (len(roles) // 2)


def test_no_text_is_empty_or_unfinished(sample):
    for dialogue in sample:
        for message in dialogue:
            assert message["content"]
            if message["role"] == "assistant":
                assert message["content"].strip() == message["content"]
    made = [
        m["content"] for d in sample for m in d if not m["content"].isascii() or "{" in m["content"]
    ]
    assert not [text for text in made if re.search(r"\{\w+\}", text)]


def test_sums_are_right(corpus):
    count = 0
    for dialogue in corpus.dialogues(3000, SEED):
        for message in dialogue:
            found = re.fullmatch(r"(\d+) ([+-]) (\d+) = (-?\d+)\.", message["content"])
            if not found or message["role"] != "assistant":
                continue
            a, sign, b, result = found.groups()
            assert max(int(a), int(b)) <= 10
            assert int(result) == (int(a) + int(b) if sign == "+" else int(a) - int(b))
            count += 1
    assert count > 300


def test_names_are_remembered(sample):
    told = 0
    for dialogue in sample:
        text = " ".join(m["content"] for m in dialogue if m["role"] == "user")
        for message in dialogue:
            found = re.fullmatch(r"Your name is (.+)\.", message["content"])
            if found and message["role"] == "assistant":
                assert found[1].lower() in text.lower()
                told += 1
    assert told > 20


def test_every_intent_can_be_asked_and_answered(corpus):
    intents = importlib.import_module("recipe.corpus.intents")
    random = importlib.import_module("random")
    rng = random.Random(1)
    book = intents.phrasebook()
    for intent in intents.intents().values():
        for pattern in (*intent.asks, *intent.kept_back, *intent.answers):
            assert book.draw(pattern, rng), intent.name


def test_app_intents_have_many_phrasings(corpus):
    intents = importlib.import_module("recipe.corpus.intents")
    random = importlib.import_module("random")
    book = intents.phrasebook()
    for name, intent in intents.intents().items():
        if name.startswith(("talk.", "self.", "unknown.")):
            continue
        rng = random.Random(name)
        asked = {intent.draw(book, rng)[0] for _ in range(400)}
        assert len(asked) >= 40, name


def test_grammar_draws_choices_numbers_and_escapes(corpus):
    grammar = importlib.import_module("recipe.corpus.grammar")
    random = importlib.import_module("random")
    book = grammar.Phrasebook()
    book.define("animal", "cat|dog")
    drawn = {
        book.draw(grammar.parse(r"(a|the) {animal} \(x\) [3-4]"), random.Random(i))
        for i in range(99)
    }
    assert "the dog (x) 3" in drawn
    assert len(drawn) == 8


def test_user_questions_lists_what_people_ask(corpus):
    questions = corpus.user_questions(60, seed=3, shard_size=50)
    first = [
        dialogue
        for count, shard in ((50, 0), (10, 1))
        for dialogue in corpus.dialogues(count, corpus.shard_seed(3, shard))
    ]
    asked = {corpus.normalise(m["content"]) for d in first for m in d if m["role"] == "user"}
    assert questions == sorted(asked)


def test_questions_kept_back_are_not_in_the_corpus(corpus):
    intents = importlib.import_module("recipe.corpus.intents")
    settings = importlib.import_module("recipe.settings")
    kept_back = intents.kept_back()
    plan = settings.Plan()
    known = set(corpus.user_questions(3000, plan.seed, plan.shard_dialogues))
    asked = {corpus.normalise(question) for _name, question, _answers in kept_back}
    assert len(asked) > 200
    assert not asked & known
    assert all(question and answers for _name, question, answers in kept_back)


def test_development_questions_are_not_in_the_corpus(corpus):
    settings = importlib.import_module("recipe.settings")
    cases = json.loads((STARTER / "recipe" / "dev_questions.json").read_text(encoding="utf-8"))
    plan = settings.Plan()
    known = set(corpus.user_questions(3000, plan.seed, plan.shard_dialogues))
    single = [corpus.normalise(case["turns"][0]) for case in cases if len(case["turns"]) == 1]
    assert len(single) >= 80
    assert not [question for question in single if question in known]


def test_model_file_is_small_and_says_what_it_is():
    path = STARTER / "starter.gguf"
    assert path.stat().st_size < 8_000_000
    gguf = pytest.importorskip("gguf")
    reader = gguf.GGUFReader(path)
    read = {name: field.contents() for name, field in reader.fields.items() if "tokens" not in name}
    assert read["general.name"] == "Benchtop starter"
    assert read["general.architecture"] == "llama"
    assert read["general.license"] == "MIT"
    assert read["general.file_type"] == gguf.LlamaFileType.MOSTLY_Q8_0
    assert read["llama.context_length"] == 1024
    assert read["tokenizer.ggml.pre"] == "smollm"
    assert round(read["general.sampling.temp"], 3) == 0.2
    assert "<|im_start|>" in read["tokenizer.chat_template"]


def test_model_card_is_honest():
    card = (STARTER / "README.md").read_text(encoding="utf-8")
    for word in ("MIT", "parameters", "Limits", "python -m recipe"):
        assert word in card
