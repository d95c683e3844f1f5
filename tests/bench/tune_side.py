"""One trainer in a process of its own: Benchtop's, or transformers with peft, on the same shape and batch.

    tune_side.py ours|theirs MODEL THREADS [--last-layers N] [--checkpointing] [--from-gguf] [--keep-nothing]

It prints a line of JSON when it is ready (the seconds that took, imports included). Then each line of its
input is a number of steps to make, answered by their seconds and the most memory it ever held, in MB.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

BEGUN = time.perf_counter()
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
ROWS, LENGTH, RANK, RATE, CLIP = 4, 256, 8, 1e-4, 1.0
Step = Callable[[], None]


def ours(options: argparse.Namespace) -> Step:
    """A step as tuning/training.py makes it, all tokens learnt, nothing beside them."""
    import torch

    from benchtop.domain.token_lines import TokenExample, TokenHead
    from benchtop.domain.training import TrainingSettings
    from benchtop.services.ggml_library import ggml_library
    from benchtop.tuning.base_model import open_decoder
    from benchtop.tuning.checkpoints import Progress
    from benchtop.tuning.packed import Unpacker
    from benchtop.tuning.step_losses import StepLosses
    from benchtop.tuning.training import BETAS, lora_plan
    from benchtop.tuning.training_set import TrainingSet

    torch.set_num_threads(options.threads)
    settings = replace(
        TrainingSettings(), rank=RANK, alpha=2.0 * RANK, last_layers=options.last_layers,
        batch_tokens=ROWS * LENGTH, part_tokens=ROWS * LENGTH, word_dropout=0.0, general=0.0,
        save_memory=options.keep_nothing,
    )  # fmt: skip
    decoder = open_decoder(options.model, Unpacker(Path(ggml_library()), options.threads))
    decoder.add_adapters(lora_plan(settings), 1)
    decoder.keeps_little = options.checkpointing
    rows = _rows(decoder.vocabulary_size)
    every = tuple(TokenExample("train", "", tuple(row), ((1, LENGTH),)) for row in rows)
    losses = StepLosses(decoder, TrainingSet(TokenHead("", LENGTH), every, (), (), ""), settings)
    learnt = [one for one in decoder.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=RATE, betas=BETAS, weight_decay=0.0)
    batch, progress = (tuple(range(ROWS)),), Progress()

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        losses.backward(batch, progress)
        torch.nn.utils.clip_grad_norm_(learnt, CLIP)
        optimiser.step()

    return step


def theirs(options: argparse.Namespace) -> Step:
    """A step as transformers and peft make it, in 32-bit floats as is fastest on most processors."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.set_num_threads(options.threads)
    base = _read_by_them(options.model) if options.from_gguf else _made_by_them(options.model)
    if options.checkpointing:
        base.gradient_checkpointing_enable({"use_reentrant": False})
    every = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    layers = base.config.num_hidden_layers
    some = range(layers - (options.last_layers or layers), layers)
    plan = LoraConfig(
        r=RANK, lora_alpha=2 * RANK, target_modules=every, layers_to_transform=list(some),
        task_type="CAUSAL_LM",
    )  # fmt: skip
    model = get_peft_model(base, plan)
    model.train()
    tokens = torch.tensor(_rows(base.config.vocab_size))
    learnt = [one for one in model.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=RATE, weight_decay=0.0)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        model(input_ids=tokens, labels=tokens, use_cache=False).loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, CLIP)
        optimiser.step()

    return step


def _read_by_them(path: Path) -> Any:
    """The same GGUF file, unpacked by transformers."""
    import torch
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(
        str(path.parent), gguf_file=path.name, dtype=torch.float32
    )


def _made_by_them(path: Path) -> Any:
    """Random weights of the same shape: reading GGUF takes them more memory than training does."""
    from transformers import LlamaConfig, LlamaForCausalLM

    from benchtop.domain.gguf import read_header

    header = read_header(path)
    of = {name.removeprefix("llama."): value for name, value in header.metadata.items()}
    config = LlamaConfig(
        vocab_size=of["vocab_size"],
        hidden_size=of["embedding_length"],
        intermediate_size=of["feed_forward_length"],
        num_hidden_layers=of["block_count"],
        num_attention_heads=of["attention.head_count"],
        num_key_value_heads=of["attention.head_count_kv"],
        max_position_embeddings=of["context_length"],
        rope_parameters={"rope_type": "default", "rope_theta": of["rope.freq_base"]},
        tie_word_embeddings=True,
    )
    return LlamaForCausalLM(config)


def _rows(vocabulary: int) -> list[list[int]]:
    import numpy as np

    found: list[list[int]] = (
        np.random.default_rng(0).integers(3, vocabulary, (ROWS, LENGTH)).tolist()
    )
    return found


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def _tell(**values: float) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("side", choices=("ours", "theirs"))
    parser.add_argument("model", type=Path)
    parser.add_argument("threads", type=int)
    parser.add_argument("--last-layers", type=int, default=0)
    parser.add_argument("--checkpointing", action="store_true")
    parser.add_argument("--from-gguf", action="store_true")
    parser.add_argument("--keep-nothing", action="store_true", help="each step as in a first pass")
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    step = ours(options) if options.side == "ours" else theirs(options)
    _tell(ready=time.perf_counter() - BEGUN)
    for line in sys.stdin:
        begun = time.perf_counter()
        for _ in range(int(line)):
            step()
        _tell(seconds=time.perf_counter() - begun, peak_mb=_peak_mb())
    # What these libraries do at the end of a process is nobody's to wait for.
    os._exit(0)


if __name__ == "__main__":
    main()
