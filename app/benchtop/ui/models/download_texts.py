"""The words of the list of downloads."""

from __future__ import annotations

import time
from math import ceil

from PySide6.QtCore import QCoreApplication

from benchtop.domain.downloads import Wait
from benchtop.domain.models import bytes_text
from benchtop.ui.chat.conversation_sections import local_time
from benchtop.ui.chat.conversation_texts import time_text
from benchtop.ui.models.download_rows import DownloadRow, DownloadRowState, DownloadTotals
from benchtop.ui.models.figures_text import amount_text, left_text, speed_text


def _tr(text: str) -> str:
    return QCoreApplication.translate("DownloadTexts", text)


def state_words(row: DownloadRow) -> str:
    """The state in a word or two, and what is waited for."""
    return queue_words(row.state, row.wait)


def queue_words(state: DownloadRowState, wait: Wait | None) -> str:
    """The same for a state and what is waited for, if it is anything but its turn."""
    if wait is not None and state in ("queued", "running"):
        return _wait_words(wait)
    return {
        "queued": _tr("Waiting"),
        "running": _tr("Downloading"),
        "checking": _tr("Checking"),
        "paused": _tr("Paused"),
        "failed": _tr("Failed"),
        "done": _tr("Done"),
    }[state]


def _wait_words(wait: Wait) -> str:
    if wait.reason == "hub":
        # The minute after it: at 11:42 nobody should wonder why nothing happens.
        until = local_time(ceil(wait.until / 60) * 60)
        clock = time_text(until, local_time(time.time()), heading_says_day=True)
        return _tr("Waiting: the Hub asks to wait until {time}").format(time=clock)
    return {
        "offline": _tr("Waiting: offline"),
        "elsewhere": _tr("Waiting: another program is downloading the same file"),
        "shared": _tr("Waiting: another download here fetches the same file"),
        "again": _tr("Broken off: trying again"),
    }[wait.reason]


def figures_words(row: DownloadRow) -> str:
    """ "1.2 of 4.1 GB, 8.3 MB/s, 6 min left": as much of it as there is to say."""
    if row.state == "done":
        return _tr("{size}, the same as on the Hub").format(size=bytes_text(row.total_bytes))
    if row.state == "checking":
        return _tr("its checksum, {size}").format(size=bytes_text(row.total_bytes))
    if row.done_bytes == 0 and row.state != "running":
        return bytes_text(row.total_bytes) if row.total_bytes else ""
    parts = [amount_text(row.done_bytes, row.total_bytes)]
    if row.state == "running" and row.bytes_per_second > 0 and row.wait is None:
        parts += [speed_text(row.bytes_per_second), left_text(row.seconds_left)]
    return ", ".join(part for part in parts if part)


def spoken_words(row: DownloadRow) -> str:
    """What a screen reader says of a row: by whole percents, so that it does not change all the time."""
    percent = _tr("{percent} %").format(percent=int(row.fraction * 100))
    parts = [
        row.name,
        row.repo,
        state_words(row),
        percent if row.state != "done" else "",
        row.error,
    ]
    return ", ".join(part for part in parts if part)


def action_words(row: DownloadRow) -> str:
    """The first button of a row."""
    if row.hopeless:
        return _tr("Take off")
    return {
        "queued": _tr("Pause"),
        "running": _tr("Pause"),
        "checking": _tr("Pause"),
        "paused": _tr("Resume"),
        "failed": _tr("Try again"),
        "done": _tr("Show in folder"),
    }[row.state]


def all_action_words() -> list[str]:
    """Everything that button can say, for its width."""
    return [_tr("Pause"), _tr("Resume"), _tr("Try again"), _tr("Take off"), _tr("Show in folder")]


def action_names(row: DownloadRow) -> str:
    """The first button of a row as a screen reader says it."""
    if row.hopeless:
        return _tr("Take {name} off this list").format(name=row.name)
    names = {
        "paused": _tr("Resume {name}"),
        "failed": _tr("Try {name} again"),
        "done": _tr("Show {name} in its folder"),
    }
    return names.get(row.state, _tr("Pause {name}")).format(name=row.name)


def terms_names(row: DownloadRow) -> str:
    """The link to the terms as a screen reader says it."""
    return _tr("Open the terms of {repo} in the browser").format(repo=row.repo)


def cancel_names(row: DownloadRow) -> str:
    """The cross of a row as a screen reader says it."""
    if row.state == "done":
        return _tr("Take {name} off this list").format(name=row.name)
    return _tr("Cancel {name}").format(name=row.name)


def cancel_question(row: DownloadRow) -> str:
    """Asked in place before bytes that were fetched are deleted."""
    return _tr(
        "Cancel {name}? {size} of it are here already. What you keep is not fetched again when you "
        "download it later."
    ).format(name=row.name, size=bytes_text(row.done_bytes))


def totals_words(all_: DownloadTotals) -> str:
    """The line over the list: "2 running, 3 waiting, 12.4 MB/s, 12 min left"."""
    counted = (
        (all_.running, _tr("{count} running")),
        (all_.waiting, _tr("{count} waiting")),
        (all_.paused, _tr("{count} paused")),
        (all_.failed, _tr("{count} failed")),
    )
    parts = [words.format(count=count) for count, words in counted if count]
    if not parts:
        return _tr("All downloads are done.")
    if all_.bytes_per_second > 0:
        parts += [speed_text(all_.bytes_per_second), left_text(all_.seconds_left)]
    return ", ".join(part for part in parts if part)
