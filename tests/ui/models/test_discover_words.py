"""What the views that find models say, and what they narrow and recommend: no window needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from benchtop.domain.hub import HubFilters
from benchtop.domain.repo_files import RepoFile, group_files
from benchtop.ui.icons import icon_names
from benchtop.ui.models.card_markdown import (
    MOST_CHARACTERS,
    SECTION,
    card_sections,
    is_dense,
    readable_card,
)
from benchtop.ui.models.card_memory import memory_words, shares, short_memory_words
from benchtop.ui.models.catalogue_filter import narrowed
from benchtop.ui.models.discover_rows import labels_of
from benchtop.ui.models.fit_words import LOOK, fit_explanation, fit_words
from benchtop.ui.models.licence_words import OFFERED, licence_name, licence_words
from benchtop.ui.models.model_card import two_lines
from benchtop.ui.models.model_words import (
    context_text,
    hub_facts,
    languages_text,
    model_facts,
    speed_words,
    tags_of,
)
from benchtop.ui.models.quantisation_words import quantisation_gist, quantisation_words
from benchtop.ui.models.recommended import recommended
from benchtop.ui.models.rows import CardRow, FitRow
from ui.models.discover_makers import FITS, FREE, GB, MB, catalogue_cards, choice, found_cards


def whole(source: str) -> str:
    return "\n".join(card_sections(readable_card(source).text))


def test_every_verdict_has_its_own_words_and_its_own_sign() -> None:
    words = {fit_words(fit) for fit in FITS}
    assert words == {
        "fits easily",
        "fits",
        "tight",
        "only with a smaller context: 4,096",
        "does not fit",
        "not known yet",
    }
    signs = [name for name, _tint in LOOK.values()]
    assert len(set(signs)) == len(signs) == len(FITS)
    assert set(signs) <= set(icon_names())


def test_a_verdict_is_explained_with_its_numbers() -> None:
    fit = FitRow("smaller", 32_768, 4_096, 7 * GB, FREE, freed=400 * MB, measured=6 * GB)
    text = fit_explanation(replace(fit, rough=True, where="GeForce 9"))
    for part in ("7.0 GB", "32,768", "5.0 GB is free on GeForce 9", "4,096", "400 MB", "6.0 GB"):
        assert part in text
    assert "rough guess" in text
    assert fit_explanation(FitRow(reason="The Hub did not answer.")) == "The Hub did not answer."
    assert "{" not in "".join(fit_explanation(one) for one in FITS)


def test_facts_of_a_card_leave_out_what_is_not_known() -> None:
    card = CardRow("a/b", "b", parameters=1_240_000_000, context_length=131_072, licence="mit")
    assert model_facts(card) == ["1.24B", "128k context", "MIT"]
    assert model_facts(card, every=True)[0] == "1.24B parameters"
    assert hub_facts(card) == []
    assert hub_facts(replace(card, downloads=0, likes=1)) == ["0 downloads", "1 like"]
    tagged = replace(card, reasoning=True, embedding=True, gated=True)
    assert tags_of(tagged) == ["reasoning", "embedding", "asks for agreement"]


def test_a_card_says_what_it_takes_to_download_it_and_how_fast_it_would_be() -> None:
    card = CardRow("a/b", "b", parameters=8 * GB, bytes=4_900 * MB, quantisation="Q4_K_M")
    assert model_facts(card) == ["about 4.9 GB to download", "8B"]
    assert model_facts(card, every=True)[0] == "about 4.9 GB to download as Q4_K_M"
    assert speed_words(0, rough=True) == ""
    assert speed_words(1.24, rough=True) == "roughly 1.2 tok/s"
    assert speed_words(12.6, rough=False) == "about 13 tok/s"


def test_the_bar_shows_what_is_used_what_the_model_takes_and_what_is_left() -> None:
    fit = FitRow("fits", 4096, 4096, need=2 * GB, free=6 * GB, total=8 * GB)
    assert shares(fit) == (0.25, 0.25)
    assert shares(replace(fit, need=20 * GB)) == (0.25, 0.75)  # it ends where the memory does
    assert shares(replace(fit, free=9 * GB)) == (0.0, 0.25)
    assert shares(replace(fit, total=0)) == shares(FitRow(total=8 * GB)) == (0.0, 0.0)
    assert (
        memory_words(fit)
        == "Of 8.0 GB of memory, 2.0 GB are in use and this model would take 2.0 GB."
    )
    assert memory_words(FitRow()) == ""
    assert short_memory_words(fit) == "2.0 of 8.0 GB"
    assert short_memory_words(replace(fit, need=20 * GB)) == "20.0 GB of 8.0 GB"
    assert short_memory_words(FitRow()) == ""


def test_only_a_text_that_is_cut_ends_with_dots(qapp: QApplication) -> None:
    font = qapp.font()
    letters = QFontMetrics(font).averageCharWidth()
    long = "Google's newer model for phones and other small devices; it thinks only when told to, and more."
    for width in range(12 * letters, 120 * letters, 7):
        lines = two_lines(long, font, width)
        said = " ".join(lines)
        assert len(lines) <= 2
        assert all(QFontMetrics(font).horizontalAdvance(line) <= width for line in lines)
        assert (said == long) is not said.endswith("…")
    assert two_lines("Short.", font, 400) == ["Short."]
    assert two_lines("Owls \U0001f989\U0001f989 read at night.", font, 8 * letters)[0].isprintable()


def test_of_several_models_that_with_most_files_is_recommended() -> None:
    owl = [choice(name, model="owl") for name in ("Q3_K_M", "Q4_K_M")]
    cat = choice("Q4_K_M", model="cat")
    assert recommended([cat, *owl]) is owl[1]
    assert recommended([cat, owl[1]]) is None  # nothing says which of the two is meant
    assert recommended([]) is None


def test_a_name_is_told_where_the_quantisation_is_not_enough() -> None:
    files = ("a/owl-Q8_0.gguf", "b/owl-Q8_0.gguf", "cat-Q8_0.gguf", "cat-Q4_0.gguf")
    choices = group_files([RepoFile(path, size) for size, path in enumerate(files, 1)])
    assert labels_of(choices) == ["a/owl-Q8_0.gguf", "b/owl-Q8_0.gguf", "cat-Q8_0", ""]


def test_contexts_and_languages_are_named_as_people_name_them() -> None:
    assert [context_text(n) for n in (512, 2048, 40_960, 1_000_000)] == [
        "512",
        "2k",
        "40k",
        "1,000,000",
    ]
    assert languages_text(("en", "de")) == "English, German"
    assert languages_text(("en", "de", "fr")) == "3 languages"
    assert languages_text(("en", "de", "fr"), every=True) == "English, German, French"


@pytest.mark.parametrize("name", ["Q4_K_M", "UD-Q4_K_XL", "IQ2_XXS", "Q8_0", "BF16", "MXFP4"])
def test_a_quantisation_is_explained(name: str) -> None:
    assert quantisation_gist(name)
    assert quantisation_words(name).startswith(f"{name}: ")
    assert "{" not in quantisation_words(name)


def test_an_unknown_quantisation_says_so() -> None:
    assert quantisation_gist("") == ""
    assert "does not say" in quantisation_words("")


def test_every_licence_has_a_name_and_a_sentence() -> None:
    for tag in (*OFFERED, "", "something-new"):
        assert licence_words(tag).endswith(".")
        assert licence_name(tag) or not tag


def test_the_favourite_is_recommended_before_larger_files_that_fit() -> None:
    rows = [choice("Q2_K"), choice("Q4_K_M"), choice("Q5_K_M"), choice("BF16")]
    best = recommended(rows)
    assert best is rows[1]
    assert recommended([rows[0], rows[2], rows[3]]) is rows[2]
    assert recommended([rows[3]]) is None  # it does not fit
    assert recommended([replace(rows[1], trouble="A part is missing."), rows[0]]) is rows[0]
    tight = [replace(row, fit=FITS[2]) for row in rows]
    assert recommended(tight) is None
    floats = [replace(rows[3], fit=FITS[1])]
    assert recommended(floats) is floats[0]
    assert recommended([*floats, rows[0]]) is rows[0]


def test_the_catalogue_is_narrowed_by_words_and_filters() -> None:
    cards = catalogue_cards()
    assert narrowed(cards, "", HubFilters()) == tuple(cards)
    granite = narrowed(cards, "Granite summ", HubFilters())
    assert granite
    assert all("granite" in card.id for card in granite)
    small = narrowed(cards, "", HubFilters(most_parameters=GB, licence="apache-2.0"))
    assert small
    assert all(c.parameters <= GB and c.licence == "apache-2.0" for c in small)
    german = narrowed(cards, "german", HubFilters(language="de"))
    assert german
    assert all("de" in card.languages for card in german)
    assert narrowed(cards, "", HubFilters(architecture="lfm2"))
    assert not narrowed(cards, "nothing has this name", HubFilters())
    mixed = found_cards(20)
    assert [c.gated for c in narrowed(mixed, "", HubFilters(gated=False))].count(True) == 0


# The model card's text


def test_the_front_matter_is_left_out() -> None:
    assert whole("---\nlicense: mit\ntags:\n- x\n---\n# Hello\n").strip() == "# Hello"
    assert whole("\ufeff---\r\na: b\r\n---\r\nText").strip() == "Text"
    assert "a: b" in whole("---\na: b\nno end")
    assert whole("---\na: b\n---") == ""


def test_html_becomes_text_and_code_stays_as_it_is() -> None:
    text = whole(
        '<div align="center">\n    <p>Hello <i>you</i></p>\n</div>\n'
        "<!-- one\nmore --><script>\nalert(1)\n</script>after\n"
        "`<b>kept</b>` <think>kept</think>\n```html\n<div>kept</div>\n```\n"
        '<h2>Title</h2><a href="https://x.example/a b">link</a><br>end'
    )
    for part in ("Hello you", "after", "`<b>kept</b>`", "<think>kept</think>", "## Title"):
        assert part in text
    assert "```html\n<div>kept</div>\n```" in text
    assert "[link](<https://x.example/ab>)" in text
    for gone in ("alert", "more", "align", "<p>", "    Hello"):
        assert gone not in text


def test_a_picture_keeps_its_description_only() -> None:
    text = whole('<img\n  src="https://evil.example/x.png"\n  alt="A [graph]"\n/>')
    assert "![A graph](x)" in text
    assert "evil" not in text


def test_code_and_tables_go_on_in_the_next_section() -> None:
    code = "```py\n" + "x = 1\n" * SECTION + "```\nend"
    sections = list(filter(None, card_sections(code)))
    assert len(sections) > 2
    assert all(one.startswith("```py\n") for one in sections if "x = 1" in one)
    assert all(one.count("```") % 2 == 0 for one in sections)
    assert sum(one.count("x = 1") for one in sections) == SECTION
    table = "| a | b |\n|---|:-:|\n" + "| 1 | 2 |\n" * SECTION
    sections = list(filter(None, card_sections(table)))
    assert len(sections) > 2
    assert all(one.startswith("| a | b |\n|---|:-:|\n") for one in sections)
    assert sum(one.count("| 1 | 2 |") for one in sections) == SECTION


def test_a_long_card_is_cut_and_says_by_how_much() -> None:
    source = "---\na: b\n---\n" + "word " * 100_000
    card = readable_card(source)
    assert len(card.text) <= MOST_CHARACTERS
    assert len(card.text) + card.left_out == 500_000
    assert readable_card("short").left_out == 0


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "`", "<script>", "[![](x)", "```\n", "<a href=x>", "> ", "| a "]
)
def test_no_section_is_ever_long(piece: str) -> None:
    text = readable_card(piece * (5_000_000 // len(piece))).text
    assert max(len(section) for section in card_sections(text)) <= 4 * SECTION


def test_what_nobody_writes_is_shown_as_typed() -> None:
    assert is_dense("[" * 2_000)
    assert is_dense("*a **b " * 300)
    assert not is_dense("Some [links](https://x.example) and **bold** words. " * 30)
