"""What happens to paper on its way into a file. Every function takes a page and gives one; chance comes in as `rng`.

Pages are Pillow images of mode L or RGB. `rng` is numpy's Generator.
"""

import io

import numpy
from PIL import Image, ImageDraw, ImageFilter


def clipped(values):
    return Image.fromarray(numpy.clip(numpy.rint(values), 0, 255).astype(numpy.uint8))


def floats(image):
    return numpy.asarray(image, dtype=numpy.float32)


def turned(degrees):
    """By a quarter, two or three, counterclockwise."""
    way = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}[degrees]
    return lambda image, rng: image.transpose(way)


def skewed(image, degrees, lid=255):
    """Askew on the scanner; the image grows so that no text is lost, the corners show the lid."""
    return image.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=lid)


def blurred(image, pixels):
    return image.filter(ImageFilter.GaussianBlur(pixels))


def noisy(image, rng, strength, salt=0.0):
    values = floats(image) * 0.85 + 25
    values += rng.normal(0, strength, values.shape)
    grains = rng.random(values.shape)
    values[grains < salt / 2] = 0
    values[grains > 1 - salt / 2] = 255
    return clipped(values)


def through_jpeg(image, quality):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).copy()


def scaled(image, factor):
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC)


def smooth_field(rng, size, cells):
    """Values in 0..1 that change slowly over the page: light, shadow, stains."""
    coarse = rng.random((cells, cells)).astype(numpy.float32)
    return numpy.clip(numpy.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)), 0, 1)


def shaded(image, rng, darkest):
    """Light from one side and a soft shadow, as in a photograph: the far corner keeps `darkest` of the light."""
    width, height = image.size
    angle = rng.uniform(0, 2 * numpy.pi)
    y, x = numpy.mgrid[0:1:height * 1j, 0:1:width * 1j].astype(numpy.float32)
    along = (x - 0.5) * numpy.cos(angle) + (y - 0.5) * numpy.sin(angle)
    along = (along - along.min()) / (along.max() - along.min())
    light = 1 - (1 - darkest) * along
    shadow = 1 - 0.35 * (smooth_field(rng, image.size, 4) > 0.62)
    shadow = floats(Image.fromarray((shadow * 255).astype(numpy.uint8)).filter(ImageFilter.BoxBlur(width // 12))) / 255
    return clipped(floats(image) * light * shadow)


def in_perspective(image, amount):
    """Seen a little from the side: the right edge is farther away by `amount` of the page."""
    width, height = image.size
    inset = amount * height / 2
    corners = (0, 0, 0, height, width, height + inset, width, -inset)
    return image.transform(image.size, Image.Transform.QUAD, corners, resample=Image.Resampling.BICUBIC, fillcolor=90)


def inverted(image, paper, ink):
    """Light text on dark paper."""
    values = floats(image) / 255
    return clipped(ink + (paper - ink) * values)


def on_colour(image, paper, ink):
    """Text of one colour on paper of another, RGB."""
    values = floats(image)[..., None] / 255
    return clipped(numpy.asarray(ink) + (numpy.asarray(paper) - numpy.asarray(ink)) * values)


def one_bit(image, threshold=150):
    return image.point(lambda value: 255 if value > threshold else 0).convert("1", dither=Image.Dither.NONE)


def faxed(image, rng, dots_in=(204, 98), dpi=300):
    """Sent by fax: 204 dots an inch across, 98 (standard) or 196 (fine) down, black or white, and a few bits flipped.

    The receiver prints lines of the standard resolution twice, so the page has square dots again.
    """
    width = round(image.width * dots_in[0] / dpi)
    height = round(image.height * dots_in[1] / dpi)
    bits = numpy.asarray(image.resize((width, height), Image.Resampling.BOX)) > 150
    bits = bits ^ (rng.random(bits.shape) < 0.0008)
    page = Image.fromarray((bits * 255).astype(numpy.uint8))
    square = page.resize((width, round(image.height * dots_in[0] / dpi)), Image.Resampling.NEAREST)
    return one_bit(square)


def specks(image, rng, count, largest):
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y = rng.integers(image.width), rng.integers(image.height)
        w, h = rng.integers(1, largest + 1, 2)
        draw.ellipse((int(x), int(y), int(x + w), int(y + h)), fill=int(rng.integers(0, 150)))
    return image


def dark_edges(image, rng, share):
    """The lid stood open: black margins of uneven width along two sides."""
    values = floats(image)
    wobble = smooth_field(rng, (image.height, 8), 8).mean(axis=0)
    for row, width in enumerate(image.width * share * (0.4 + 0.6 * wobble)):
        values[row, : int(width)] = 20
    values[: int(image.height * share * 0.5), :] = 35
    return clipped(blurred_array(values))


def blurred_array(values):
    return floats(clipped(values).filter(ImageFilter.GaussianBlur(1)))


def punched(image, dpi):
    """Two holes in the left margin, 8 cm apart, 6 mm wide, dark."""
    draw = ImageDraw.Draw(image)
    radius, x = 3 / 25.4 * dpi, 12 / 25.4 * dpi
    for offset in (-40, 40):
        y = image.height / 2 + offset / 25.4 * dpi
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=25)
    return image


def creased(image, rng):
    """A fold: a thin gray line across the page."""
    draw = ImageDraw.Draw(image)
    y = int(rng.uniform(0.3, 0.7) * image.height)
    draw.line((0, y, image.width, y + int(rng.integers(-20, 20))), fill=150, width=2)
    return image


def texture(rng, size):
    """A picture without text: clouds of several scales, as skin, stone or leaves have."""
    field = sum(smooth_field(rng, size, cells) / cells**0.6 for cells in (3, 7, 15, 31, 63, 127))
    field = (field - field.min()) / (field.max() - field.min())
    return clipped(field * 255)
