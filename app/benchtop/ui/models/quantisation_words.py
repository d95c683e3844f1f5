"""What a quantisation means, in plain words: how much smaller it makes a model, and what that costs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.domain.quantisations import FLOATS, rough_bytes

_ENOUGH = 8_000_000_000  # parameters, so that bytes divided by a thousand million are bits


def _tr(text: str) -> str:
    return QCoreApplication.translate("QuantisationWords", text)


def bits_of(quantisation: str) -> float:
    """About how many bits a number of the model takes; 0 when the name is not known."""
    return rough_bytes(_ENOUGH, quantisation) / 1e9


def quantisation_gist(quantisation: str) -> str:
    """A few words on size against quality; empty for an unknown name."""
    bits = bits_of(quantisation)
    if bits >= 15:
        return _tr("unchanged, and very large")
    for least, words in (
        (8, _tr("as good as the original")),
        (6, _tr("very close to the original")),
        (5.2, _tr("close to the original")),
        (4, _tr("good quality for its size")),
        (3.4, _tr("small, some quality lost")),
        (2.5, _tr("very small, much quality lost")),
        (0.1, _tr("tiny, for trying out only")),
    ):
        if bits >= least:
            return words
    return ""


def quantisation_words(quantisation: str) -> str:
    """Sentences for a hover: what the name says, letter by letter."""
    bits = bits_of(quantisation)
    if not bits:
        return _tr("The name of this file does not say how its numbers were shortened.")
    if quantisation in FLOATS:
        return _tr(
            "{name}: the model's numbers as they were published, {bits:.0f} bits each. Nothing is lost, "
            "but it takes about twice the memory of Q8_0, and hardly anyone can tell the answers apart."
        ).format(name=quantisation, bits=bits)
    first = _tr(
        "{name}: each number of the model is shortened from 16 bits to about {bits:.1f}, so that the "
        "file has {share:.0%} of the full size."
    ).format(name=quantisation, bits=bits, share=bits / 16)
    return " ".join(filter(None, (first, _cost(bits), _mixture(quantisation))))


def _cost(bits: float) -> str:
    if bits >= 8:
        return _tr("Its answers can hardly be told from the original's.")
    if bits >= 5.2:
        return _tr("Its answers are close to the original's; it needs more memory than Q4_K_M.")
    if bits >= 4:
        return _tr("The usual choice: a little is lost, and most people do not notice.")
    return _tr("Something is lost that you will notice, in small models most of all.")


def _mixture(quantisation: str) -> str:
    """What the letters after the number say."""
    name = quantisation.removeprefix("UD-")
    parts = []
    if name.startswith("IQ"):
        parts.append(_tr("IQ packs more into the same size and is slower on some processors."))
    elif "_K" in name:
        parts.append(_tr("K means that important parts keep more bits; S, M and L how many do."))
    if quantisation.startswith("UD-"):
        parts.append(_tr("UD is Unsloth's own mixture of bits."))
    return " ".join(parts)
