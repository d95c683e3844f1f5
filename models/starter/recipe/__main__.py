"""`python -m recipe` makes the model; `python -m recipe evaluate` asks it the test questions."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from .settings import STARTER, Plan, Shape


def main() -> None:
    """Read the command line and do what it asks."""
    parser = argparse.ArgumentParser(prog="recipe", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    make = commands.add_parser("make", help="train and write the model (the default)")
    make.add_argument("--out", type=Path, default=STARTER)
    make.add_argument("--work", type=Path, default=Path("build"), help="where checkpoints go")
    make.add_argument("--steps", type=int, default=Plan.steps, help="fewer, for a quick try")
    make.add_argument("--layers", type=int, default=Shape.layers)
    judge = commands.add_parser("evaluate", help="ask a model the development questions")
    judge.add_argument("model", type=Path, nargs="?", default=STARTER)
    judge.add_argument("--temperature", type=float, default=0.0)
    judge.add_argument("--sums", action="store_true", help="also ask all sums from 0 to 10")
    judge.add_argument("--verbose", action="store_true", help="print every answer")
    arguments = parser.parse_args()
    if arguments.command == "evaluate":
        # Each command imports only what it needs: training no llama.cpp, evaluating no torch.
        from .evaluate import report  # noqa: PLC0415

        report(arguments.model, arguments.temperature, arguments.sums, arguments.verbose)
        return
    if arguments.command is None:
        arguments = parser.parse_args(["make"])
    _make(arguments.out, arguments.work, arguments.steps, arguments.layers)


def _make(out: Path, work: Path, steps: int, layers: int) -> None:
    from .export import write  # noqa: PLC0415
    from .train import Trainer  # noqa: PLC0415

    plan = Plan()
    if steps != plan.steps:
        plan = dataclasses.replace(plan, steps=steps)
    shape = dataclasses.replace(Shape(), layers=layers)
    trainer = Trainer(plan, shape, work)
    progress = trainer.run()
    write(trainer.model, trainer.tokenizer, out)
    print(json.dumps(dataclasses.asdict(progress)))


main()
