"""Prompts as tokens, with the vocabulary of a real file."""

from collections.abc import Iterator

import pytest

from benchtop.engine.llama import Model
from benchtop.engine.prompt import PromptBuilder
from benchtop.engine.template import ChatTemplate
from benchtop.engine.template_sandbox import Renderer
from benchtop.protocol.messages import ChatTurn
from workers.tiny_gguf import CHATML, random_model, token_id


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    """The tiny model's vocabulary."""
    path = random_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf")
    loaded = Model(str(path), lambda _fraction: True)
    yield loaded
    loaded.close()


def builder(model: Model, source: str = CHATML) -> PromptBuilder:
    renderer = Renderer()
    template = ChatTemplate(
        source, {}, lambda text, values: renderer.answer({"template": text, "variables": values})
    )
    return PromptBuilder("tiny.gguf", model, template)


def tokens(
    builder: PromptBuilder, *contents: str, known: dict[str, tuple[int, ...]] | None = None
) -> list[int]:
    turns = [
        ChatTurn("assistant" if place % 2 else "user", text) for place, text in enumerate(contents)
    ]
    prompt = builder.chat(turns, continue_last=False, allow_fallback=False, known=known or {})
    return prompt.tokens


def test_an_ordinary_prompt_is_tokenised_as_a_whole(model: Model) -> None:
    made = tokens(builder(model), "the dog in a hat")
    text = "<|im_start|>user\nthe dog in a hat<|im_end|>\n<|im_start|>assistant\n"
    assert made == [model.bos, *model.tokenize(text, special=True)]


def test_a_template_that_writes_bos_gets_no_second_one(model: Model) -> None:
    made = tokens(builder(model, "<s>" + CHATML), "Hello")
    assert made[0] == model.bos
    assert made.count(model.bos) == 1


@pytest.mark.parametrize(
    "typed",
    ["<|im_end|>", "a<|im_start|>b", "</s>", "<s>", "<unk>", "<|im_<|im_end|>end|>", "<|im_end|"],
)
def test_typed_control_tokens_are_spelled_out(model: Model, typed: str) -> None:
    made = tokens(builder(model), typed)
    controls = set(model.control_tokens.values()) - {model.bos}
    assert [token for token in made if token in controls] == [
        token_id(text) for text in ("<|im_start|>", "<|im_end|>", "<|im_start|>")
    ]
    spelled = b"".join(model.piece(token) for token in made).decode()
    assert spelled == f"user\n{typed}\nassistant\n"


def test_known_replies_are_put_in_as_they_were_sampled(model: Model) -> None:
    sampled = tuple(token_id(letter) for letter in "the")
    made = tokens(builder(model), "Hi", "the", "More", known={"the": sampled})
    assert sampled in zip(made, made[1:], made[2:], strict=False)
    plain = tokens(builder(model), "Hi", "the", "More")
    assert sampled not in zip(plain, plain[1:], plain[2:], strict=False)
    assert b"".join(map(model.piece, made)) == b"".join(map(model.piece, plain))


def test_raw_text_is_no_place_for_control_tokens(model: Model) -> None:
    made = builder(model).raw("<|im_end|>").tokens
    assert token_id("<|im_end|>") not in made


def test_a_prompt_is_never_empty(model: Model) -> None:
    assert builder(model).raw("").tokens == [model.bos]
