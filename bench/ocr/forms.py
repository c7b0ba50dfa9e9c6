"""Forms and ruled tables as office programs print them: what stands in boxes, between rules, and beside other sizes of type.

Each function draws one page, as those of layouts.py do. The truth is what a person would read aloud, row by row: neither
rules nor boxes, leaders or ticks, and the letters of a comb as the one word that they are.
"""

import functools

from PIL import Image, ImageChops, ImageDraw

import words
from layouts import INK, MONO, SANS, SERIF, WHITE, WIDE_SANS, Sheet, typeface

CARD = (6.5, 7.0)
RECEIPT_IN = 3.2
FIRST_NAMES = ["ANNA", "SOLBERG", "MARTIN", "OLUFEMI", "HEDWIG", "KATARINA", "BJORN", "LUCIEN", "PRIYA", "THADDEUS"]
QUESTIONS = ["Deliver to the side entrance", "Send a copy to the office", "Keep the packaging", "Paid in advance",
             "Insured for the full value", "Call before delivery", "Contains glass", "Return the pallets"]


def opening(rng, half, dpi, family, points, size_in=CARD):
    """A sheet that begins with a title and a sentence."""
    sheet = Sheet(size_in, dpi, family, points, margin_in=0.5)
    sheet.write(words.heading(rng), "Bold", 1.5)
    sheet.skip(0.3)
    sheet.paragraph(rng.choice(words.sentences(half)))
    sheet.skip()
    return sheet


def closing(sheet, rng):
    sheet.skip()
    sheet.write(f"Checked by {rng.choice(words.NAMES)}, {words.date(rng)}")
    sheet.write(f"Page {rng.randrange(1, 9)} of {rng.randrange(9, 20)}")
    return sheet


def pen(sheet, points):
    return max(1, round(points * sheet.dpi / 72))


def boxed(sheet, left, top, right, bottom, width, fill=None):
    sheet.draw.rectangle((left, top, right, bottom), outline=INK, width=width, fill=fill)


def grid(sheet, rows, left=None, right=None, pad_in=0.06, gap_in=0.0, line_pt=0.75, head=None, ink=INK):
    """A table whose cells have borders: of their own where there is a gap between them, else shared."""
    left = sheet.left if left is None else left
    right = sheet.right if right is None else right
    gap, width, pad = sheet.inches(gap_in), pen(sheet, line_pt), sheet.inches(pad_in)
    shares = [0.4] + [0.6 / (len(rows[0]) - 1)] * (len(rows[0]) - 1)
    height = sheet.leading(0.8) + 2 * (pad + width)
    for number, row in enumerate(rows):
        x = left
        for place, (cell, share) in enumerate(zip(row, shares)):
            end = x + round(share * (right - left))
            shade = head if number == 0 else None
            boxed(sheet, x, sheet.y, end - gap, sheet.y + height, width, shade)
            face = sheet.face("Bold" if number == 0 else "Regular")
            middle = sheet.y + height / 2
            light = WHITE if shade is not None and shade < 128 else ink
            if place == 0:
                sheet.draw.text((x + pad + width, middle), cell, font=face, fill=light, anchor="lm")
            else:
                sheet.draw.text((end - gap - pad - width, middle), cell, font=face, fill=light, anchor="rm")
            x = end
        sheet.lines.append(" ".join(row))
        sheet.y += height + gap
    sheet.skip(0.3)


def table(rng, half, dpi, family, points, **borders):
    sheet = opening(rng, half, dpi, family, points)
    grid(sheet, words.table(rng, rng.randrange(4, 8)), pad_in=rng.choice((0.02, 0.04, 0.08)), **borders)
    return closing(sheet, rng)


cells_apart = functools.partial(table, gap_in=0.05)
shared_borders = table
thick_borders = functools.partial(table, line_pt=3)


def shaded(rng, half, dpi, family, points):
    return table(rng, half, dpi, family, points, head=rng.choice((200, 225, 60, 20)))


def two_tables(rng, half, dpi, family, points):
    sheet = opening(rng, half, dpi, family, points, (8.27, 6.0))
    middle = (sheet.left + sheet.right) // 2
    count = rng.randrange(3, 6)
    tables = [[row[:2] for row in words.table(rng, count)] for _ in range(2)]
    top, before = sheet.y, len(sheet.lines)
    grid(sheet, tables[0], right=middle - sheet.inches(0.15))
    sheet.y = top
    grid(sheet, tables[1], left=middle + sheet.inches(0.15))
    # Either order is right for who counts words; by rows is how they stand.
    sheet.lines[before:] = [" ".join(a + b) for a, b in zip(*tables)]
    return closing(sheet, rng)


def value_boxes(rng, half, dpi, family, points):
    """Labels, and boxes with what was filled in."""
    sheet = opening(rng, half, dpi, family, points)
    values = [("Name", rng.choice(words.NAMES)), ("Firm", rng.choice(words.FIRMS)), ("Town", rng.choice(words.TOWNS)),
              ("Street", f"{rng.randrange(2, 200)} {rng.choice(words.STREETS)}"), ("Date", words.date(rng)),
              ("Amount", words.money(rng.randrange(1000, 900000)))]
    pad, height = sheet.inches(0.06), sheet.leading(1.1) + sheet.inches(0.1)
    for label, value in values:
        sheet.draw.text((sheet.left, sheet.y + height / 2), label, font=sheet.face(), fill=INK, anchor="lm")
        x = sheet.left + sheet.inches(1.1)
        boxed(sheet, x, sheet.y, sheet.right - sheet.inches(rng.uniform(0, 1.5)), sheet.y + height, pen(sheet, rng.choice((0.5, 1, 2))))
        sheet.draw.text((x + 2 * pad, sheet.y + height / 2), value, font=sheet.face("Bold"), fill=INK, anchor="lm")
        sheet.lines.append(f"{label} {value}")
        sheet.y += height + sheet.inches(0.09)
    return closing(sheet, rng)


def comb(sheet, text, gap_in):
    side, width = round(sheet.leading(1.3)), pen(sheet, 1)
    for place, letter in enumerate(text):
        x = sheet.left + place * (side + sheet.inches(gap_in))
        boxed(sheet, x, sheet.y, x + side, sheet.y + side, width)
        sheet.draw.text((x + side / 2, sheet.y + side / 2), letter, font=sheet.face("Regular", 1.15), fill=INK, anchor="mm")
    sheet.lines.append(text)
    sheet.y += side


def combs(rng, half, dpi, family, points):
    """A letter a box: boxes that share their borders, and boxes apart."""
    sheet = opening(rng, half, dpi, family, points)
    for label in ("Surname in block letters:", "Membership number:", "Postal code:"):
        sheet.write(label)
        sheet.skip(0.2)
        number = "".join(rng.choice("123456789") for _ in range(rng.randrange(4, 9)))
        comb(sheet, rng.choice(FIRST_NAMES) if "name" in label else number, rng.choice((0, 0, 0.06)))
        sheet.skip(0.5)
    return closing(sheet, rng)


def check_boxes(rng, half, dpi, family, points):
    sheet = opening(rng, half, dpi, family, points)
    side = round(sheet.leading(0.75))
    for text in rng.sample(QUESTIONS, 6):
        top = sheet.y + (sheet.leading() - side) // 2
        box = (sheet.left, top, sheet.left + side, top + side)
        boxed(sheet, *box, pen(sheet, 0.8))
        if rng.random() < 0.5:
            sheet.draw.line(box, fill=INK, width=pen(sheet, 1))
            sheet.draw.line((box[0], box[3], box[2], box[1]), fill=INK, width=pen(sheet, 1))
        sheet.write(text, x=sheet.left + side + sheet.inches(0.1))
        sheet.skip(0.3)
    return closing(sheet, rng)


def leaders(rng, half, dpi, family, points):
    """A table of contents, and lines to write on."""
    sheet = opening(rng, half, dpi, family, points)
    for number in range(7):
        title, page = f"{rng.choice(words.TOWNS)} and {rng.choice(words.GOODS)}", str(rng.randrange(3, 400))
        face = sheet.face()
        start, end = sheet.left + face.getlength(title + " "), sheet.right - face.getlength(" " + page)
        sheet.draw.text((sheet.left, sheet.y), title, font=face, fill=INK)
        dots = "." * int((end - start) / face.getlength("."))
        sheet.draw.text((end, sheet.y), dots, font=face, fill=INK, anchor="ra")
        sheet.draw.text((sheet.right, sheet.y), page, font=face, fill=INK, anchor="ra")
        sheet.lines.append(f"{title} {page}")
        sheet.y += sheet.leading(1.1)
    sheet.skip()
    for label, value in (("Signed", rng.choice(words.NAMES)), ("Witness", rng.choice(words.NAMES))):
        x = sheet.left + sheet.inches(1)
        baseline = sheet.y + sheet.leading(0.95)
        sheet.draw.line((x, baseline, sheet.right - sheet.inches(1), baseline), fill=INK, width=pen(sheet, 0.75))
        sheet.draw.text((x + sheet.inches(0.2), sheet.y), value, font=sheet.face(), fill=INK)
        sheet.write(label)
        sheet.lines[-1] = f"{label} {value}"
        sheet.skip(0.4)
    return closing(sheet, rng)


def stamped(rng, half, dpi, family, points):
    """A stamp in lighter ink, askew over the table. It is no part of the truth."""
    sheet = table(rng, half, dpi, family, points)
    face = typeface(WIDE_SANS, "Bold", round(22 * dpi / 72))
    text = rng.choice(("PAID", "COPY", "RECEIVED"))
    width, height = round(face.getlength(text) * 1.3), round(0.55 * dpi)
    stamp = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(stamp)
    draw.rectangle((2, 2, width - 3, height - 3), outline=255, width=max(1, dpi // 40))
    draw.text((width / 2, height / 2), text, font=face, fill=255, anchor="mm")
    stamp = stamp.rotate(rng.uniform(8, 25), resample=Image.Resampling.BICUBIC, expand=True)
    place = (sheet.image.width - stamp.width - round(rng.uniform(0.6, 2.5) * dpi), round(rng.uniform(1.2, 2.2) * dpi))
    ink = Image.new("L", stamp.size, rng.choice((165, 180, 195)))
    under = sheet.image.crop((*place, place[0] + stamp.width, place[1] + stamp.height))
    over = Image.composite(ink, Image.new("L", stamp.size, WHITE), stamp)
    sheet.image.paste(ImageChops.darker(under, over), place)
    return sheet


def sizes(rng, half, dpi, family, points):
    """Giant type, text, fine print and a footnote."""
    sheet = Sheet((8.0, 6.0), dpi, family, points, margin_in=0.5)
    small = max(6.5, 720 / dpi) / points  # ten pixels an em at least, which can be read
    sheet.write(rng.choice(words.TOWNS), "Bold", 4.5)
    sheet.write(rng.choice(words.LABELS), "Regular", 2.4)
    sheet.skip(0.5)
    sheet.paragraph(rng.choice(words.sentences(half)))
    sheet.skip(0.5)
    for _ in range(2):
        sheet.write(f"{rng.choice(words.FIRMS)} of {rng.choice(words.TOWNS)} sells {rng.choice(words.GOODS)} by the dozen", scale=small)
    sheet.y = sheet.bottom - 2 * sheet.leading(small)
    sheet.write(f"Source: survey of {rng.choice(words.TOWNS)}, {words.date(rng)}, table {rng.randrange(2, 9)}; without {rng.choice(words.GOODS)}.",
                scale=small)
    return sheet


def item(sheet, name, amount, style="Regular"):
    """A line with an amount at the right edge."""
    sheet.draw.text((sheet.right, sheet.y), amount, font=sheet.face(style), fill=INK, anchor="ra")
    sheet.write(name, style)
    sheet.lines[-1] += f" {amount}"


def strip(rng, dpi, family, points, lines):
    """A narrow strip with an amount a line."""
    sheet = Sheet((RECEIPT_IN, (lines + 12) * points * 1.35 / 72 + 0.6), dpi, family, points, margin_in=0.2)
    sheet.write(rng.choice(words.FIRMS), "Bold")
    sheet.write(words.date(rng))
    sheet.skip()
    total = 0
    for _ in range(lines):
        count, price = rng.randrange(1, 9), rng.randrange(50, 1500)
        total += count * price
        item(sheet, f"{count} {rng.choice(words.GOODS)}", words.money(count * price))
    return sheet, total


def receipt(rng, half, dpi, family, points):
    """A long one: letters of one width."""
    sheet, total = strip(rng, dpi, MONO, points, rng.randrange(40, 160))
    sheet.rule()
    sheet.skip(0.4)
    item(sheet, "Total", words.money(total), "Bold")
    sheet.write("Thank you for your visit")
    return sheet


def bill(rng, half, dpi, family, points):
    """A receipt of a few lines, about as wide as it is high, with nothing but space between names and amounts."""
    sheet, total = strip(rng, dpi, rng.choice((MONO, family)), points, rng.randrange(2, 8))
    sheet.skip()
    paid = total - total % 2000 + 2000
    for name, amount in (("TOTAL", total), ("CASH", paid), ("CHANGE", paid - total)):
        item(sheet, name, words.money(amount))
    sheet.skip()
    sheet.write("Thank you for your visit")
    return sheet


def open_table(rng, half, dpi, family, points):
    """An invoice: columns of numbers, some of single digits, without any rule."""
    sheet = opening(rng, half, dpi, family, points, (8.27, 7.0))
    edges = [sheet.left + share * (sheet.right - sheet.left) for share in (0.04, 0.58, 0.78, 1)]
    for number in range(1, rng.randrange(5, 13)):
        count, price = rng.randrange(1, 12), rng.randrange(50, 9000)
        name, cells = rng.choice(words.GOODS), [str(number), str(count), words.money(price), words.money(count * price)]
        for edge, cell in zip(edges, cells):
            sheet.draw.text((edge, sheet.y), cell, font=sheet.face(), fill=INK, anchor="ra")
        sheet.draw.text((sheet.left + sheet.inches(0.6), sheet.y), name, font=sheet.face(), fill=INK)
        sheet.lines.append(" ".join([cells[0], name, *cells[1:]]))
        sheet.y += sheet.leading(1)
    return closing(sheet, rng)


TABLES = {"table-apart": cells_apart, "table-shared": shared_borders, "table-thick": thick_borders,
          "table-shaded": shaded, "table-two": two_tables, "table-open": open_table}
FORMS = {"form-boxes": value_boxes, "form-combs": combs, "form-checks": check_boxes, "form-leaders": leaders,
         "form-stamp": stamped, "form-sizes": sizes, "form-receipt": receipt, "form-bill": bill}
FAMILIES = (SANS, SERIF, WIDE_SANS)
