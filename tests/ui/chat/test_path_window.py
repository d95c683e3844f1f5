"""The window of messages that have views."""

from hypothesis import given
from hypothesis import strategies as st

from benchtop.ui.chat.path_window import FIRST_SHOWN, MOST_SHOWN, PathWindow
from ui.chat.makers import branch, step


def test_a_branch_opens_at_its_end() -> None:
    window = PathWindow()
    window.set_steps(branch(2_000))
    assert (window.start, window.stop) == (2_000 - FIRST_SHOWN, 2_000)
    assert window.at_end


def test_a_new_message_joins_only_the_end() -> None:
    window = PathWindow()
    window.set_steps(branch(300))
    window.add(step(300))
    assert window.shown[-1].message.id == "m300"
    window.around(10)
    window.add(step(301))
    assert not window.at_end
    assert window.shown[-1].message.id != "m301"
    assert window.get("m301") is not None


def test_a_newer_state_of_a_stranger_is_refused() -> None:
    window = PathWindow()
    window.set_steps(branch(3))
    assert window.put(step(1, "new"))
    assert window.steps[1].message.content == "new"
    assert not window.put(step(9))


@given(
    st.integers(0, 600),
    st.lists(st.sampled_from(["up", "down", "end", "around", "add"]), max_size=40),
)
def test_it_never_leaves_the_branch_nor_grows_without_end(count: int, moves: list[str]) -> None:
    window = PathWindow()
    window.set_steps([step(number) for number in range(count)])
    for move in moves:
        if move == "up":
            window.grow_up()
        elif move == "down":
            window.grow_down()
        elif move == "end":
            window.to_end()
        elif move == "around" and len(window):
            window.around(len(window) // 3)
        elif move == "add":
            window.add(step(len(window)))
        assert 0 <= window.start <= window.stop <= len(window)
        assert window.stop - window.start <= MOST_SHOWN + len(moves)
        assert bool(window.shown) == bool(len(window))
