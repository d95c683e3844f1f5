"""What a person does, from the first start to finding an old conversation again.

Usage, inside a D-Bus session on a screen: journeys.py NAME COMMAND...
"""

import sys
from pathlib import Path

from person import Person, read, said, wait_for

FIRST = "Tell me a story about an owl."
LONG = "Please go on and on."
TYPED = "What a person types without a pause, and has not sent yet, "
READY = Path(__file__).parent / "ready"
"""Is there once the window is, for who waits for that outside."""
TABS = ("On this machine", "Discover", "Downloads", "Connections")


def conversation(me):
    """Ask, see it stream, stop, regenerate, restart, and find it all by search."""
    me.start()
    me.wait("Message")
    me.wait_text("starter loaded")
    me.type(FIRST)
    me.keys("Return")
    me.wait_text("first token")
    said("answered", text=me.reply())
    me.keys("ctrl+r")
    me.wait("Version 2 of 2")
    said("regenerated", text=me.reply())
    me.keys("ctrl+o")
    me.keys("Down")  # a pop-up is no window to the accessibility tree; the keyboard goes to it
    me.keys("Return")
    me.wait_text("random slow loaded")
    me.keys("ctrl+l")
    me.type(LONG)
    me.keys("Return")
    me.wait("Stop")
    lengths = grow(me, 4)
    said("streamed", lengths=lengths)
    me.keys("Escape")
    me.wait_text("You stopped this reply")
    wait_for(lambda: me.find("Send"), "the Send button")
    stopped = me.reply()
    said("stopped", text=stopped)
    me.quit()
    me.start()
    me.wait("Message")
    me.wait_text(FIRST)
    said("restarted", same=me.reply() == stopped)
    me.keys("ctrl+n")
    wait_for(lambda: FIRST not in me.read_transcript(), "an empty conversation")
    me.keys("ctrl+f")
    me.type("owl")
    me.wait("Search results")
    me.keys("Down")
    me.keys("Return")
    wait_for(lambda: FIRST in me.read_transcript(), "the found conversation")
    said("found")
    me.quit()


def first_start(me):
    """The welcome by keys alone: bring in what another program has, leave, and never see it again."""
    me.start()
    me.wait("Welcome to Benchtop")
    wait_for(lambda: me.focused().name == "Next", "the keyboard on Next")
    me.wait_text("starter loaded")
    me.keys("Return")
    me.wait("A model is ready")
    me.keys("Return")
    me.wait("GPT4All: 1 chat")
    me.tab_to("Bring in")
    me.keys("Return")
    me.wait_text("One chat was brought in.")
    me.keys("Escape")
    me.wait("Message")
    me.type("hello")
    wait_for(lambda: read(me.wait("Message")) == "hello", "what is typed in the message box")
    me.wait_text("About owls")
    me.quit()
    me.start()
    me.wait("Message")
    me.wait_text("starter loaded")
    said("again", greeted=me.find("Welcome to Benchtop") is not None)
    me.quit()


def crash(me):
    """Killed with -9 in the middle of a reply, and of typing: it is all there at the next start."""
    me.start()
    me.wait("Message")
    me.wait_text("random slow loaded")
    me.type(LONG)
    me.keys("Return")
    me.wait("Stop")
    grow(me, 3)
    shown = me.reply()
    wait_for(me.clock(0.3), "a third of a second")
    me.kill()
    said("killed", shown=shown)
    me.start()
    me.wait_text(LONG)
    me.wait("Retry")
    said("restarted", text=me.reply())
    me.keys("ctrl+l")
    me.type(TYPED, pause=60)
    me.kill()
    me.start()
    me.wait_text(TYPED[:20])
    said("typed", words=TYPED, kept=read(me.wait("Message")))
    me.quit()


def installed(me):
    """From the menu past the welcome to a first answer of the model that comes with it, and away again."""
    me.start()
    me.wait("Welcome to Benchtop")
    me.keys("Escape")
    first_answer(me)


def upgraded(me):
    """The conversation of before is there, and another one is answered."""
    me.start()
    me.wait("Message")
    me.wait_text(FIRST)
    me.keys("ctrl+n")
    wait_for(lambda: FIRST not in me.read_transcript(), "an empty conversation")
    first_answer(me)


def updated(me):
    """Another package is installed while the window is open: it says so, and its pages go on."""
    me.start()
    me.wait("Message")
    me.wait_text("starter loaded")
    READY.touch()
    me.wait_text("Benchtop was updated while this window was open")
    me.keys("ctrl+2")
    me.wait_text("Which model is better for you?")
    me.keys("ctrl+1")
    me.wait("Message")
    me.keys("ctrl+n")
    first_answer(me)


def first_answer(me):
    """Ask the starter model, and leave."""
    me.wait("Message")
    me.wait_text("starter loaded")
    me.type(FIRST)
    me.keys("Return")
    me.wait_text("first token")
    wait_for(lambda: me.find("Send"), "the end of the reply")
    said("answered", text=me.reply())
    me.quit()
    said("closed")


def twice(me):
    """A second start brings the first window forward and ends."""
    me.start()
    me.wait("Message")
    me.hide_behind_another()
    second = Person(me.command)
    code = second.run_to_end()
    wait_for(me.is_active, "the first window in front")
    said("forward", second_status=code)
    me.quit()


def models(me):
    """From nothing to a model of one's own by keyboard alone: found, fetched, checked, used, removed."""
    me.start()
    me.wait("Message")
    me.wait_text("starter loaded")
    me.keys("ctrl+3")
    me.wait("On this machine", "page tab")
    me.tab_to("Offline: nothing leaves this machine")
    me.keys("space")
    me.wait("Online: what you ask for, and nothing else")
    said("online")
    show_tab(me, "Discover")
    me.tab_to("Search models")
    me.type("owl")
    me.wait_text("owl-GGUF")
    said("found", text=me.texts())
    me.keys("Return")
    me.keys("Return")
    me.wait_text("Download Q8_0")
    me.tab_to("Download Q8_0")
    me.keys("space")
    said("asked")
    me.wait("Chat with it")
    said("arrived", text=me.texts())
    show_tab(me, "On this machine")
    choose(me, "ctrl+End")
    me.tab_to("Check again: Benchtop starter")
    me.keys("space")
    me.wait_text("is as it should be")
    said("checked")
    show_tab(me, "On this machine")
    choose(me, "ctrl+End")
    me.keys("Return")
    me.wait_text("Benchtop starter loaded")
    me.keys("ctrl+l")
    me.type(FIRST)
    me.keys("Return")
    me.wait_text("first token")
    said("answered", text=me.reply())
    show_tab(me, "On this machine")
    choose(me, "ctrl+Home")  # what was used last comes first
    me.keys("Delete")
    me.wait("Move its file to the bin")
    me.keys("Return")
    me.wait_text("is off the list")
    said("removed", text=me.texts())
    me.keys("ctrl+z")
    me.wait_text("Benchtop starter, ")
    said("undone", text=me.texts())
    me.quit()


def show_tab(me, name):
    """A tab of the Models page, from wherever the keyboard is."""
    me.keys("ctrl+1")
    me.wait("Message")
    me.keys("ctrl+3")
    me.wait(name, "page tab")
    for _ in TABS:
        me.keys("Left")
    for _ in range(TABS.index(name)):
        me.keys("Right")
    wait_for(lambda: me.is_chosen(me.find(name, "page tab")), f"the tab {name}")


def choose(me, key):
    """The downloaded model in the list of those that are here."""
    me.tab_to("Your models")
    me.keys(key)
    me.wait_text("Check again: Benchtop starter")


def grow(me, times):
    """Wait until the newest reply was seen to grow that many times; its lengths."""
    lengths = [len(me.reply())]
    for _ in range(times):
        wait_for(lambda: len(me.reply()) > lengths[-1], "more text")
        lengths.append(len(me.reply()))
    return lengths


if __name__ == "__main__":
    journey = {
        "conversation": conversation,
        "first_start": first_start,
        "crash": crash,
        "installed": installed,
        "upgraded": upgraded,
        "updated": updated,
        "twice": twice,
        "models": models,
    }[sys.argv[1]]
    person = Person(sys.argv[2:])
    try:
        journey(person)
    finally:
        person.leave()
