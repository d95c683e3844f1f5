"""The Teach page: examples, training, and what came of it."""
