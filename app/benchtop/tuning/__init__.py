"""The training worker. Empty until the Teach page is built."""
