"""What a person does, from the first start to finding an old conversation again.

Usage, inside a D-Bus session on a screen: journeys.py NAME COMMAND...
"""

import sys

from person import Person, read, said, wait_for

FIRST = "Tell me a story about an owl."
LONG = "Please go on and on."
TYPED = "What a person types without a pause, and has not sent yet, "


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


def grow(me, times):
    """Wait until the newest reply was seen to grow that many times; its lengths."""
    lengths = [len(me.reply())]
    for _ in range(times):
        wait_for(lambda: len(me.reply()) > lengths[-1], "more text")
        lengths.append(len(me.reply()))
    return lengths


if __name__ == "__main__":
    journey = {"conversation": conversation, "crash": crash, "twice": twice}[sys.argv[1]]
    person = Person(sys.argv[2:])
    try:
        journey(person)
    finally:
        person.leave()
