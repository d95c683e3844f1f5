"""The smallest language model: it counts which token followed which, and says how sure that makes it.

The same question that is asked of a hundred million parameters, asked of counts. After the tokens h the
distribution of the next one has a Dirichlet prior whose mean is the prediction after h without its first
token, and so on down to the empty history, whose prior mean is uniform:

    P(w | h) = (c(h, w) + a P(w | h')) / (N(h) + a)

with c(h, w) how often w followed h, N(h) how often anything did, and a the concentration of the order: how
many observations the prior is worth. That is the back-off: where h was never seen, P(w | h) is P(w | h').
Source: D. J. C. MacKay and L. C. Bauman Peto, "A Hierarchical Dirichlet Language Model", Natural Language
Engineering 1(3), 1995. As there, each a is the one that makes the counts most probable (the evidence);
unlike there, each history is judged by a prior mean without its own counts, which would make every prior
look better than it is. What is known of one token's probability is a Beta that is unsure of the shorter
histories too (count_spread.py).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchtop.evaluation.count_spread import History, LevelCounts, nested_beta, worths
from benchtop.evaluation.intervals import beta_quantile
from benchtop.evaluation.next_token import Place, TokenOption

Floats = NDArray[np.float64]
INTERVAL = 0.90
ORDER = 2
"""Tokens of history that are used when none is said: two, a trigram model."""
_LEAST_LOG, _MOST_LOG = math.log(1e-3), math.log(1e6)
_STEPS = 40
_GOLDEN = (math.sqrt(5) - 1) / 2
_IMPOSSIBLE = 1e-300


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of one token after a history: how often it was seen there, the mean of its probability
    and the interval that holds it with 90 %."""

    count: int
    mean: float
    low: float
    high: float


class CountModel:
    """Counts over ``texts``, each a sequence of ids below ``vocabulary``, with histories of up to
    ``order`` tokens that never reach over a text's beginning.

    ``concentrations`` (one for each length of history, from 0 to ``order``) are found by the evidence
    unless given. Raises ValueError for an id outside the vocabulary, a vocabulary of none, or an order
    below 0.
    """

    def __init__(
        self,
        texts: Iterable[Sequence[int]],
        vocabulary: int,
        order: int = ORDER,
        concentrations: Sequence[float] | None = None,
    ) -> None:
        if vocabulary < 1 or order < 0:
            raise ValueError("a model needs a vocabulary and an order of 0 or more")
        self.vocabulary = vocabulary
        self.order = order
        self.tokens = 0
        self._counts: list[dict[History, Counter[int]]] = [{} for _ in range(order + 1)]
        for text in texts:
            self._count(text)
        self._totals = [
            {history: after.total() for history, after in level.items()} for level in self._counts
        ]
        self.concentrations: list[float] = []
        for level in range(order + 1):
            given = concentrations[level] if concentrations is not None else None
            self.concentrations.append(given if given is not None else self._likeliest(level))
        self._worths = worths(self._totals, self.concentrations)

    def predict(self, history: Sequence[int]) -> Floats:
        """The posterior mean of every token's probability after ``history``: shape [vocabulary]."""
        found = np.full(self.vocabulary, 1 / self.vocabulary)
        for level, past in enumerate(self._histories(history)):
            after = self._counts[level].get(past)
            if after:
                concentration = self.concentrations[level]
                found *= concentration
                found[np.fromiter(after.keys(), np.int64)] += np.fromiter(
                    after.values(), np.float64
                )
                found /= self._totals[level][past] + concentration
        return found

    def mean(self, history: Sequence[int], token: int) -> float:
        """The same of one token."""
        return self._mean(self._histories(history), token)

    def seen(self, history: Sequence[int]) -> tuple[int, int]:
        """How many of the last tokens of ``history`` were ever seen together before something, and how
        often: (length of the longest such history, N of it)."""
        for level, past in reversed(list(enumerate(self._histories(history)))):
            total = self._totals[level].get(past, 0)
            if total:
                return level, total
        return 0, 0

    def count(self, history: Sequence[int], token: int) -> int:
        """How often ``token`` followed the longest part of ``history`` that was seen."""
        level, _total = self.seen(history)
        past = tuple(history[len(history) - level :])
        return self._counts[level].get(past, Counter())[token]

    def posterior(self, history: Sequence[int], token: int) -> Posterior:
        """What is known of ``token`` after the longest part of ``history`` that was seen: never surer than
        what was seen there, nor than what is known of its shorter parts. What a longer history would make
        of it nobody has seen. An interval takes about a millisecond."""
        used = self._histories(history)[: self.seen(history)[0] + 1]
        levels = [
            LevelCounts(
                self._counts[level].get(past, Counter())[token],
                self._totals[level].get(past, 0),
                self._worths[level].get(past, 0.0),
                self.concentrations[level],
            )
            for level, past in enumerate(used)
        ]
        count = self.count(history, token)
        a, b = nested_beta(levels, 1 / self.vocabulary)
        if b <= 0:  # a vocabulary of one
            return Posterior(count, 1.0, 1.0, 1.0)
        edge = (1 - INTERVAL) / 2
        low, high = (beta_quantile(q, a, b) for q in (edge, 1 - edge))
        return Posterior(count, a / (a + b), low, high)

    def _count(self, text: Sequence[int]) -> None:
        if len(text) and not 0 <= min(text) <= max(text) < self.vocabulary:
            raise ValueError("a token outside the vocabulary")
        self.tokens += len(text)
        for place, token in enumerate(text):
            for level in range(min(self.order, place) + 1):
                past = tuple(text[place - level : place])
                after = self._counts[level].get(past)
                if after is None:
                    after = self._counts[level][past] = Counter()
                after[token] += 1

    def _histories(self, history: Sequence[int]) -> list[History]:
        """Its last 0, 1, ... tokens, up to the order."""
        most = min(self.order, len(history))
        return [tuple(history[len(history) - level :]) for level in range(most + 1)]

    def _mean(
        self, histories: Sequence[History], token: int, *, count: int = 0, total: int = 0
    ) -> float:
        """``count`` of ``total`` tokens after each history are left out."""
        mean = 1 / self.vocabulary
        for level, past in enumerate(histories):
            after = self._counts[level].get(past)
            if after:
                concentration = self.concentrations[level]
                mean = (after[token] - count + concentration * mean) / (
                    self._totals[level][past] - total + concentration
                )
        return mean

    def _mean_without(self, past: History, token: int, count: int) -> float:
        """The prior mean after ``past``, from the counts of all other histories."""
        shorter = [past[n:] for n in range(len(past), 0, -1)]
        total = self._totals[len(past)][past]
        return self._mean(shorter, token, count=count, total=total)

    def _likeliest(self, level: int) -> float:
        """The concentration of a length of history with the largest evidence, by golden section on its
        logarithm; 1 where nothing was counted."""
        seen = self._counts[level]
        if not seen:
            return 1.0
        pairs = [(past, token, n) for past, after in seen.items() for token, n in after.items()]
        counts = np.array([n for _past, _token, n in pairs], np.float64)
        means = np.array([self._mean_without(past, token, n) for past, token, n in pairs])
        totals = np.fromiter(self._totals[level].values(), np.float64)

        def evidence(log_concentration: float) -> float:
            return log_evidence(math.exp(log_concentration), counts, means, totals)

        low, high = _LEAST_LOG, _MOST_LOG
        for _ in range(_STEPS):
            left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            low, high = (low, right) if evidence(left) > evidence(right) else (left, high)
        return math.exp((low + high) / 2)


def log_evidence(concentration: float, counts: Floats, means: Floats, totals: Floats) -> float:
    """The log-probability of counts under Dirichlet priors of one concentration: ``counts`` of the pairs
    of history and token that were seen, with the prior ``means`` of each, and the ``totals`` of histories.

    The Dirichlet-multinomial: the sum of lnΓ(c + am) - lnΓ(am), and of lnΓ(a) - lnΓ(N + a).
    """
    prior = concentration * means
    of_pairs = log_gamma(counts + prior) - log_gamma(prior)
    of_histories = log_gamma(np.array([concentration])) - log_gamma(totals + concentration)
    return float(of_pairs.sum() + of_histories.sum())


def log_gamma(x: Floats) -> Floats:
    """lnΓ of positive numbers, to 1e-11 or better: Stirling's series at x + 8, taken back by
    Γ(x + 1) = x Γ(x) (Abramowitz and Stegun 6.1.41 and 6.1.15)."""
    far = x + 8.0
    square = 1 / (far * far)
    series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / far
    back = np.zeros_like(x)
    for step in range(8):
        back += np.log(np.maximum(x + step, _IMPOSSIBLE))
    found: Floats = (far - 0.5) * np.log(far) - far + 0.5 * math.log(2 * math.pi) + series - back
    return found


def count_places(
    model: CountModel, tokens: Sequence[int], texts: Mapping[int, str], top: int
) -> list[Place]:
    """What the counts expected at each place of a text, and after it: the view that the lens has of other
    models. Intervals are left to ``count_options``, since a long text has too many of them."""
    return [_place(model, tokens, at, texts, top) for at in range(len(tokens) + 1)]


def count_options(
    model: CountModel, history: Sequence[int], texts: Mapping[int, str], top: int
) -> list[TokenOption]:
    """The ``top`` likeliest tokens after ``history``, each with its count and its interval."""
    found = []
    for token in _likeliest(model.predict(history), top):
        known = model.posterior(history, token)
        logprob = math.log(max(known.mean, _IMPOSSIBLE))
        text = texts.get(token, "")
        found.append(TokenOption(token, text, logprob, known.count, known.low, known.high))
    return found


def _place(
    model: CountModel, tokens: Sequence[int], at: int, texts: Mapping[int, str], top: int
) -> Place:
    history = tokens[max(0, at - model.order) : at]
    expected = model.predict(history)
    order, seen = model.seen(history)

    def option(token: int) -> TokenOption:
        logprob = math.log(max(float(expected[token]), _IMPOSSIBLE))
        return TokenOption(token, texts.get(token, ""), logprob, model.count(history, token))

    came = option(tokens[at]) if at < len(tokens) else None
    return Place(
        id=came.id if came is not None else -1,
        text=came.text if came is not None else "",
        came=came,
        options=tuple(option(token) for token in _likeliest(expected, top)),
        seen=seen,
        order=order,
    )


def _likeliest(expected: Floats, top: int) -> list[int]:
    """Ids, the likeliest first; of equals the lower id, so that the answer is always the same."""
    count = min(top, len(expected))
    if count <= 0:
        return []
    least = np.partition(expected, len(expected) - count)[len(expected) - count]
    near = np.flatnonzero(expected >= least)
    order = np.lexsort((near, -expected[near]))[:count]
    return [int(token) for token in near[order]]


class WordIds:
    """Ids for the words, marks and spaces of texts, for counting where no model's tokens are wanted. The id
    0 stands for every word that was not there when the ids were made."""

    UNKNOWN = 0

    def __init__(self, texts: Iterable[str]) -> None:
        words = dict.fromkeys(word for text in texts for word in split_words(text))
        self._ids = {word: number for number, word in enumerate(words, 1)}
        self.texts: dict[int, str] = {self.UNKNOWN: "\ufffd"}
        self.texts |= {number: word for word, number in self._ids.items()}

    def __len__(self) -> int:
        return len(self.texts)

    def ids(self, text: str) -> list[int]:
        """The ids of a text."""
        return [self._ids.get(word, self.UNKNOWN) for word in split_words(text)]


def split_words(text: str) -> list[str]:
    """Words with the space before them, as most models' tokens have it; other signs one by one. Together
    they are the text."""
    return re.findall(r" ?\w+|\s|[^\w\s]", text)
