"""Which addresses in a message are links, and the question before one is opened.

An address may carry words away, or pretend to lead elsewhere: with letters that look like others,
or that turn the direction of the text. So it is only ever shown encoded, in ASCII.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from benchtop.ui.widgets.info_bar import InfoBar, Notice

_MOST_LETTERS = 400
_ENCODED = QUrl.ComponentFormattingOption.FullyEncoded


def web_address(target: str) -> str:
    """The address, encoded, when it is one of http, https or mailto; else empty text."""
    url = QUrl(target.strip())
    if not url.isValid():
        return ""
    if url.scheme() == "mailto":
        whole = bool(url.path())
    else:
        whole = url.scheme() in ("http", "https") and bool(host_of(url))
    return encoded(url) if whole else ""


def encoded(url: QUrl) -> str:
    """The whole address in ASCII; a host of other letters in punycode."""
    return bytes(url.toEncoded().data()).decode("ascii")


def host_of(url: QUrl) -> str:
    """The host in ASCII, whole; the computer that would be asked."""
    return url.host(_ENCODED)


def shortened(address: str, most: int = _MOST_LETTERS) -> str:
    """A long address without its middle; everything up to the end of the host stays."""
    if len(address) <= most:
        return address
    url = QUrl(address)
    head = len(f"{url.scheme()}://{url.authority(_ENCODED)}")
    start = max(most // 2, head)
    left_out = max(len(address) - start - most // 2, 0)
    if not left_out:
        return address
    words = QCoreApplication.translate("WebLinks", " … {count} more characters … ")
    return address[:start] + words.format(count=left_out) + address[start + left_out :]


def ask_about_link(info: InfoBar, target: str, open_address: Callable[[str], object]) -> None:
    """Ask whether to open an address; nothing is asked for one that is no link."""
    address = web_address(target)
    if not address:
        return
    url = QUrl(address)
    if url.scheme() == "mailto":
        question = QCoreApplication.translate(
            "WebLinks", "Write to this address in your mail program?"
        )
        button = QCoreApplication.translate("WebLinks", "Open the mail program")
    else:
        question = QCoreApplication.translate("WebLinks", "Open {host} in the browser?")
        question = question.format(host=host_of(url))
        button = QCoreApplication.translate("WebLinks", "Open in the browser")
    leaves = QCoreApplication.translate("WebLinks", "This link leaves Benchtop: {address}")
    text = f"{question} {leaves.format(address=shortened(address))}"
    copy = QCoreApplication.translate("WebLinks", "Copy the address")
    notice: Notice = info.post("info", text, button, partial(open_address, address))
    notice.add_button(copy, lambda: QGuiApplication.clipboard().setText(address))


def open_outside(address: str) -> None:
    """Hand an encoded address to the browser or the mail program."""
    QDesktopServices.openUrl(QUrl.fromEncoded(address.encode("ascii")))
