"""Who may see what, and how the Hub says no.

Status and X-Error-Code are what huggingface_hub makes its exceptions of (utils/_http.py). It takes a
401 without a code for "no such repository" only from an https endpoint, so the code is always sent.
"""

from __future__ import annotations

from local_hub.answers import Answer, problem
from local_hub.repository import Repository


def wrong_token() -> Answer:
    """A token that nobody has."""
    return problem(401, "Invalid credentials in Authorization header")


def no_user() -> Answer:
    """Asked who one is, without a token that says it."""
    return problem(401, "Invalid username or password.")


def no_repository(user: str | None) -> Answer:
    """Not there, or not to be seen: strangers are not told which."""
    if user is None:
        return problem(401, "Invalid username or password.", "RepoNotFound")
    return problem(404, "Repository not found", "RepoNotFound")


def no_revision(revision: str) -> Answer:
    """No such branch, tag or commit."""
    return problem(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def no_entry(sha: str) -> Answer:
    """No such file or folder at this commit."""
    return problem(404, "Entry not found", "EntryNotFound", {"X-Repo-Commit": sha})


def visible(repository: Repository, user: str | None) -> bool:
    """May be seen in lists and asked about; the terms of a gated one guard its files only."""
    return not repository.private or user in repository.readers


def refusal(repository: Repository, user: str | None, *, content: bool) -> Answer | None:
    """Why this user gets no answer about the repository, or about what its files hold."""
    if not visible(repository, user):
        return no_repository(user)
    if repository.disabled:
        return problem(403, "Access to this resource is disabled.")
    if content and repository.gated and user not in repository.readers:
        return _gate(repository, user)
    return None


def _gate(repository: Repository, user: str | None) -> Answer:
    name = repository.id
    if user is None:
        words = (
            f"Access to model {name} is restricted. You must have access to it and be authenticated "
            "to access it. Please log in."
        )
        return problem(401, words, "GatedRepo")
    if user in repository.waiting:
        words = f"Your request to access model {name} is awaiting a review from the repo authors."
        return problem(403, words, "GatedRepo")
    words = (
        f"Access to model {name} is restricted and you are not in the authorized list. "
        f"Visit https://huggingface.co/{name} to ask for access."
    )
    return problem(403, words, "GatedRepo")
