"""What a thread has to tell arrives on the main thread, and nowhere once its owner is gone."""

from __future__ import annotations

from threading import Event, Thread, get_ident

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from benchtop.services.disk_thread import DiskThread
from benchtop.services.mailbox import Mailbox


def send_from_a_thread(mailbox: Mailbox, *calls: object) -> None:
    thread = Thread(target=lambda: [mailbox.send(call) for call in calls])  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_calls_are_made_in_order_on_the_main_thread(qapp: QCoreApplication) -> None:
    owner, made = QObject(), []
    mailbox = Mailbox(owner)
    send_from_a_thread(mailbox, *(lambda n=n: made.append((n, get_ident())) for n in range(5)))
    assert made == []  # never in the middle of something else
    qapp.processEvents()
    assert made == [(n, get_ident()) for n in range(5)]


def test_nothing_is_told_to_a_closed_mailbox(qapp: QCoreApplication) -> None:
    owner, made = QObject(), []
    mailbox = Mailbox(owner)
    send_from_a_thread(mailbox, lambda: made.append(1))
    mailbox.close()
    qapp.processEvents()
    assert made == []


def test_an_owner_deleted_before_its_work_is_done_is_told_nothing(
    qapp: QCoreApplication, caplog: pytest.LogCaptureFixture
) -> None:
    parent, go_on, told = QObject(), Event(), []
    disk = DiskThread(parent)
    disk.run(go_on.wait, told.append)
    shiboken6.delete(parent)
    go_on.set()
    disk._executor.shutdown(wait=True)
    qapp.processEvents()
    assert told == []
    assert caplog.records == []  # concurrent.futures logs what its callbacks raise


def test_many_owners_deleted_while_their_work_ends(qapp: QCoreApplication, qtbot: QtBot) -> None:
    """The race itself: this one ended the program where threads emitted a signal of the owner."""
    told: list[int] = []
    threads = []
    for n in range(300):
        parent = QObject()
        disk = DiskThread(parent)
        threads.append(disk._executor)
        disk.run(lambda n=n: n, told.append)  # type: ignore[misc]
        shiboken6.delete(parent)
    for executor in threads:
        executor.shutdown(wait=True)
    last = DiskThread()
    last.run(lambda: -1, told.append)
    qtbot.waitUntil(lambda: told == [-1])
    last.close()
