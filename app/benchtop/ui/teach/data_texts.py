"""What the Data tab says: one way to say each thing, in the table, the pane and the bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from benchtop.domain.examples import Dataset, Origin
from benchtop.domain.personal_data import PersonalKind
from benchtop.services.teacher_steps import DraftOutcome
from benchtop.ui.teach.data_rows import NOT_READ, ExampleRow, Filter


def _tr(text: str) -> str:
    return QCoreApplication.translate("TeachData", text)


def examples_words(count: int) -> str:
    """ "1 example", "1,200 examples"."""
    return _tr("1 example") if count == 1 else _tr("{count} examples").format(count=f"{count:,}")


def drafted_words(made: int, outcome: DraftOutcome) -> str:
    """What came of a wish for drafts, and of what did not become one."""
    if made == 1:
        words = [_tr("1 draft waits for you.")]
    elif made:
        words = [_tr("{count} drafts wait for you.").format(count=f"{made:,}")]
    else:
        words = [_tr("No draft came of it.")]
    thrown = outcome.repeated + outcome.empty
    if thrown:
        why = _tr(
            "Thrown away: {repeated} that said what was there already, {empty} that were empty."
        )
        words.append(why.format(repeated=f"{outcome.repeated:,}", empty=f"{outcome.empty:,}"))
    if outcome.gave_up:
        words.append(
            _tr("This model has no more to say: a larger one, or more examples, would help.")
        )
    return " ".join(words)


def dataset_words(dataset: Dataset) -> str:
    """ "120 examples · 18 held out"."""
    parts = [examples_words(dataset.examples)]
    if dataset.held_out:
        parts.append(_tr("{count} held out").format(count=f"{dataset.held_out:,}"))
    return " · ".join(parts)


def drafts_words(count: int) -> str:
    """ "3 drafts"; empty for none."""
    words = _tr("1 draft") if count == 1 else _tr("{count} drafts")
    return words.format(count=f"{count:,}") if count else ""


def origin_words(origin: Origin) -> str:
    """Where an example comes from, in a few words."""
    match origin.kind:
        case "chat":
            return _tr("chat with {name}").format(name=origin.name) if origin.name else _tr("chat")
        case "import":
            return origin.name or _tr("a file")
        case "teacher":
            words = _tr("written by {name}")
            return words.format(name=origin.name or _tr("a model"))
    return _tr("typed")


def origin_sentence(origin: Origin) -> str:
    """The same as a sentence, for one example that is looked at."""
    match origin.kind:
        case "chat" if origin.name:
            return _tr("From a chat with {name}.").format(name=origin.name)
        case "chat":
            return _tr("From a chat.")
        case "import":
            return _tr("Imported from {name}.").format(name=origin.name or _tr("a file"))
        case "teacher":
            return _tr("Written by {name}.").format(name=origin.name or _tr("a model"))
    return _tr("Typed by hand.")


def length_words(row: ExampleRow) -> str:
    """ "212 tokens"; letters where no model has counted."""
    words = _tr("{count} tokens") if row.in_tokens else _tr("{count} letters")
    return words.format(count=f"{row.length:,}")


def question_words(row: ExampleRow) -> str:
    """The last question, and which it is where there are several."""
    question = row.question or _tr("(no question)")
    if row.exchanges < 2:
        return question
    words = _tr("{count} of {count}: {question}")
    return words.format(count=f"{row.exchanges:,}", question=question)


def too_long_sentence(most: int, exchanges: int) -> str:
    """What becomes of an example with so many questions that is longer than so many tokens; empty for 0."""
    words = (
        _tr(
            "Longer than the {most} tokens that are taught of one example: nothing is learnt from it."
        )
        if exchanges < 2
        else _tr(
            "Longer than the {most} tokens that are taught of one example: what fits is learnt."
        )
    )
    return words.format(most=f"{most:,}") if most else ""


def note_words(row: ExampleRow) -> str:
    """What is to be known of an example, in one line."""
    return ", ".join(note_parts(row))


def note_parts(row: ExampleRow) -> list[str]:
    """What is to be known of an example, the most pressing first."""
    parts: list[str] = []
    if row.is_draft:
        parts.append(_tr("draft"))
    if row.problem:
        parts.append(_tr("teaches nothing"))
    if row.personal:
        parts.append(_tr("personal"))
    if row.most:
        parts.append(_tr("too long"))
    if row.copy[1]:
        parts.append(_tr("copy {place} of {count}").format(place=row.copy[0], count=row.copy[1]))
    elif row.alike:
        parts.append(_tr("nearly the same"))
    if row.holdout and not row.is_draft:
        parts.append(_tr("held out"))
    if not row.included and not row.is_draft:
        parts.append(_tr("left out"))
    if row.has_rejected:
        parts.append(_tr("with worse answer"))
    return parts


def spoken_example(row: ExampleRow) -> str:
    """A whole row for a screen reader."""
    tags = _tr("tags {tags}").format(tags=", ".join(row.tags)) if row.tags else ""
    answer = _tr("answer: {answer}").format(answer=row.answer) if row.answer else _tr("no answer")
    parts = (question_words(row), answer, note_words(row), origin_words(row.origin), tags)
    return ", ".join(filter(None, (*parts, length_words(row))))


def size_sentence(letters: int, turns: int, tokens: int = 0, model: str = "") -> str:
    """ "212 letters in 2 turns, 63 tokens of starter."; without the tokens where nobody has counted."""
    one, many = _tr("{letters} letters in 1 turn"), _tr("{letters} letters in {turns} turns")
    words = (one if turns == 1 else many).format(letters=f"{letters:,}", turns=f"{turns:,}")
    if tokens:
        words = _tr("{letters}, {tokens} tokens of {model}").format(
            letters=words, tokens=f"{tokens:,}", model=model
        )
    return words + "."


def found_sentence(kinds: Iterable[PersonalKind]) -> str:
    """ "It holds an e-mail address and a telephone number."; empty for nothing."""
    one = {
        "email": _tr("an e-mail address"),
        "phone": _tr("a telephone number"),
        "card": _tr("a card number"),
        "iban": _tr("a bank account"),
        "secret": _tr("a key or a password"),
        "ip": _tr("an internet address"),
        "ssn": _tr("a social security number"),
    }
    parts = [one[kind] for kind in dict.fromkeys(kinds)]
    if not parts:
        return ""
    *first, last = parts
    words = _tr("{first} and {last}").format(first=", ".join(first), last=last) if first else last
    return _tr("It holds {what}.").format(what=words)


def found_words(found: Iterable[Iterable[PersonalKind]]) -> str:
    """What is personal in how many examples: "E-mail addresses in 3 examples, card numbers in 1."."""
    many = {
        "email": _tr("e-mail addresses"),
        "phone": _tr("telephone numbers"),
        "card": _tr("card numbers"),
        "iban": _tr("bank accounts"),
        "secret": _tr("keys or passwords"),
        "ip": _tr("internet addresses"),
        "ssn": _tr("social security numbers"),
    }
    counts = Counter(kind for kinds in found for kind in set(kinds))
    parts = [
        _tr("{what} in {count}").format(what=many[kind], count=examples_words(count))
        for kind, count in counts.most_common()
    ]
    words = ", ".join(parts)
    return words[:1].upper() + words[1:] + "." if words else ""


def problem_sentence(problem: str) -> str:
    """Why nothing can be learnt from an example; ``problem`` is an Example.problem()."""
    texts = {
        "has no turns": _tr("It has no turns, so nothing can be learnt from it."),
        "does not end with an answer": _tr(
            "It does not end with an answer of the model, so nothing can be learnt from it."
        ),
        "has an empty answer": _tr("Its answer is empty, so nothing can be learnt from it."),
        "has a system prompt that is not at its beginning": _tr(
            "A system prompt may only stand at the beginning; nothing is learnt from it like this."
        ),
        "has no question": _tr("It asks nothing, so nothing can be learnt from it."),
    }
    return texts.get(problem, problem)


def filter_words(which: Filter, count: int) -> str:
    """A part of the line of health: "3 look alike"."""
    if count == NOT_READ:
        return {
            "alike": _tr("looking for what looks alike…"),
            "personal": _tr("looking for what is personal…"),
        }.get(which, _tr("counting…"))
    if which == "all":
        return examples_words(count)
    one = {
        "drafts": _tr("1 draft to look at"),
        "alike": _tr("1 looks alike"),
        "personal": _tr("1 holds something personal"),
        "unusable": _tr("1 teaches nothing"),
        "excluded": _tr("1 left out"),
        "held_out": _tr("1 held out"),
    }
    many = {
        "drafts": _tr("{count} drafts to look at"),
        "alike": _tr("{count} look alike"),
        "personal": _tr("{count} hold something personal"),
        "unusable": _tr("{count} teach nothing"),
        "excluded": _tr("{count} left out"),
        "held_out": _tr("{count} held out"),
    }
    return one[which] if count == 1 else many[which].format(count=f"{count:,}")


def filter_short(which: Filter, count: int) -> str:
    """The same in a word or two: the whole stands beside it, in the tooltip and for screen readers."""
    if count == NOT_READ or which in {"all", "excluded", "held_out"}:
        return filter_words(which, count)
    words = {
        "drafts": drafts_words(count),
        "alike": _tr("1 alike") if count == 1 else _tr("{count} look alike"),
        "personal": _tr("{count} personal"),
        "unusable": _tr("1 teaches nothing") if count == 1 else _tr("{count} teach nothing"),
    }[which]
    return words.format(count=f"{count:,}")


def filter_hint(which: Filter) -> str:
    """What a filter is good for."""
    return {
        "all": _tr("Show every example."),
        "drafts": _tr("Written by a larger model, and taught to nobody before you accept them."),
        "alike": _tr("The same, or nearly the same, as another: one of them teaches enough."),
        "personal": _tr("An e-mail address, a telephone number, a card, a key or the like."),
        "unusable": _tr("No question, or no answer: nothing can be learnt from these."),
        "excluded": _tr("Kept here, but not taught."),
        "held_out": _tr("Never taught: they show afterwards whether the model got better."),
    }[which]


def nothing_words(which: Filter, words: str) -> str:
    """Why the table is empty although there are examples."""
    if words:
        return _tr("No example has these words.")
    return {
        "all": _tr("No examples yet."),
        "drafts": _tr("No drafts are waiting."),
        "alike": _tr("No two examples look alike."),
        "personal": _tr("Nothing personal was found."),
        "unusable": _tr("Every example can be learnt from."),
        "excluded": _tr("No example is left out."),
        "held_out": _tr("Nothing is held out yet; a part is from the first training on."),
    }[which]
