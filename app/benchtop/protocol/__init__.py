"""What crosses the boundary between Benchtop's processes: typed messages, one JSON line each."""
