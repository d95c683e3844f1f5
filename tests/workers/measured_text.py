"""A text long enough for several windows: plain words, none of its lines like another."""

PLACES = ("wood", "kitchen", "harbour", "old tower", "garden", "night train", "library")
ANIMALS = ("an owl", "a fox", "the grey cat", "a mouse", "two geese", "the neighbour's dog")


def story(lines: int) -> str:
    """So many lines."""
    return "\n".join(
        f"On day {day} {ANIMALS[day % len(ANIMALS)]} came to the {PLACES[day * 3 % len(PLACES)]} and said: "
        f"I have seen {day * day % 17} stars, and I would like {'tea' if day % 3 else 'some bread'}, please."
        for day in range(1, lines + 1)
    )
