"""One file per sub-command: prints for people, --json for programs."""
