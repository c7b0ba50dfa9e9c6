"""What stands on the pages: prose of authors long dead (prose/), and invented business text. All chance comes in as `rng`."""

import pathlib
import re

PROSE = pathlib.Path(__file__).resolve().parent / "prose"

GOODS = ["copper wire", "oak plank", "brass hinge", "linen thread", "glass jar", "garden twine", "roof slate", "lamp oil",
         "steel bolt", "paper roll", "candle wax", "rubber seal", "clay pot", "wool blanket", "tin box", "door handle"]
STREETS = ["Mill Road", "Station Street", "Harbour Lane", "Church Hill", "Orchard Way", "Tannery Row", "Bridge Street"]
TOWNS = ["Fernbridge", "Low Ness", "Ashcombe", "Whitby Cross", "Marlow End", "Stoke Abbey", "Dunmore"]
NAMES = ["T. Okafor", "Ingrid Sorensen", "Amos Pell", "R. Lindqvist", "Mrs Calloway", "J. Whitfield", "Carla Mendes"]
FIRMS = ["Hollow Oak Joinery", "Brook and Sons Haulage", "Harbour Warehouse Ltd", "Fernbridge Water Board", "Pell Brothers"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
LABELS = ["Fragile: glass inside", "Do not bend", "Keep upright at all times", "Invoice enclosed", "Received with thanks",
          "This page is left for notes", "Appendix B", "Return to sender", "Best before end of March", "Shelf 14, row C"]


def sentences(half):
    return re.split(r"(?<=[.])\s+(?=[A-Z])", (PROSE / f"{half}.txt").read_text().strip())


def paragraphs(rng, half, characters):
    """Paragraphs of running sentences, about so many characters altogether, from a place in the text that chance picks."""
    pool = sentences(half)
    place = rng.randrange(len(pool))
    result = [[]]
    written = 0
    while written < characters:
        if sum(map(len, result[-1])) > rng.randrange(300, 700):
            result.append([])
        result[-1].append(pool[place % len(pool)])
        written += len(pool[place % len(pool)])
        place += 1
    return [" ".join(paragraph) for paragraph in result]


def heading(rng):
    return f"{rng.choice(['Report', 'Notes', 'Minutes', 'Annual survey', 'A letter'])} from {rng.choice(TOWNS)}"


def date(rng):
    return f"{rng.randrange(1, 29)} {rng.choice(MONTHS)} {rng.randrange(1950, 2024)}"


def address(rng):
    return [rng.choice(FIRMS), f"{rng.randrange(2, 200)} {rng.choice(STREETS)}", rng.choice(TOWNS)]


def money(pence):
    return f"{pence // 100:,}.{pence % 100:02}"


def table(rng, rows):
    """Rows of cells under a head: article, number, price, amount."""
    result = [["Article", "Number", "Price", "Amount"]]
    for name in rng.sample(GOODS, rows):
        count, price = rng.randrange(2, 300), rng.randrange(15, 9000)
        result.append([name.capitalize(), str(count), money(price), money(count * price)])
    return result


def label(rng):
    return rng.choice([rng.choice(LABELS), f"Lot {rng.randrange(1000, 9999)} of {date(rng)}", f"To {rng.choice(NAMES)}, {rng.choice(TOWNS)}"])
