"""Synthetic conversations, deterministic by seed. Needs the standard library only.

`dialogues(count, seed)` makes them, and `user_questions(count, seed, shard_size)` lists what people
ask in the first ones of the training data.
"""

from .mix import Dialogue, dialogues, normalise, shard_seed, user_questions

__all__ = ["Dialogue", "dialogues", "normalise", "shard_seed", "user_questions"]
