"""SQLite through sqlite-utils: everything a person wrote, kept."""
