"""Use-cases the window and the commands call. QtCore only; workers are spoken to, never imported."""
