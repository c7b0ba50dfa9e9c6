"""Pixels of pictures of every ordinary kind, beside what Pillow decodes or what was drawn."""

import io
import json
import struct
import subprocess
import zlib

import pytest
from PIL import Image, ImageChops, ImageStat, PngImagePlugin

import pictures
from harness import ROOT
from pictures import bilevel, bmp, convert, patches, plain_tiff, saved, tiffcp

PROGRAM = ROOT / "build/test/tests/decode_picture"


def decode(folder, content, pixels_max=None, mode="L"):
    """For each page what docmill says of it, with the image where there is one: "L" for OCR, "RGB" for people."""
    path = folder / "picture"
    path.write_bytes(content)
    command = [PROGRAM, path, "gray" if mode == "L" else "colour", *([pixels_max] if pixels_max else [])]
    output = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    pages = []
    while output:
        line, output = output.split(b"\n", 1)
        page = json.loads(line)
        if "error" not in page:
            size = page["width"], page["height"]
            length = size[0] * size[1] * len(mode)
            page["image"] = Image.frombytes(mode, size, output[:length], "raw", "L" if mode == "L" else "BGR")
            output = output[length:]
        pages.append(page)
    return pages


def over_white(image):
    """What is to be seen."""
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode == "LA" or image.mode == "PA":
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def pillow(content, mode="L"):
    with Image.open(io.BytesIO(content)) as image:
        if image.format == "JPEG" and image.mode == "RGB" and mode == "L":
            image.draft("L", image.size)  # the gray that the file stores
        return over_white(image)


def assert_like(image, expected, most=3, mean=1.0):
    """Alike within rounding: no sample differs by more than `most`."""
    assert image.size == expected.size
    difference = ImageChops.difference(image, expected.convert(image.mode))
    extrema = difference.getextrema() if image.mode != "L" else [difference.getextrema()]
    assert max(highest for _, highest in extrema) <= most, extrema
    assert max(ImageStat.Stat(difference).mean) <= mean


def check(folder, content, expected=None, most=3, mean=1.0):
    """Once for OCR and once for people: colours are compared where `expected` has some, else their gray. Where the two
    differ by more than that, `expected` has an image for each mode."""
    for mode in ("RGB", "L"):
        (page,) = decode(folder, content, mode=mode)
        assert "error" not in page, page
        assert not page["part"] and page["scale"] == 1
        seen = pillow(content, mode) if expected is None else expected
        if isinstance(seen, dict):
            seen = seen[mode]
        image = page["image"] if seen.mode == "RGB" else page["image"].convert("L")
        assert_like(image, seen, most, mean)
    return page


def palette_image(colours, size=(203, 131)):
    return patches("RGB", size).quantize(colours, dither=Image.Dither.NONE)


class TestTiff:
    MODES = {"1": bilevel(), "L": patches("L"), "P": palette_image(256), "RGB": patches(), "CMYK": patches("CMYK"),
             "RGBA": patches("RGBA"), "LA": patches("LA")}

    @pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits",
                                             "lzma", "zstd"])
    @pytest.mark.parametrize("mode", MODES)
    def test_compressions(self, tmp_path, mode, compression):
        content = saved(self.MODES[mode], "TIFF", compression=compression)
        check(tmp_path, content, over_white(self.MODES[mode]))

    @pytest.mark.parametrize("mode", ["RGB", "RGBA"])
    @pytest.mark.parametrize("options", [["-c", "webp:95"], ["-c", "webp:95", "-t", "-w", "64", "-l", "64"]])
    def test_webp_in_tiff(self, tmp_path, mode, options):
        content = tiffcp(tmp_path, saved(self.MODES[mode], "TIFF"), *options)
        check(tmp_path, content, self.MODES[mode].convert("L"), most=60, mean=5)

    @pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
    def test_fax(self, tmp_path, compression):
        check(tmp_path, saved(bilevel(), "TIFF", compression=compression), bilevel().convert("L"), most=0)

    @pytest.mark.parametrize("options", [
        ["-c", "g3:2d"], ["-c", "g3:2d:fill"], ["-c", "g3:1d"], ["-c", "g4", "-f", "lsb2msb"], ["-c", "g4", "-r", "5"],
        ["-c", "jbig"], ["-c", "none", "-f", "lsb2msb"], ["-t", "-w", "64", "-l", "32", "-c", "g4"],
        ["-t", "-w", "16", "-l", "16", "-c", "none"], ["-t", "-w", "1024", "-l", "1024", "-c", "lzw"], ["-8"], ["-B"]])
    def test_bilevel_ways_of_tiffcp(self, tmp_path, options):
        content = tiffcp(tmp_path, saved(bilevel(), "TIFF"), *options)
        check(tmp_path, content, bilevel().convert("L"), most=0)

    @pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "P"])
    @pytest.mark.parametrize("options", [
        ["-t", "-w", "64", "-l", "32"], ["-t", "-w", "16", "-l", "16", "-c", "lzw:2"], ["-p", "separate", "-c", "zip:2"],
        ["-p", "separate", "-t", "-w", "48", "-l", "48", "-c", "zip"], ["-c", "zip:2:p9"], ["-c", "lzw:2", "-r", "7"],
        ["-B", "-c", "packbits"], ["-L", "-8", "-c", "zstd"], ["-c", "lzma"], ["-f", "lsb2msb", "-c", "lzw"],
        ["-c", "lerc"], ["-c", "lerc:0:p1", "-t", "-w", "64", "-l", "64"]])
    def test_colour_ways_of_tiffcp(self, tmp_path, mode, options):
        content = tiffcp(tmp_path, saved(self.MODES[mode], "TIFF"), *options)
        check(tmp_path, content, over_white(self.MODES[mode]))

    @pytest.mark.parametrize("options", [["-c", "jpeg:95", "-r", "200"], ["-c", "jpeg:95:r", "-r", "200"], ["-c", "jpeg:95", "-r", "16"],
                                         ["-c", "jpeg:95", "-t", "-w", "64", "-l", "64"],
                                         ["-c", "jpeg:95:r", "-p", "separate", "-r", "200"]])
    @pytest.mark.parametrize("mode", ["L", "RGB"])
    def test_jpeg_in_tiff(self, tmp_path, mode, options):
        if mode == "L" and "separate" in options:
            pytest.skip("one plane")
        content = tiffcp(tmp_path, saved(self.MODES[mode], "TIFF"), *options)
        check(tmp_path, content, self.MODES[mode].convert("L"), most=60, mean=5)

    @pytest.mark.parametrize("mode", ["L", "RGB"])
    def test_jpeg_of_tiff_6(self, tmp_path, mode):
        image = patches(mode, (208, 128))
        check(tmp_path, pictures.old_jpeg_tiff(image, quality=95), image.convert("L"), most=60, mean=5)

    @pytest.mark.parametrize("depth", [2, 4, 8, 12, 16, 24, 32])
    @pytest.mark.parametrize("colour", [False, True])
    def test_depths(self, tmp_path, depth, colour):
        image = patches("RGB" if colour else "L", (64, 48))
        samples = [value for pixel in image.getdata() for value in (pixel if colour else [pixel])]
        top = (1 << depth) - 1
        order = "<"
        if depth in (8, 16, 32):
            data = b"".join(struct.pack("<" + {8: "B", 16: "H", 32: "I"}[depth], value * top // 255) for value in samples)
        elif depth == 24:
            data = b"".join(struct.pack("<I", value * top // 255)[:3] for value in samples)
        else:
            data = pictures.packed([value * top // 255 for value in samples], depth)
        if depth == 24:  # libtiff takes three bytes for a number of the file's order
            order, data = ">", b"".join(struct.pack(">I", value * top // 255)[1:] for value in samples)
        content = plain_tiff(image.size, depth, 3 if colour else 1, 2 if colour else 1, data, order)
        levels = image.point(lambda value: (value * top // 255) * 255 // top)
        check(tmp_path, content, levels.convert("L"))

    @pytest.mark.parametrize("kind, scale", [("e", 1), ("f", 1), ("d", 1), ("f", 255), ("d", 65535), ("f", 1e6)])
    def test_numbers_with_a_point(self, tmp_path, kind, scale):
        image = patches("L", (64, 48))
        data = b"".join(struct.pack("<" + kind, value / 255 * scale) for value in image.getdata())
        bits = {"e": 16, "f": 32, "d": 64}[kind]
        content = plain_tiff(image.size, bits, 1, 1, data, t339=(3, [3]))
        check(tmp_path, content, image)

    @pytest.mark.parametrize("top", [4095, 1023, 65535])
    def test_sixteen_bits_that_hold_fewer(self, tmp_path, top):
        image = patches("L", (64, 48))
        data = b"".join(struct.pack("<H", value * top // 255) for value in image.getdata())
        check(tmp_path, plain_tiff(image.size, 16, 1, 1, data), image)

    def test_signed_samples(self, tmp_path):
        image = patches("L", (64, 48))
        data = bytes((value - 128) % 256 for value in image.getdata())
        check(tmp_path, plain_tiff(image.size, 8, 1, 1, data, t339=(3, [2])), image)

    @pytest.mark.parametrize("bits", [1, 2, 4, 8])
    def test_palette_of_few_bits(self, tmp_path, bits):
        image = palette_image(1 << bits)
        colours = image.getpalette("RGB")[:3 << bits]
        colours += [0] * ((3 << bits) - len(colours))
        table = [colours[at] * 257 for channel in range(3) for at in range(channel, len(colours), 3)]
        width, pixels = image.width, list(image.getdata())
        data = b"".join(pictures.packed(pixels[at:at + width], bits) for at in range(0, len(pixels), width))
        check(tmp_path, plain_tiff(image.size, bits, 1, 3, data, t320=(3, table)), over_white(image))

    def test_white_is_zero(self, tmp_path):
        image = patches("L")
        data = bytes(255 - value for value in image.getdata())
        check(tmp_path, plain_tiff(image.size, 8, 1, 0, data), image)

    @pytest.mark.parametrize("kind", [1, 2])
    def test_alpha_over_white(self, tmp_path, kind):
        image = patches("L", (64, 48))
        alpha = [x * 255 // 63 for _ in range(48) for x in range(64)]
        data = b"".join(bytes([value * a // 255 if kind == 1 else value, a])
                        for value, a in zip(image.getdata(), alpha))
        expected = Image.new("L", image.size)
        expected.putdata([value * a // 255 + 255 - a for value, a in zip(image.getdata(), alpha)])
        check(tmp_path, plain_tiff(image.size, 8, 2, 1, data, t338=(3, [kind])), expected)

    def test_extra_sample_of_no_meaning_is_ignored(self, tmp_path):
        image = patches("L", (64, 48))
        data = b"".join(bytes([value, 0]) for value in image.getdata())
        check(tmp_path, plain_tiff(image.size, 8, 2, 1, data, t338=(3, [0])), image)

    def test_lab(self, tmp_path):
        gray = patches("L", (64, 48))
        lab = Image.merge("LAB", [gray, Image.new("L", gray.size, 128), Image.new("L", gray.size, 128)])
        (page,) = decode(tmp_path, saved(lab, "TIFF"))
        assert not page["part"]
        levels = page["image"]
        assert levels.getextrema()[0] < 40 and levels.getextrema()[1] > 247
        # L* is not linear, but darker stays darker.
        pairs = sorted(zip(gray.getdata(), levels.getdata()))
        assert all(a[1] <= b[1] + 2 for a, b in zip(pairs, pairs[1:]))

    def test_ycbcr_without_jpeg(self, tmp_path):
        image = patches("YCbCr", (64, 48))
        data = b"".join(bytes(pixel) for pixel in image.getdata())
        content = plain_tiff(image.size, 8, 3, 6, data, t530=(3, [1, 1]))
        check(tmp_path, content, image.convert("RGB").convert("L"), most=6, mean=2)

    def test_subsampled_ycbcr_of_imagemagick(self, tmp_path):
        content = convert(tmp_path, patches(size=(200, 128)), "tif", "-colorspace", "YCbCr", "-compress", "LZW")
        (page,) = decode(tmp_path, content)
        assert_like(page["image"], patches(size=(200, 128)).convert("L"), most=40, mean=4)

    @pytest.mark.parametrize("options", [["-depth", "16"], ["-depth", "16", "-compress", "LZW"], ["-depth", "16", "-compress", "Zip"],
                                         ["-depth", "32", "-define", "quantum:format=floating-point"],
                                         ["-depth", "16", "-interlace", "plane"], ["-depth", "16", "-endian", "MSB"]])
    def test_deep_colours_of_imagemagick(self, tmp_path, options):
        check(tmp_path, convert(tmp_path, patches(), "tif", *options), patches("L"))

    def test_reduced_copies_and_masks_are_no_pages(self, tmp_path):
        page, small, mask = patches("L"), patches("L", (50, 32)), bilevel()
        content = append_pages([(page, 0), (small, 1), (mask, 4), (page.rotate(180), 2)])
        pages = decode(tmp_path, content)
        assert [entry["image"].size for entry in pages] == [page.size, page.size]

    def test_a_reduced_copy_alone_is_a_page(self, tmp_path):
        (page,) = decode(tmp_path, append_pages([(patches("L", (50, 32)), 1)]))
        assert page["image"].size == (50, 32)

    @pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd"])
    def test_cut_off_is_kept_as_far_as_it_goes(self, tmp_path, compression):
        image = pictures.sheet(size=(600, 400), height=20, step=24, lines=pictures.LINES * 4)
        content = pictures.first_directory_in_front(saved(image, "TIFF", compression=compression))
        (page,) = decode(tmp_path, content[:len(content) * 2 // 3])
        assert page["part"]
        upper, lower = (0, 0, 600, 190), (0, 390, 600, 400)
        assert_like(page["image"].crop(upper), image.crop(upper), most=60 if compression == "jpeg" else 3, mean=3)
        assert page["image"].crop(lower).getextrema() == (255, 255)

    def test_missing_tiles_are_white(self, tmp_path):
        content = bytearray(tiffcp(tmp_path, saved(patches("L"), "TIFF"), "-t", "-w", "64", "-l", "64", "-c", "none"))
        with Image.open(io.BytesIO(content)) as image:
            counts = image.tag_v2[325]
            offsets = image.tag_v2[324]
        last = struct.pack("<I", offsets[-1])
        place = content.rfind(last)
        content[place:place + 4] = b"\0\0\0\0"
        (page,) = decode(tmp_path, bytes(content))
        assert page["part"] and len(counts) == 12
        assert page["image"].crop((192, 128, 203, 131)).getextrema() == (255, 255)
        assert_like(page["image"].crop((0, 0, 192, 131)), patches("L").crop((0, 0, 192, 131)))

    def test_unknown_compression_is_told(self, tmp_path):
        content = plain_tiff((8, 8), 8, 1, 1, bytes(64), t259=(3, [34712]))
        assert decode(tmp_path, content) == [{"error": "unsupported"}]

    def test_nothing_decodable_is_corrupt(self, tmp_path):
        content = plain_tiff((64, 64), 8, 1, 1, b"\x07\x9c junk", t259=(3, [8]))
        assert decode(tmp_path, content) == [{"error": "corrupt"}]


def append_pages(pages):
    """Pages with their NewSubfileType."""
    buffer = io.BytesIO()
    first, *rest = pages
    def info(kind):
        return {254: kind}
    first[0].save(buffer, "TIFF", tiffinfo=info(first[1]), save_all=True)
    content = buffer.getvalue()
    for image, kind in rest:
        content = chained(content, saved(image, "TIFF", tiffinfo=info(kind)))
    return content


def chained(first, second):
    """Two TIFF files as one: the second's offsets are moved."""
    shift = len(first) + len(first) % 2
    second = bytearray(second)
    at = struct.unpack_from("<I", second, 4)[0]
    (count,) = struct.unpack_from("<H", second, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from("<HHI", second, entry)
        size = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}[kind] * number
        if tag in (273,):
            assert number == 1
        if size > 4 or tag == 273:
            struct.pack_into("<I", second, entry + 8, struct.unpack_from("<I", second, entry + 8)[0] + shift)
    result = bytearray(first + b"\0" * (len(first) % 2) + bytes(second))
    at = struct.unpack_from("<I", result, 4)[0]
    while True:
        (count,) = struct.unpack_from("<H", result, at)
        link = at + 2 + 12 * count
        (following,) = struct.unpack_from("<I", result, link)
        if following == 0:
            break
        at = following
    struct.pack_into("<I", result, link, shift + struct.unpack_from("<I", second, 4)[0])
    return bytes(result)


class TestBmp:
    @pytest.mark.parametrize("header", [12, 16, 40, 52, 56, 64, 108, 124])
    @pytest.mark.parametrize("bits", [1, 4, 8, 24])
    def test_headers(self, tmp_path, header, bits):
        image = palette_image(1 << bits) if bits <= 8 else patches()
        check(tmp_path, bmp(image, header, bits), over_white(image))

    @pytest.mark.parametrize("header", [40, 52, 56, 108, 124])
    @pytest.mark.parametrize("bits, masks", [(16, None), (16, "555"), (16, "565"), (32, None), (32, "888"),
                                             (32, "rgbx"), (32, "101010")])
    def test_bit_fields(self, tmp_path, header, bits, masks):
        image = patches()
        check(tmp_path, bmp(image, header, bits, masks), image.convert("L"), most=9 if bits == 16 else 3, mean=5)

    @pytest.mark.parametrize("masks, bits", [("8888", 32), ("4444", 16)])
    @pytest.mark.parametrize("header", [56, 108, 124])
    def test_alpha_over_white(self, tmp_path, header, masks, bits):
        image = patches("RGBA", (64, 48))
        image.putalpha(Image.linear_gradient("L").resize((64, 48)))
        check(tmp_path, bmp(image, header, bits, masks), over_white(image), most=20, mean=6)

    def test_alpha_that_was_never_set_is_none(self, tmp_path):
        image = patches("RGBA", (64, 48))
        image.putalpha(0)
        check(tmp_path, bmp(image, 124, 32, "8888"), patches("L", (64, 48)))

    @pytest.mark.parametrize("header", [40, 64, 108, 124])
    @pytest.mark.parametrize("bits, compression", [(8, "rle8"), (4, "rle4")])
    def test_run_lengths(self, tmp_path, header, bits, compression):
        image = palette_image(1 << bits)
        check(tmp_path, bmp(image, header, bits, compression=compression), over_white(image))

    @pytest.mark.parametrize("colours", [(255, 0), (0, 255)])
    def test_pixels_that_run_lengths_leave_out_are_the_first_colour(self, tmp_path, colours):
        image = Image.new("P", (16, 8))
        image.putpalette([colours[0]] * 3 + [colours[1]] * 3)
        # Four pixels; three right and two up: two pixels; the end, six rows too early.
        data = bytes([4, 1, 0, 2, 3, 2, 2, 1, 0, 1])
        content = bmp(image, 40, 8, compression="rle8")
        content = content[:34] + struct.pack("<I", len(data)) + content[38:54 + 1024] + data
        (page,) = decode(tmp_path, content)
        expected = Image.new("L", (16, 8), colours[0])
        expected.paste(colours[1], (0, 7, 4, 8))
        expected.paste(colours[1], (7, 5, 9, 6))
        assert_like(page["image"], expected, most=0)

    @pytest.mark.parametrize("bits", [1, 4, 8, 16, 24, 32])
    def test_top_down(self, tmp_path, bits):
        image = palette_image(1 << bits) if bits <= 8 else patches()
        check(tmp_path, bmp(image, 40, bits, top_down=True), over_white(image), most=9, mean=5)

    @pytest.mark.parametrize("ending, options, prefix", [("bmp", [], ""), ("bmp", [], "BMP2:"), ("bmp", [], "BMP3:"),
                                                         ("bmp", ["-type", "palette", "-compress", "RLE"], "BMP3:"),
                                                         ("bmp", ["-define", "bmp:format=bmp4", "-alpha", "on"], "")])
    def test_of_imagemagick(self, tmp_path, ending, options, prefix):
        check(tmp_path, convert(tmp_path, palette_image(64), ending, *options, prefix=prefix),
              over_white(palette_image(64)))

    @pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
    def test_of_pillow(self, tmp_path, mode):
        image = bilevel() if mode == "1" else palette_image(256) if mode == "P" else patches(mode)
        check(tmp_path, saved(image, "BMP"), over_white(image))

    def test_cut_off_is_kept_as_far_as_it_goes(self, tmp_path):
        content = bmp(patches())
        (page,) = decode(tmp_path, content[:len(content) // 2])
        assert page["part"]
        lower, upper = (0, 70, 203, 131), (0, 0, 203, 60)  # rows stand from the bottom up
        assert_like(page["image"].crop(lower), patches("L").crop(lower))
        assert page["image"].crop(upper).getextrema() == (255, 255)

    def test_unknown_compression_is_told(self, tmp_path):
        content = bytearray(bmp(patches()))
        content[30:34] = struct.pack("<I", 11)
        assert decode(tmp_path, bytes(content)) == [{"error": "unsupported"}]


class TestPng:
    @pytest.mark.parametrize("image", [bilevel(), patches("L"), patches("LA"), palette_image(200), palette_image(16),
                                       palette_image(4), palette_image(2), patches(), patches("RGBA")],
                             ids=lambda image: f"{image.mode}{len(image.getcolors(1 << 24))}")
    def test_modes(self, tmp_path, image):
        check(tmp_path, saved(image, "PNG"))

    @pytest.mark.parametrize("interlace", ["None", "PNG"])
    @pytest.mark.parametrize("options", [["-define", "png:color-type=0", "-define", "png:bit-depth=1", "-monochrome"],
                                         ["-define", "png:color-type=0", "-define", "png:bit-depth=2"],
                                         ["-define", "png:color-type=0", "-define", "png:bit-depth=4"],
                                         ["-define", "png:color-type=3"], ["-define", "png:color-type=4"],
                                         ["-define", "png:color-type=2", "-define", "png:bit-depth=16"],
                                         ["-define", "png:color-type=6", "-define", "png:bit-depth=16"],
                                         ["-define", "png:color-type=0", "-define", "png:bit-depth=16"]])
    def test_depths_and_passes(self, tmp_path, options, interlace):
        content = convert(tmp_path, patches(), "png", "-interlace", interlace, *options)
        with Image.open(io.BytesIO(content)) as image:
            expected = over_white(image) if image.mode != "I;16" else image.point(lambda v: v / 257).convert("L")
        check(tmp_path, content, expected)

    @pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (3, 2), (8, 8)])
    def test_small_ones_in_passes(self, tmp_path, size):
        image = patches("L", (203, 131)).crop((20, 30, 20 + size[0], 30 + size[1]))
        check(tmp_path, convert(tmp_path, image, "png", "-interlace", "PNG"), image)

    @pytest.mark.parametrize("mode", ["L", "RGB", "P"])
    def test_transparent_colour_is_white(self, tmp_path, mode):
        image = palette_image(16) if mode == "P" else patches(mode)
        colour = image.getpixel((15, 40))
        check(tmp_path, saved(image, "PNG", transparency=colour))

    def test_palette_with_degrees_of_transparency(self, tmp_path):
        check(tmp_path, saved(palette_image(16), "PNG", transparency=bytes(range(0, 256, 16))))

    @pytest.mark.parametrize("interlace", ["None", "PNG"])
    def test_cut_off_is_kept_as_far_as_it_goes(self, tmp_path, interlace):
        image = patches(size=(400, 300))
        content = convert(tmp_path, image, "png", "-interlace", interlace)
        (page,) = decode(tmp_path, content[:len(content) * 3 // 4])
        assert page["part"]
        if interlace == "None":
            assert_like(page["image"].crop((0, 0, 400, 70)), image.convert("L").crop((0, 0, 400, 70)))
            assert page["image"].crop((0, 290, 400, 300)).getextrema() == (255, 255)
        else:
            assert ImageStat.Stat(ImageChops.difference(page["image"], image.convert("L"))).mean[0] < 40

    def test_without_its_end_it_is_whole(self, tmp_path):
        check(tmp_path, saved(patches(), "PNG")[:-12], patches("L"))

    def test_wrong_checksum_of_pixels_is_told(self, tmp_path):
        content = bytearray(saved(patches(), "PNG"))
        place = content.rfind(b"IEND") - 8
        content[place] ^= 0xFF
        (page,) = decode(tmp_path, bytes(content))
        assert page["part"]
        assert_like(page["image"], patches("L"))

    def test_text_and_profiles_are_not_read(self, tmp_path):
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", "x" * 50_000_000, zip=True)
        check(tmp_path, saved(patches(), "PNG", pnginfo=info, icc_profile=b"no profile"), patches("L"))

    def test_animation_gives_its_first_frame(self, tmp_path):
        content = saved(patches(), "PNG", save_all=True, append_images=[patches().rotate(180)], duration=100)
        assert check(tmp_path, content, patches("L"))["more"]


class TestJpeg:
    @pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"subsampling": 2},
                                         {"quality": 30}, {"optimize": True}, {"restart_marker_blocks": 4}])
    @pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
    def test_modes(self, tmp_path, mode, options):
        check(tmp_path, saved(patches(mode), "JPEG", **{"quality": 90, **options}), most=6)

    @pytest.mark.parametrize("options", [["-arithmetic"], ["-arithmetic", "-progressive"], ["-rgb"], ["-restart", "2"],
                                         ["-sample", "4x1"], ["-sample", "1x2"], ["-dct", "float"]])
    def test_of_cjpeg(self, tmp_path, options):
        content = pictures.run(tmp_path, saved(patches(), "PPM"), (".ppm", ".jpg"), "cjpeg", "-quality", "92", *options,
                               "-outfile", "OUT", "IN")
        expected = None if "-arithmetic" not in options else patches("L")
        check(tmp_path, content, expected, most=60 if expected else 6, mean=5)

    def test_ycck(self, tmp_path):
        content = bytearray(saved(patches("CMYK"), "JPEG", quality=95))
        transform = content.find(b"Adobe") + 11
        assert content[transform] == 0
        content[transform] = 2
        check(tmp_path, bytes(content), most=8, mean=2)

    def test_twelve_bits_are_told(self, tmp_path):
        content = bytearray(saved(patches("L"), "JPEG"))
        content[content.find(b"\xff\xc0") + 4] = 12
        assert decode(tmp_path, bytes(content)) == [{"error": "unsupported"}]

    def test_without_loss_is_told(self, tmp_path):
        content = bytearray(saved(patches("L"), "JPEG"))
        content[content.find(b"\xff\xc0") + 1] = 0xC3
        assert decode(tmp_path, bytes(content)) == [{"error": "unsupported"}]

    @pytest.mark.parametrize("options", [{}, {"progressive": True}])
    def test_cut_off_is_kept_as_far_as_it_goes(self, tmp_path, options):
        image = pictures.sheet(size=(640, 480), height=20, step=28, lines=pictures.LINES * 4)
        content = saved(image, "JPEG", quality=90, **options)
        (page,) = decode(tmp_path, content[:len(content) * 3 // 4])
        assert page["part"]
        if not options:
            assert_like(page["image"].crop((0, 0, 640, 300)), image.crop((0, 0, 640, 300)), most=80)
            assert page["image"].crop((0, 470, 640, 480)).getextrema() == (255, 255)


class TestWebp:
    @pytest.mark.parametrize("mode", ["RGB", "RGBA"])
    @pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}, {"quality": 30, "method": 6}])
    def test_modes(self, tmp_path, mode, options):
        image = patches(mode)
        if mode == "RGBA":
            image.putalpha(Image.linear_gradient("L").resize(image.size))
        check(tmp_path, saved(image, "WEBP", **options), most=4, mean=2)

    @pytest.mark.parametrize("lossless", [True, False])
    def test_animation_gives_its_first_frame(self, tmp_path, lossless):
        frames = [patches(), patches().rotate(180)]
        content = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100, lossless=lossless)
        assert check(tmp_path, content, most=6, mean=2)["more"]

    def test_frame_that_is_smaller_than_the_canvas(self, tmp_path):
        content = saved(patches(), "WEBP", save_all=True, append_images=[patches().rotate(180)], lossless=True)
        place = content.find(b"ANMF") + 8
        wider = bytearray(content)
        wider[24:27] = (400 - 1).to_bytes(3, "little")
        wider[place:place + 3] = (20 // 2).to_bytes(3, "little")
        (page,) = decode(tmp_path, bytes(wider))
        expected = Image.new("L", (400, 131), 255)
        expected.paste(patches("L"), (20, 0))
        assert_like(page["image"], expected)

    @pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}])
    def test_cut_off_is_kept_as_far_as_it_goes(self, tmp_path, options):
        image = pictures.sheet(size=(640, 480), height=20, step=28, lines=pictures.LINES * 4)
        content = saved(image, "WEBP", **options)
        (page,) = decode(tmp_path, content[:len(content) * 3 // 4])
        assert page["part"]
        assert_like(page["image"].crop((0, 0, 640, 70)), image.crop((0, 0, 640, 70)), most=90)
        assert page["image"].crop((0, 470, 640, 480)).getextrema() == (255, 255)


class TestGif:
    @pytest.mark.parametrize("interlace", [0, 1])
    @pytest.mark.parametrize("colours", [2, 16, 256])
    def test_modes(self, tmp_path, colours, interlace):
        check(tmp_path, saved(palette_image(colours), "GIF", interlace=interlace), over_white(palette_image(colours)))

    def test_transparent_colour_is_white(self, tmp_path):
        image = palette_image(16)
        check(tmp_path, saved(image, "GIF", transparency=image.getpixel((15, 40))))

    def test_animation_gives_its_first_frame(self, tmp_path):
        frames = [palette_image(16), palette_image(16).rotate(180)]
        content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
        assert check(tmp_path, content, over_white(frames[0]))["more"]

    def test_cut_off_is_kept_as_far_as_it_goes(self, tmp_path):
        content = saved(palette_image(64, (400, 300)), "GIF", interlace=0)
        (page,) = decode(tmp_path, content[:len(content) * 3 // 4])
        assert page["part"]
        upper = (0, 0, 400, 45)
        assert_like(page["image"].crop(upper), over_white(palette_image(64, (400, 300))).crop(upper))
        assert page["image"].crop((0, 295, 400, 300)).getextrema() == (255, 255)


class TestOrientation:
    TURNS = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
             4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270,
             7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90}

    @pytest.mark.parametrize("orientation", TURNS)
    @pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
    def test_is_applied(self, tmp_path, format, orientation):
        image = patches()
        exif = Image.Exif()
        exif[274] = orientation
        options = {"lossless": True} if format == "WEBP" else {"quality": 95} if format == "JPEG" else {}
        content = saved(image, format, exif=exif, **options)
        turn = self.TURNS[orientation]
        expected = {}
        for mode in ("RGB", "L"):
            seen = image if format == "TIFF" else pillow(content, mode)  # Pillow turns a TIFF itself
            expected[mode] = (seen if turn is None else seen.transpose(turn)).convert(mode)
        check(tmp_path, content, expected, most=6)

    @pytest.mark.parametrize("orientation", TURNS)
    def test_of_tiled_tiff(self, tmp_path, orientation):
        exif = Image.Exif()
        exif[274] = orientation
        content = tiffcp(tmp_path, saved(patches(), "TIFF", exif=exif), "-t", "-w", "64", "-l", "64", "-c", "jpeg:95")
        turn = self.TURNS[orientation]
        expected = (patches() if turn is None else patches().transpose(turn)).convert("L")
        check(tmp_path, content, expected, most=60, mean=5)


class TestResolution:
    @pytest.mark.parametrize("format", ["TIFF", "PNG", "JPEG"])
    def test_pixels_that_are_no_squares_are_made_squares(self, tmp_path, format):
        image = patches("L", (400, 200))
        content = saved(image, format, dpi=(200, 100))
        (page,) = decode(tmp_path, content)
        assert page["image"].size == (400, 400) and page["dpi"] == pytest.approx(200, abs=0.1)
        difference = ImageChops.difference(page["image"], image.resize((400, 400), Image.Resampling.BILINEAR))
        assert ImageStat.Stat(difference).mean[0] < 3

    def test_in_bmp(self, tmp_path):
        (page,) = decode(tmp_path, bmp(patches(size=(400, 200)), dpm=(7874, 3937)))
        assert page["image"].size == (400, 400) and page["dpi"] == pytest.approx(200, abs=0.1)

    def test_ratio_without_a_unit(self, tmp_path):
        content = saved(patches("L", (400, 200)), "TIFF", tiffinfo={282: 2.0, 283: 1.0, 296: 1})
        (page,) = decode(tmp_path, content)
        assert page["image"].size == (400, 400) and page["dpi"] == 0

    @pytest.mark.parametrize("dpi", [(300, 0), (300, 1), (300, 40), (72, 72), (300, 301)])
    def test_what_is_no_ratio_is_left_alone(self, tmp_path, dpi):
        content = saved(patches("L"), "TIFF", tiffinfo={282: float(dpi[0]), 283: float(dpi[1]), 296: 2})
        (page,) = decode(tmp_path, content)
        assert page["image"].size == (203, 131)

    def test_turned_and_stretched(self, tmp_path):
        content = saved(patches("L", (400, 200)), "TIFF", tiffinfo={274: 6, 282: 200.0, 283: 100.0, 296: 2})
        (page,) = decode(tmp_path, content)
        assert page["image"].size == (400, 400)
        expected = patches("L", (400, 200)).resize((400, 400), Image.Resampling.BILINEAR)
        difference = ImageChops.difference(page["image"], expected.transpose(Image.Transpose.ROTATE_270))
        assert ImageStat.Stat(difference).mean[0] < 3


class TestReduction:
    CODECS = {
        "tiff": lambda image, folder: saved(image, "TIFF", compression="tiff_lzw"),
        "tiled": lambda image, folder: tiffcp(folder, saved(image, "TIFF"), "-t", "-w", "256", "-l", "256"),
        "g4": lambda image, folder: saved(bilevel(image), "TIFF", compression="group4"),
        "png": lambda image, folder: saved(image, "PNG"),
        "interlaced": lambda image, folder: convert(folder, image, "png", "-interlace", "PNG"),
        "jpeg": lambda image, folder: saved(image, "JPEG", quality=95),
        "progressive": lambda image, folder: saved(image, "JPEG", quality=95, progressive=True),
        "webp": lambda image, folder: saved(image, "WEBP", lossless=True),
        "lossy": lambda image, folder: saved(image, "WEBP", quality=95),
        "bmp": lambda image, folder: saved(image, "BMP"),
        "gif": lambda image, folder: saved(image, "GIF"),
        "jpeg2000": lambda image, folder: saved(image, "JPEG2000"),
    }

    @pytest.mark.parametrize("kind", CODECS)
    @pytest.mark.parametrize("pixels_max", [100_000, 40_000])
    def test_is_like_a_mean_over_areas(self, tmp_path, kind, pixels_max):
        image = pictures.sheet(size=(1000, 701), height=60, step=140)
        content = self.CODECS[kind](image, tmp_path)
        if kind == "g4":
            image = bilevel(image).convert("L")
        if kind == "jpeg2000":
            pixels_max = 2 * pixels_max + 150_000  # no more than four times as many are taken
        (page,) = decode(tmp_path, content, str(pixels_max))
        assert "error" not in page, page
        assert page["image"].width * page["image"].height <= pixels_max < page["image"].width * page["image"].height * 1.05
        assert page["scale"] == pytest.approx((pixels_max / 701_000) ** 0.5, rel=0.01)
        difference = ImageChops.difference(page["image"], image.resize(page["image"].size, Image.Resampling.BOX))
        assert ImageStat.Stat(difference).mean[0] < 8

    def test_exact_for_samples(self, tmp_path):
        image = patches("L", (1000, 700))
        (page,) = decode(tmp_path, saved(image, "TIFF"), "175000")
        assert_like(page["image"], image.reduce(2), most=1)

    def test_a_long_strip_is_reduced_to_what_can_be_recognised(self, tmp_path):
        (page,) = decode(tmp_path, saved(Image.new("1", (40, 40_000), 1), "TIFF", compression="group4"))
        assert page["image"].height == 32767 and page["scale"] < 1

    def test_more_than_any_paper_is_refused(self, tmp_path):
        header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
        chunk = b"IHDR" + header
        content = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
        assert decode(tmp_path, content) == [{"error": "limit_pixels"}]

    @pytest.mark.parametrize("size", [(7016, 9921), (13600, 17600), (19866, 28087)], ids=["a3_600", "e_400", "a0_600"])
    def test_large_sheets_of_one_bit(self, tmp_path, size):
        Image.MAX_IMAGE_PIXELS = None
        content = saved(Image.new("1", size, 1), "TIFF", compression="group4")
        (page,) = decode(tmp_path, content)
        assert page["scale"] < 1 and 47e6 < page["image"].width * page["image"].height <= 50e6
        assert page["image"].getextrema() == (255, 255)

