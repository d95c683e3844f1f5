"""How fast a long conversation opens, and how fast the transcript takes a streaming reply."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from benchtop.bootstrap import Program
from benchtop.domain.chat import Conversation, Message, PathStep
from benchtop.services.data_folder import DataFolder
from benchtop.store.database import open_store
from benchtop.ui.chat.transcript import Transcript
from benchtop.ui.theme import ThemeController

MESSAGES = 2_000
REPLY_TOKENS = 1_000
TOKENS_PER_SECOND = 100
FLUSH_SECONDS = 1 / 30

TALK = (
    "the owl reads in a small library while rain falls on the roof and nobody asks why models "
    "answer slowly when memory is short but a good question helps more than a long prompt does"
)


def open_conversation_ms(folder: DataFolder, repeat: int = 5) -> float:
    """From the choice of a conversation of 2,000 messages in a window until it is painted.

    All of the road: reading the store, building the tree, laying out, painting. The median in
    milliseconds, each time coming from a conversation of 20 messages.
    """
    with open_store(folder.database) as store:
        for name, length in (("short", 20), ("long", MESSAGES)):
            store.conversations.add(Conversation(name, name, 1.0, 1.0))
            for step in conversation(length, name):
                store.messages.add(step.message)
    app = _application()
    program = Program(app, folder)
    program.show()
    try:
        _until(app, lambda: program.engine.state.facts is not None)
        times = []
        for _ in range(repeat):
            _open(app, program, "short")
            _until(app, lambda: program.chat.transcript.column.next_unmeasured(0) is None)
            times.append(_open(app, program, "long"))
        return sorted(times)[len(times) // 2]
    finally:
        program.window.close()


def _open(app: QApplication, program: Program, conversation_id: str) -> float:
    """Open a conversation and paint it; in milliseconds."""
    opened: list[object] = []
    connection = program.session.branch.opened.connect(lambda *_: opened.append(None))
    began = time.perf_counter()
    program.chat.open_conversation(conversation_id)
    _until(app, lambda: opened)
    _paint(program.chat.transcript)
    took = (time.perf_counter() - began) * 1e3
    program.session.branch.opened.disconnect(connection)
    return took


def transcript_p95_ms(text: str = "") -> float:
    """Append, layout and paint of each flush while 1,000 tokens stream; the 95th percentile, in ms.

    The conversation has 2,000 messages; tokens come at 100 a second and are flushed 30 times a
    second, so that each flush brings three or four. ``text`` is the reply, else all of Markdown.
    """
    times = sorted(flush_times_ms(text or "\n\n".join(_text(n) for n in range(1, 60, 2))))
    return times[int(len(times) * 0.95)]


def transcript_list_p95_ms() -> float:
    """The same while all the reply is one list: its form is known only when it has ended."""
    rng = random.Random(1)
    items = (f"{number}. {_sentence(rng, 16)}" for number in range(1, 60))
    return transcript_p95_ms("\n".join(items))


def flush_times_ms(text: str) -> list[float]:
    """Every flush of the streamed reply, in order."""
    app = _application()
    transcript = _shown_transcript(conversation(MESSAGES))
    _settle(app, transcript)
    reply = _message(MESSAGES, "c", "", "streaming")
    transcript.add_step(PathStep(reply, 1, 1))
    _paint(transcript)
    tokens = _tokens(text, REPLY_TOKENS)
    times = []
    due = 0.0
    position = 0
    while position < len(tokens):
        due += TOKENS_PER_SECOND * FLUSH_SECONDS
        began = time.perf_counter()
        while position < min(due, len(tokens)):
            transcript.append_chunk(reply.id, tokens[position], "")
            position += 1
        transcript.flush_chunks()
        _paint(transcript)
        times.append((time.perf_counter() - began) * 1e3)
        app.processEvents()
    _close(transcript)
    return times


def conversation(count: int, conversation_id: str = "c") -> list[PathStep]:
    """A branch of ``count`` messages of about 146 words, replies with Markdown of every kind."""
    return [
        PathStep(_message(number, conversation_id, _text(number)), 1, 1) for number in range(count)
    ]


def _message(number: int, conversation_id: str, text: str, state: str = "complete") -> Message:
    return Message(
        id=f"{conversation_id}-{number}",
        conversation_id=conversation_id,
        parent_id=f"{conversation_id}-{number - 1}" if number else None,
        role="assistant" if number % 2 or state == "streaming" else "user",
        content=text,
        created=float(number),
        state=state,  # type: ignore[arg-type]  # one of its values
        model_name="starter",
    )


def _sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(TALK.split(), k=words)).capitalize() + "."


def _text(number: int) -> str:
    """About 146 words: a heading, paragraphs, a list, and code in every third reply."""
    rng = random.Random(number)
    if number % 2 == 0:
        return "\n\n".join(_sentence(rng, 48) for _ in range(3))
    items = "\n".join(f"- **{_sentence(rng, 2)}** {_sentence(rng, 9)}" for _ in range(5))
    parts = [f"## {_sentence(rng, 4)}", _sentence(rng, 40), items, _sentence(rng, 38)]
    if number % 6 == 1:
        parts.append("```python\n" + "\n".join(f"x_{i} = {i}" for i in range(8)) + "\n```")
    return "\n\n".join(parts)


def _tokens(text: str, count: int) -> list[str]:
    """``count`` tokens of a text, cut as tokenisers cut: about four letters each."""
    pieces = [text[start : start + 4] for start in range(0, len(text), 4)]
    return list(itertools.islice(itertools.cycle(pieces), count))


def _application() -> QApplication:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    made = QApplication([])
    ThemeController(made, "light")
    return made


def _shown_transcript(steps: list[PathStep]) -> Transcript:
    transcript = Transcript()
    transcript.resize(900, 700)
    transcript.show_path(steps)
    transcript.show()
    _paint(transcript)
    return transcript


def _paint(transcript: Transcript) -> None:
    """Paint everything that waits to be painted, now."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)
    transcript.viewport().repaint()


def _settle(app: QApplication, transcript: Transcript) -> None:
    """Let the work that waits for idle moments be done."""
    _until(app, lambda: transcript.column.next_unmeasured(0) is None)


def _until(app: QApplication, condition: Callable[[], object]) -> None:
    end = time.perf_counter() + 60
    while not condition():
        app.processEvents()
        if time.perf_counter() > end:
            raise TimeoutError("the window did not come so far")


def _close(transcript: Transcript) -> None:
    transcript.close()
    transcript.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
