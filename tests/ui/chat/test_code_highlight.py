"""Roles of the parts of a code block."""

from benchtop.ui.chat.code_highlight import MAX_HIGHLIGHTED, highlight, utf16_length


def test_roles_of_python() -> None:
    lines = highlight("def f():\n    return 'a'  # done", "python")
    assert [(s.start, s.length, s.role) for s in lines[0]][:2] == [
        (0, 3, "keyword"),
        (4, 1, "name"),
    ]
    assert {s.role for s in lines[1]} == {"keyword", "string", "comment"}


def test_columns_count_as_qt_counts() -> None:
    (line,) = highlight("x = '😀' + 1", "python")
    (number,) = [span for span in line if span.role == "number"]
    assert number.start == utf16_length("x = '😀' + ") == 11


def test_lines_are_kept_through_strings_and_blank_lines() -> None:
    code = "\n\n'''a\nb'''\n\nx = 1"
    lines = highlight(code, "python")
    assert len(lines) == code.count("\n") + 1
    assert [s.role for s in lines[3]] == ["string"]


def test_unknown_or_too_long_is_left_alone() -> None:
    assert highlight("x = 1", "no such language") == []
    assert highlight("x = 1", "") == []
    assert highlight("x" * (MAX_HIGHLIGHTED + 1), "python") == []
