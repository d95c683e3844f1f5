"""What every worker process does the same way: the wire's other end, signals, and its parent's death."""
