"""Messages that measure a loaded model: its perplexity, and what it expected at each place of a text.

    Score   -> Waiting?, Progress...  Scored   | Failed | Finished (cancelled)
    Lens    -> Waiting?,              LensRead | Failed | Finished (cancelled)

Many numbers go as flat lists: a message of thousands of small objects would cost more than the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchtop.domain.generation import AdapterUse
from benchtop.domain.windows import USUAL_WINDOW

MOST_TOP = 100
"""What Lens may ask for."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well the model predicts a text, in windows of ``context_length`` tokens (domain/windows.py)."""

    request_id: str
    text: str
    context_length: int = USUAL_WINDOW
    adapters: tuple[AdapterUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """Sums over the ``tokens`` that were scored: of their negative log-likelihoods in nats, and of the
    squares of these. ``text_tokens`` is what the whole text takes, BOS included; ``windows`` how many of
    ``context_length`` tokens were read; ``seconds`` are wall-clock."""

    request_id: str
    nll: float
    nll_squares: float
    tokens: int
    context_length: int
    windows: int
    text_tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Lens:
    """What the model expected at each place of a text: of ``prompt`` (plain text), or of exactly ``tokens``.

    ``top`` is how many of the likeliest tokens are told of each place. The model reads all tokens and
    tells of the predictions made at the positions from ``first`` on.

    ``keep_rows`` is a file, which must be there, into which all log-probabilities go: float32, a row of
    the whole vocabulary for each of these positions. ``compare_rows`` is such a file of another model with
    the same vocabulary that has read the same tokens.
    """

    request_id: str
    prompt: str | None = None
    tokens: tuple[int, ...] = ()
    top: int = 10
    first: int = 0
    adapters: tuple[AdapterUse, ...] = ()
    keep_rows: str = ""
    compare_rows: str = ""


@dataclass(frozen=True, slots=True)
class LensRead:
    """The answer to Lens.

    ``tokens`` are all that were read. The other lists have an entry for each position from ``first`` on,
    that is for each prediction: of the token after it, and at the last position of what could come next.
    So ``logprobs`` (natural, of the token that did come) is one shorter than the positions told of;
    ``top_ids`` and ``top_logprobs`` have ``top`` entries for each position, the likeliest first. ``texts``
    has the text of each token named; where it is a part of a character, U+FFFD stands for that.

    ``divergences`` are KL(other | this) in nats and ``same_top`` whether both hold the same token for the
    likeliest, when there were rows of another model. ``seconds`` are wall-clock, in the worker.
    """

    request_id: str
    tokens: tuple[int, ...]
    first: int
    logprobs: tuple[float, ...]
    top: int
    top_ids: tuple[int, ...]
    top_logprobs: tuple[float, ...]
    texts: Mapping[int, str] = field(default_factory=dict)
    divergences: tuple[float, ...] = ()
    same_top: tuple[bool, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class DepthRates:
    """Tokens per second of each repetition with ``depth`` tokens in the context already."""

    depth: int
    prompt_rates: tuple[float, ...]
    generation_rates: tuple[float, ...]
