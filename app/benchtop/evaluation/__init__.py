"""Pure rules of comparing: votes to rankings. numpy, and nothing of the window, the store or a model."""
