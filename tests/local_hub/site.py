"""Which request gets which answer: the paths of the Hub that Benchtop and its client use."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

from local_hub import access
from local_hub.answers import Answer, in_json, in_words, problem, redirect
from local_hub.files import Files
from local_hub.model_json import PROPERTIES, expanded, moment, one_model
from local_hub.model_list import model_list
from local_hub.pages import page
from local_hub.repository import Commit, Repository
from local_hub.request_log import Request
from local_hub.tree import EXPANDED_PAGE, PAGE, Entry, entries, entry_json, named_entries

LOOP = "/redirect-loop"
"""Redirects to itself, for ever."""
API = ["api", "models"]


class Site:
    """The repositories, who has which token, and the answers. It knows no sockets."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, str] = {}
        self.moved: dict[str, str] = {}

    def answer(self, request: Request, base: str) -> Answer:
        """What to send; ``base`` is scheme and host that the request came to."""
        words = [unquote(word) for word in request.target.partition("?")[0].split("/")[1:]]
        if request.path == LOOP:
            return redirect(LOOP)
        if words[0] == "cdn":
            return self._cdn(request)
        if request.server == "cdn":
            return in_words(HTTPStatus.NOT_FOUND, "Not found")
        user = self.tokens.get(request.token)
        if "authorization" in request.headers and user is None:
            at_whoami = words == ["api", "whoami-v2"]
            return access.no_user() if at_whoami else access.wrong_token()
        if words == ["api", "whoami-v2"]:
            return _whoami(user)
        if words == API:
            seen = [one for one in self.repositories.values() if access.visible(one, user)]
            return model_list(request, seen, base)
        return self._in_repository(request, base, user, words)

    def _cdn(self, request: Request) -> Answer:
        here = "cdn" if self.files.lfs == "cdn" else "hub"
        if request.server != here:
            return in_words(HTTPStatus.NOT_FOUND, "Not found")
        return self.files.from_cdn(request, self.repositories)

    def _in_repository(
        self, request: Request, base: str, user: str | None, words: list[str]
    ) -> Answer:
        if words[:3] == ["api", "resolve-cache", "models"]:
            name, rest = self._name(words[3:])
            rest = ["resolve", *rest]
        elif words[:2] == API:
            name, rest = self._name(words[2:])
        else:
            name, rest = self._name(words)
            if rest[:1] != ["resolve"]:
                return problem(404, "Sorry, we can't find the page you are looking for.")
        if name in self.moved:
            target = request.target.replace(f"/{name}", f"/{self.moved[name]}", 1)
            return redirect(target, HTTPStatus.TEMPORARY_REDIRECT)
        repository = self.repositories.get(name)
        if repository is None:
            return access.no_repository(user)
        content = rest[:1] in (["resolve"], ["auth-check"])
        refused = access.refusal(repository, user, content=content)
        return refused or self._of(request, base, repository, rest)

    def _name(self, words: list[str]) -> tuple[str, list[str]]:
        """The repository's name, of one word or two, and what follows it."""
        old = words[0] if words else ""
        if old in self.repositories or old in self.moved:
            return old, words[1:]
        return "/".join(words[:2]), words[2:]

    def _of(self, request: Request, base: str, repository: Repository, rest: list[str]) -> Answer:
        what = rest[0] if rest else ""
        if what == "auth-check":
            return in_words(HTTPStatus.OK, "OK")
        if what == "refs":
            return in_json(_refs(repository))
        answers: dict[str, Callable[[Request, str, Repository, Commit, str], Answer]] = {
            "": _model,
            "revision": _model,
            "tree": _tree,
            "paths-info": _paths_info,
            "commits": _commits,
            "resolve": self.files.resolve,
        }
        if what not in answers:
            return problem(404, "Sorry, we can't find the page you are looking for.")
        revision = rest[1] if len(rest) > 1 else "main"
        commit = repository.at(revision)
        if commit is None:
            return access.no_revision(revision)
        return answers[what](request, base, repository, commit, "/".join(rest[2:]))


def _model(
    request: Request, _base: str, repository: Repository, commit: Commit, _path: str
) -> Answer:
    names = request.every("expand")
    if unknown := [name for name in names if name not in PROPERTIES]:
        return problem(400, f"Invalid expand parameter: {unknown[0]}")
    if names:
        return in_json(expanded(repository, commit, names))
    blobs = request.first("blobs").lower() in ("true", "1")
    return in_json(one_model(repository, commit, blobs=blobs))


def _tree(request: Request, base: str, repository: Repository, commit: Commit, path: str) -> Answer:
    found = entries(commit, path, recursive=request.first("recursive").lower() == "true")
    if found is None:
        return access.no_entry(commit.sha)
    expand = request.first("expand").lower() == "true"

    def to_json(entry: Entry) -> dict[str, Any]:
        return entry_json(entry, commit, expand=expand, xet=repository.xet)

    return page(found, request, base, EXPANDED_PAGE if expand else PAGE, to_json)


def _paths_info(
    request: Request, _base: str, repository: Repository, commit: Commit, _path: str
) -> Answer:
    form = parse_qs(request.body.decode())
    expand = form.get("expand", [""])[0].lower() == "true"
    found = named_entries(commit, form.get("paths", []))
    return in_json([entry_json(one, commit, expand=expand, xet=repository.xet) for one in found])


def _commits(
    request: Request, base: str, repository: Repository, commit: Commit, _path: str
) -> Answer:
    until = repository.commits.index(commit) + 1
    newest_first = repository.commits[:until][::-1]
    return page(newest_first, request, base, PAGE, _commit_json)


def _commit_json(commit: Commit) -> dict[str, Any]:
    said = {"id": commit.sha, "title": commit.title, "message": "", "date": moment(commit.date)}
    return {**said, "authors": [{"user": "local"}]}


def _refs(repository: Repository) -> dict[str, Any]:
    head = {"name": "main", "ref": "refs/heads/main", "targetCommit": repository.head.sha}
    tags = [
        {"name": name, "ref": f"refs/tags/{name}", "targetCommit": sha}
        for name, sha in repository.named.items()
    ]
    return {"branches": [head], "tags": tags, "converts": []}


def _whoami(user: str | None) -> Answer:
    if user is None:
        return access.no_user()
    token = {"displayName": "local", "role": "read"}
    return in_json(
        {
            "type": "user",
            "id": f"id of {user}",
            "name": user,
            "fullname": user.title(),
            "isPro": False,
            "orgs": [],
            "auth": {"type": "access_token", "accessToken": token},
        }
    )
