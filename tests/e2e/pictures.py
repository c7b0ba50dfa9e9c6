"""Pictures of every ordinary kind: drawn here, encoded by Pillow, libtiff's and ImageMagick's programs, or by hand."""

import io
import struct
import subprocess

from PIL import Image, ImageDraw, ImageFont

from documents import FONT_DIR

LINES = ["Delivery note 4711 for Harbour Mills", "Twelve crates of lamp oil, sealed",
         "Received by the warehouse on Monday", "Signature of the driver: R. Holm"]


def sheet(lines=LINES, size=(1240, 600), height=40, step=110):
    """Lines of black on white, as a scan of 200 dpi shows them."""
    image = Image.new("L", size, 255)
    face = ImageFont.truetype(f"{FONT_DIR}/LiberationSans-Regular.ttf", height)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((size[0] // 15, step // 2 + step * number), line, font=face, fill=0)
    return image


def patches(mode="RGB", size=(203, 131)):
    """Everything that a mistake would change: colours, a ramp, thin lines, no symmetry; sides that are no whole bytes."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for x in range(size[0]):
        pen.line((x, 0, x, 20), fill=(x * 255 // size[0], 255 - x * 255 // size[0], x * 3 % 256))
    for number, colour in enumerate(["red", "green", "blue", "black", "yellow", "cyan", "magenta", "gray"]):
        pen.rectangle((8 + 24 * number, 30, 26 + 24 * number, 60), fill=colour)
    pen.polygon([(10, 70), (90, 80), (20, 125)], fill=(30, 60, 90))
    for y in range(70, 128, 4):
        pen.line((120, y, 195, y), fill="black")
    return image if mode == "RGB" else image.convert(mode)


def bilevel(image=None):
    return (image or patches("L")).point(lambda value: 255 if value > 127 else 0).convert("1", dither=Image.Dither.NONE)


def saved(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def run(folder, content, suffix, *command):
    """A program from IN to OUT, whose names end in the suffixes given."""
    source, target = folder / f"in{suffix[0]}", folder / f"out{suffix[1]}"
    source.write_bytes(content)
    places = {"IN": str(source), "OUT": str(target)}
    subprocess.run([places.get(word, word) for word in command], check=True, capture_output=True, timeout=60)
    return target.read_bytes()


def tiffcp(folder, content, *options):
    return run(folder, content, (".tif", ".tif"), "tiffcp", *options, "IN", "OUT")


def convert(folder, image, ending, *options, prefix=""):
    source, target = folder / "in.png", folder / f"out.{ending}"
    image.save(source)
    subprocess.run(["convert-im6.q16", str(source), *options, f"{prefix}{target}"], check=True, capture_output=True, timeout=60)
    return target.read_bytes()


# ---- BMP by hand: every header, depth and compression ----

def padded(row):
    return row + b"\0" * (-len(row) % 4)


def packed(values, bits):
    """Palette indices of a row, from the highest bit down."""
    bit_string = "".join(f"{value:0{bits}b}" for value in values)
    bit_string += "0" * (-len(bit_string) % 8)
    return bytes(int(bit_string[at:at + 8], 2) for at in range(0, len(bit_string), 8))


def rle8(rows):
    data = b""
    for row in rows:
        at = 0
        while at < len(row):
            run_length = 1
            while run_length < 255 and at + run_length < len(row) and row[at + run_length] == row[at]:
                run_length += 1
            literal = row[at:at + 5]
            if run_length == 1 and len(literal) == 5:  # an absolute run, padded to a word
                data += bytes([0, 5, *literal, 0])
                at += 5
            else:
                data += bytes([run_length, row[at]])
                at += run_length
        data += b"\0\0"
    return data + b"\0\1"


def rle4(rows):
    data = b""
    for row in rows:
        at = 0
        while at < len(row):
            run_length = 1
            while run_length < 255 and at + run_length < len(row) and row[at + run_length] == row[at + run_length % 2]:
                run_length += 1
            second = row[at + 1] if at + 1 < len(row) else 0
            data += bytes([run_length, row[at] << 4 | second])
            at += run_length
        data += b"\0\0"
    return data + b"\0\1"


MASKS = {"555": (0x7C00, 0x03E0, 0x001F, 0), "565": (0xF800, 0x07E0, 0x001F, 0), "4444": (0xF00, 0xF0, 0xF, 0xF000),
         "8888": (0xFF0000, 0xFF00, 0xFF, 0xFF000000), "888": (0xFF0000, 0xFF00, 0xFF, 0),
         "rgbx": (0xFF000000, 0xFF0000, 0xFF00, 0), "101010": (0x3FF00000, 0xFFC00, 0x3FF, 0)}


def with_masks(pixel, masks):
    word = 0
    for value, mask in zip(pixel, masks):
        if mask:
            low = (mask & -mask).bit_length() - 1
            high = mask.bit_length() - low
            word |= (value * ((1 << high) - 1) // 255) << low
    return word


def bmp(image, header=40, bits=24, masks=None, compression=None, top_down=False, dpm=(2835, 2835)):
    """A BMP of one of the seven headers. `image` is of mode P for 1, 4 and 8 bits, else RGB or RGBA."""
    width, height = image.size
    pixels = list(image.get_flattened_data()) if hasattr(image, "get_flattened_data") else list(image.getdata())
    rows = [pixels[y * width:(y + 1) * width] for y in range(height)]
    if not top_down:
        rows.reverse()
    palette = b""
    if bits <= 8:
        colours = image.getpalette("RGB")[:3 << bits]
        colours += [0] * ((3 << bits) - len(colours))
        for at in range(0, len(colours), 3):
            palette += bytes(colours[at:at + 3][::-1]) + (b"" if header == 12 else b"\0")
    if compression == "rle8":
        data, code = rle8(rows), 1
    elif compression == "rle4":
        data, code = rle4(rows), 2
    else:
        code = 3 if masks else 0
        if bits <= 8:
            encoded = [packed(row, bits) for row in rows]
        elif bits == 24:
            encoded = [b"".join(bytes(pixel[2::-1]) for pixel in row) for row in rows]
        else:
            used = MASKS[masks or ("555" if bits == 16 else "888")]
            encoded = [b"".join(struct.pack("<I", with_masks((*pixel, 255)[:4], used))[:bits // 8] for pixel in row)
                       for row in rows]
        data = b"".join(padded(row) for row in encoded)
    signed_height = -height if top_down else height
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, signed_height, 1, bits, code, len(data), *dpm,
                           1 << bits if bits <= 8 else 0, 0)
        if masks:
            info += struct.pack("<IIII", *MASKS[masks])[:16 if header != 52 else 12]
            if header == 40:
                info = info[:52]
        info += b"\0" * (header - len(info))
        info = info[:header] if header < 40 else info
    offset = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + info + palette + data


# ---- TIFF by hand: what no program at hand writes ----

def tiff(entries, blocks, order="<"):
    """A TIFF of one directory. Entries: tag to (type, values); a value ("block", n) is the place of blocks[n]."""
    sizes = {1: "B", 3: "H", 4: "I", 16: "Q"}
    offsets, at = [], 8
    for block in blocks:
        offsets.append(at)
        at += len(block) + len(block) % 2
    directory, extra = b"", b""
    extra_at = at + 2 + 12 * len(entries) + 4
    for tag, (kind, values) in sorted(entries.items()):
        values = [offsets[value[1]] if isinstance(value, tuple) else value for value in values]
        if kind == 5:
            raw = b"".join(struct.pack(order + "II", *value) for value in
                           [(value, 1) for value in values])
        else:
            raw = struct.pack(order + str(len(values)) + sizes[kind], *values)
        field = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack(order + "I", extra_at + len(extra))
        if len(raw) > 4:
            extra += raw + b"\0" * (len(raw) % 2)
        directory += struct.pack(order + "HHI", tag, kind, len(values)) + field
    body = b"".join(block + b"\0" * (len(block) % 2) for block in blocks)
    magic = b"II*\0" if order == "<" else b"MM\0*"
    return (magic + struct.pack(order + "I", at) + body + struct.pack(order + "H", len(entries)) + directory +
            b"\0\0\0\0" + extra)


def plain_tiff(size, bits, samples, photometric, data, order="<", **more):
    """One strip of raw samples; `more` has further entries by tag, as t338=(3, [2])."""
    entries = {256: (3, [size[0]]), 257: (3, [size[1]]), 258: (3, [bits] * samples), 259: (3, [1]),
               262: (3, [photometric]), 273: (4, [("block", 0)]), 277: (3, [samples]), 278: (3, [size[1]]),
               279: (4, [len(data)])}
    entries.update({int(tag[1:]): entry for tag, entry in more.items()})
    return tiff(entries, [data], order)


def old_jpeg_tiff(image, **options):
    """JPEG as in TIFF 6.0: the page points to a whole JPEG file."""
    jpeg = saved(image, "JPEG", **options)
    colour = image.mode != "L"
    return tiff({256: (3, [image.width]), 257: (3, [image.height]), 258: (3, [8] * (3 if colour else 1)),
                 259: (3, [6]), 262: (3, [6 if colour else 1]), 273: (4, [("block", 0)]),
                 277: (3, [3 if colour else 1]), 278: (3, [image.height]), 279: (4, [len(jpeg)]), 512: (3, [1]),
                 513: (4, [("block", 0)]), 514: (4, [len(jpeg)]), **({530: (3, [2, 2])} if colour else {})}, [jpeg])


def first_directory_in_front(content):
    """The same file with its directory before its strips, so that what is cut off are pixels."""
    with Image.open(io.BytesIO(content)) as image:
        tags = {tag: (image.tag_v2.tagtype[tag], image.tag_v2[tag]) for tag in image.tag_v2}
    offsets, counts = tags.pop(273)[1], tags[279][1]
    entries = {}
    for tag, (kind, values) in tags.items():
        if kind in (3, 4) or tag == 347:
            values = list(values) if isinstance(values, (tuple, bytes)) else [values]
            entries[tag] = (1 if tag == 347 else kind, values)
    blocks = [content[offset:offset + count] for offset, count in zip(offsets, counts)]
    built = tiff({**entries, 273: (4, [("block", number) for number in range(len(blocks))])}, blocks)
    body = sum(len(block) + len(block) % 2 for block in blocks)
    directory = bytearray(built[8 + body:])
    (count,) = struct.unpack_from("<H", directory, 0)
    for at in range(2, 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from("<HHI", directory, at)
        size = {1: 1, 3: 2, 4: 4}[kind] * number
        (value,) = struct.unpack_from("<I", directory, at + 8)
        if size > 4:
            inner = value - 8 - body
            if tag == 273:
                for index in range(number):
                    struct.pack_into("<I", directory, inner + 4 * index,
                                     struct.unpack_from("<I", directory, inner + 4 * index)[0] + len(directory))
            struct.pack_into("<I", directory, at + 8, inner + 8)
        elif tag == 273:
            struct.pack_into("<I", directory, at + 8, value + len(directory))
    return b"II*\0" + struct.pack("<I", 8) + bytes(directory) + built[8:8 + body]
