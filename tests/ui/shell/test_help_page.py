"""The help: every link leads somewhere, pages and history work, nothing opens by itself."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import error_kinds
from benchtop.domain.generation import PARAMETER_RANGES, SamplingParams
from benchtop.resources import resource
from benchtop.ui.help.help_files import ORDER, HelpPlace, place_of, read_help, slug
from benchtop.ui.help.help_page import HelpPage
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.info_bar import InfoBar


@pytest.fixture
def page(theme: ThemeController, qtbot: QtBot) -> HelpPage:
    made = HelpPage()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def links(name: str) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", read_help(name).text)


def test_the_list_names_every_file_and_no_other() -> None:
    files = {path.stem for path in resource("help").glob("*.md")}
    assert files == set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_every_link_leads_to_a_heading_that_exists(page: HelpPage, name: str) -> None:
    for link in links(name):
        place = place_of(link, name)
        assert place is not None, f"{link} leads outside"
        page.show_page(place.name)
        if place.anchor:
            assert place.anchor in page.browser.headings(), f"{name} links to {link}"


@pytest.mark.parametrize("name", ORDER)
def test_each_page_has_one_title_and_no_overlong_code(name: str) -> None:
    text = read_help(name).text
    assert len([line for line in text.splitlines() if line.startswith("# ")]) == 1
    for block in re.findall(r"```\n(.*?)```", text, re.DOTALL):
        assert all(len(line) <= 76 for line in block.splitlines())


def test_headings_have_the_anchors_of_the_repositorys_pages() -> None:
    assert slug("What a GGUF file is") == "what-a-gguf-file-is"
    assert slug("Good, and Poor!") == "good-and-poor"


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("data.md", HelpPlace("data")),
        ("data.md#the-bin", HelpPlace("data", "the-bin")),
        ("#seed", HelpPlace("parameters", "seed")),
        ("https://example.org/data.md", None),
        ("mailto:someone@example.org", None),
        ("../../secret.md", None),
        ("nothing.md", None),
    ],
)
def test_where_a_link_leads(link: str, place: HelpPlace | None) -> None:
    assert place_of(link, "parameters") == place


def test_every_parameter_is_explained_with_its_default() -> None:
    text = read_help("parameters").text
    heading = {
        "top_k": "Top-k",
        "top_p": "Top-p",
        "min_p": "Min-p",
        "typical_p": "Typical-p",
        "repeat_last_n": "Window of the penalties",
        "max_tokens": "Longest reply",
        "dry_multiplier": "DRY strength",
        "dry_base": "DRY growth",
        "dry_allowed_length": "DRY free length",
        "dry_last_n": "DRY window",
        "logprobs": "Log-probabilities",
    }
    defaults = SamplingParams()
    for name in PARAMETER_RANGES:
        words = heading.get(name, name.replace("_", " ").capitalize())
        assert words in text, name
        at = text.index(words)
        part = text[at : text.find("\n## ", at) if "\n## " in text[at:] else None]
        default = getattr(defaults, name)
        shown = "empty" if name in {"seed", "max_tokens"} else "off" if default is None else None
        number = f"{default:g}".replace("-", "−") if shown is None else shown
        assert number in part, f"{name}: {number}"


def test_every_range_in_the_help_is_the_programs() -> None:
    text = read_help("parameters").text.replace("−", "-")
    for name, (low, high) in PARAMETER_RANGES.items():
        if name == "repeat_last_n":
            continue  # told in words: none, a number, the whole context
        number = "{:,.0f}".format if high >= 1000 else "{:g}".format
        assert f"{number(low)} to {number(high)}" in text, name


def test_every_failure_is_in_the_troubleshooting() -> None:
    """The last plain words of each class's sentence stand on the page."""
    text = " ".join(read_help("troubleshooting").text.split())
    kinds = error_kinds()
    told = {
        "ModelFileMissing": "is not there",
        "ModelIsFolder": "is a folder",
        "ModelNoPermission": "may not be read",
        "ModelEmpty": "is empty",
        "NotGguf": "is not a GGUF file",
        "GgufVersionUnknown": "is a GGUF file of version",
        "GgufDamaged": "is damaged",
        "GgufTruncated": "is cut short",
        "ArchitectureUnknown": "is a model of the architecture",
        "ModelLoadFailed": "could not be loaded by llama.cpp",
        "ModelTooLarge": "of memory and",
        "ModelIsAdapter": "is an adapter, which changes a model",
        "ModelUnknown": "There is no model called",
        "ChatUnreadable": "could not be brought in",
        "ChatIncomplete": "was brought in without all of it",
        "ModelNotTrainable": "cannot be trained here because",
        "AdapterFailed": "adapter",
        "AdapterMissing": "put its file back and try again",
        "StartMissing": "which training is to begin with, is not there",
        "StartBroken": ", which training is to begin with, ",
        "StartNoAdapter": "choose the file of an adapter",
        "StartOfAnotherBase": "cannot begin with it",
        "StartUnfit": "Training cannot begin with the adapter",
        "AdapterOfAnotherBase": "and cannot be used with",
        "AdapterUnknown": "There is no adapter called",
        "AdapterAmbiguous": "Several adapters are called",
        "MergeInTheWay": "and merging replaces no file",
        "MergeNoRoom": "There is no room to merge into",
        "CheckpointUnusable": "The training cannot go on from",
        "CheckpointNotWritten": "The training stopped because",
        "TrainingDiverged": "the loss was no number any more",
        "TrainingNoMemory": "like this would take",
        "ToolsNotInstalled": "The tools for training were not set up",
        "ToolsOffline": "The tools for training are not on this machine",
        "ToolsAtWork": "The training tools are in use by",
        "ToolsNotRemoved": "was not removed whole:",
        "TrainingToolsMissing": "The tools for training are not installed",
        "UnpackedTooLarge": "is of a kind that trains unpacked",
        "PeftMissing": "is of a kind that trains through transformers",
        "TooFewExamples": "There is nothing to learn from in",
        "RunUnknown": "There is no training run called",
        "RunEnded": "has ended, so that there is nothing to go on with",
        "RunWithoutAdapter": "has no adapter to be judged by",
        "BaseNotSpread": "cannot be spread over several devices",
        "RunBusy": "is at work in another",
        "TemplateFailed": "The chat template",
        "ContextFull": "The conversation needs",
        "MessageTooLarge": "The text is too large to be sent to the model",
        "SchemaInvalid": "The JSON schema cannot be used",
        "BadParameter": "out of range",
        "WorkerDied": "ended unexpectedly",
        "WorkerDeaf": "did not stop when asked and was ended",
        "WorkerNotStarted": "could not be started",
        "ProtocolMismatch": "speaks version",
        "StoreNewer": "was written by a newer Benchtop",
        "StoreReadOnly": "may not be written",
        "StoreFull": "is full",
        "StoreBusy": "has been writing to",
        "ReplyNotKept": "was not kept",
        "StoreDamaged": "is damaged",
        "ConversationUnknown": "There is no conversation with the id",
        "ImportInvalid": "cannot be imported",
        "SuiteInvalid": "cannot be used",
        "SuiteRunUnknown": "of a suite to go on with",
        "SuiteUnknown": "There is no suite called",
        "ContestantChanged": "is not the file that this run began with",
        "NoChatsForSuite": "There are no chats yet to make a suite of",
        "DatasetUnknown": "There is no data set called",
        "DatasetEmpty": "has no example that can be learnt from",
        "FormHoldsNone": "because no example fits the form",
        "NothingToCollect": "Nothing new in your chats can be taken as an example",
        "StarterFixed": "cannot be removed",
        "TextTooShort": "tokens of one window",
        "VocabulariesDiffer": "have different vocabularies",
        "MeasureNoRoom": "Comparing these models takes",
        "ModelsTooLarge": "do not fit into the memory together",
        "EnergyUnmeasurable": "Energy is not measurable here",
        "VotesInvalid": "cannot be ranked",
        "SameContestant": "so there is nothing to decide",
        "CardInvalid": "is no card that can be read",
        "CardNewer": "is a card of version",
        "FileUnreadable": "cannot be read",
        "SettingsDamaged": "are damaged",
        "FileNotWritten": "cannot be written",
        "FolderMissing": "does not exist",
        "FileInTheWay": "is there already",
        "FileNotBinned": "could not be moved to the bin",
        "AdapterNotBinned": "so that nothing was removed",
        "FileNotBroughtBack": "could not be brought back",
        "Interrupted": "was interrupted before it was done",
        "HubOffline": "Benchtop is offline",
        "HubUnreachable": "could not be reached",
        "HubBusy": "was asked too often",
        "HubFailed": "answered with a failure of its own",
        "HubGarbled": "is not a model hub",
        "NetworkSettingWrong": "was not asked because the setting",
        "RepositoryUnknown": "has no repository",
        "RevisionUnknown": "has no revision",
        "RemoteFileUnknown": "has no file",
        "RepositoryGated": "ask for your agreement",
        "TokenRefused": "does not accept the access token",
        "TokenMissing": "answers nobody without an access token",
        "TokenMalformed": "is no access token",
        "TokenNotKept": "could not be kept",
        "TokenNotForgotten": "it may lie in the system keyring",
        "TokenFileStays": "could not be removed",
        "KeyringClosed": "lies in the system keyring, which",
        "DownloadCut": "broke off",
        "DownloadDamaged": "is not what the Hub has",
        "DownloadChanged": "was replaced on the Hub",
        "DownloadNoRoom": "There is no room for",
        "DownloadsNoRoom": "beside what else is being downloaded",
        "DownloadNotDeleted": "could not be deleted from",
        "DownloadNotWritten": "cannot be written in",
        "DownloadElsewhere": "Another program is downloading",
        "HubFileNoModel": "is what the Hub has, and it is no model that can be used",
        "RemoteHeaderTooLarge": "is larger than",
        "UnsafeName": "is not downloaded",
        "CatalogueDamaged": "The catalogue of models that comes with Benchtop cannot be read",
    }
    groups = {"BenchtopError", "ModelFileError", "PromptError", "WorkerError", "StoreError"}
    groups |= {"HubError", "DownloadError", "FileChoiceUnclear"}  # the last is all detail
    assert set(kinds) - groups == set(told)
    for name, words in told.items():
        assert words in kinds[name].sentence, name
        assert words in text, name


def test_the_list_shows_a_page(page: HelpPage) -> None:
    pages = page.findChild(QListWidget, "help.pages")
    assert pages.item(0).text() == "First steps"
    pages.setCurrentRow(ORDER.index("privacy"))
    assert page.current == HelpPlace("privacy")
    assert "telemetry" in page.browser.toPlainText()


def test_a_link_leads_to_its_heading_and_back_comes_back(page: HelpPage, qtbot: QtBot) -> None:
    page.browser.anchorClicked.emit(QUrl("parameters.md#min-p"))
    assert page.current == HelpPlace("parameters", "min-p")
    assert page.browser.textCursor().block().text() == "Min-p"
    assert page.browser.verticalScrollBar().value() > 0
    back = page.findChild(QAbstractButton, "help.back")
    forward = page.findChild(QAbstractButton, "help.forward")
    back.click()
    assert page.current == HelpPlace("index")
    assert not back.isEnabled()
    qtbot.keyClick(page.browser, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert page.current == HelpPlace("parameters", "min-p")
    assert not forward.isEnabled()
    page.show_page("data")
    qtbot.keyClick(page.browser, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    page.show_page("models")
    assert not forward.isEnabled()


def test_an_unknown_page_is_the_first_page(page: HelpPage) -> None:
    page.show_page("no-such-page")
    assert page.current == HelpPlace("index")


def test_an_address_outside_is_shown_and_copied_not_opened(page: HelpPage) -> None:
    page.browser.anchorClicked.emit(QUrl("https://example.org/x"))
    assert page.current == HelpPlace("index")
    notice = page.findChild(InfoBar).notices()[0]
    assert "https://example.org/x" in notice.text
    notice.findChild(QAbstractButton, "notice.action").click()
    assert QGuiApplication.clipboard().text() == "https://example.org/x"


def test_the_text_may_load_nothing(page: HelpPage) -> None:
    kind = QTextDocument.ResourceType.ImageResource.value
    own = QUrl.fromLocalFile(str(resource("icons", "benchtop.svg")))
    assert page.browser.loadResource(kind, own) is None


def test_searching_counts_marks_and_walks(page: HelpPage, qtbot: QtBot) -> None:
    page.show_page("parameters")
    search = page.findChild(QLineEdit, "help.search")
    count = page.findChild(QLabel, "help.count")
    qtbot.keyClicks(search, "temperature")
    hits = page.browser.toPlainText().lower().count("temperature")
    assert hits > 2
    assert count.text() == f"1 of {hits}"
    assert len(page.browser.extraSelections()) == hits
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert count.text() == f"2 of {hits}"
    qtbot.keyClick(search, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(search, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert count.text() == f"{hits} of {hits}"
    search.setText("no such words here")
    assert count.text() == "not on this page"
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert page.browser.extraSelections() == []


def test_ctrl_f_means_this_page_here(page: HelpPage, qtbot: QtBot) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.browser.setFocus()
    qtbot.keyClick(page.browser, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.findChild(QLineEdit, "help.search").hasFocus()


def test_links_are_readable_in_the_dark(page: HelpPage, theme: ThemeController) -> None:
    """Qt fixes a link's colour when the text is set: it must be set again with the theme."""
    page.browser.verticalScrollBar().setValue(40)
    theme.set_choice("dark")
    colours = set()
    block = page.browser.document().begin()
    while block.isValid():
        for span in block.textFormats():
            if span.format.isAnchor():
                colours.add(span.format.foreground().color().name())
        block = block.next()
    assert colours == {"#8fa3ff"}
    assert page.browser.verticalScrollBar().value() == 40
