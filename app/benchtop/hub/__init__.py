"""The hub worker: the only process that may reach another machine, and then tells of it."""
