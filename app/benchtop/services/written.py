"""A reply as a step of a measurement gets it: whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchtop.protocol.messages import Answer, Chunk, Finished, Started


@dataclass(frozen=True, slots=True)
class Written:
    """The text and the reasoning of a reply, and how it ended."""

    text: str
    reasoning: str
    finished: Finished
    seed: int = 0


@dataclass(slots=True)
class Writing:
    """Collects the answers to Generate."""

    _texts: list[str] = field(default_factory=list)
    _reasoning: list[str] = field(default_factory=list)
    _seed: int = 0

    def take(self, answer: Answer) -> Written | None:
        """The whole, with the last answer."""
        match answer:
            case Started(seed=seed):
                self._seed = seed
            case Chunk():
                self._texts.append(answer.text)
                self._reasoning.append(answer.reasoning)
            case Finished():
                return Written("".join(self._texts), "".join(self._reasoning), answer, self._seed)
        return None
