"""The help page: the Markdown files of resources/help, shown inside the window."""
