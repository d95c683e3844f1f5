"""The recipe of the Benchtop starter model: all that it takes to make `starter.gguf` from a seed.

Run it from `models/starter` with `python -m recipe`. The model card (`../README.md`) says more.
"""
