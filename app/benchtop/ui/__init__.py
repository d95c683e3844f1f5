"""The window: the only place of QtWidgets."""
