"""Plain dataclasses and pure functions: what Benchtop is about. Standard library only."""
