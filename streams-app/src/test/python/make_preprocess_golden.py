"""Makes src/test/resources/preprocess/pil: small image files and what PIL makes of them.

Reference: ImageOps.exif_transpose, convert("RGB"), bicubic resize of the shortest side to 24,
centre crop, as open_clip and torchvision do. Run with Pillow 12.3.0 and numpy:

    python make_preprocess_golden.py ../resources/preprocess/pil
"""

import io
import pathlib
import random
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

SIZE = 24
OUT = pathlib.Path(sys.argv[1])
RNG = np.random.default_rng(7)
random.seed(7)


def scene(width, height, channels=3):
    """Smooth colour with edges and a little noise: every tap and rounding is exercised."""
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for c in range(channels):
        wave = 127 + 90 * np.sin(x / (5.0 + 2 * c) + c) * np.cos(y / (7.0 - c))
        wave[(x - width / 2) ** 2 + (y - height / 3) ** 2 < (height / 4) ** 2] = 255 - 120 * (c % 3)
        planes.append(wave + RNG.normal(0, 6, wave.shape))
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


def reference(image):
    image = ImageOps.exif_transpose(image).convert("RGB")
    image.info.clear()
    w, h = image.size
    short, long = min(w, h), max(w, h)
    resized = int(SIZE * long / short)
    w, h = (SIZE, resized) if w <= h else (resized, SIZE)
    image = image.resize((w, h), Image.Resampling.BICUBIC)
    left, top = int(round((w - SIZE) / 2.0)), int(round((h - SIZE) / 2.0))
    return image.crop((left, top, left + SIZE, top + SIZE))


def put(name, data, instead=None):
    """Writes the file and the reference's pixels; `instead` where we differ from PIL on purpose."""
    (OUT / name).write_bytes(data)
    image = Image.open(io.BytesIO(data))
    image.load()
    reference(instead or image).save(OUT / (name + ".expected.png"), optimize=True)


def saved(image, fmt, **options):
    buffer = io.BytesIO()
    image.save(buffer, fmt, **options)
    return buffer.getvalue()


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def jpeg():
    rgb = Image.fromarray(scene(77, 53))
    for name, options in {
        "420": dict(subsampling=2),
        "422": dict(subsampling=1),
        "444": dict(subsampling=0),
        "progressive": dict(progressive=True, quality=90),
        "restart": dict(restart_marker_blocks=2),
        "rgb": dict(keep_rgb=True),
        "icc": dict(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
    }.items():
        put(f"jpeg-{name}.jpg", saved(rgb, "JPEG", **options))
    put("jpeg-gray-progressive.jpg", saved(rgb.convert("L"), "JPEG", progressive=True))
    plain = saved(rgb, "JPEG")
    assert plain[2:4] == b"\xff\xe0"
    put("jpeg-no-jfif.jpg", plain[:2] + plain[4 + plain[5] :])
    cmyk = saved(Image.fromarray(scene(41, 60, 4), "CMYK"), "JPEG", quality=85)
    put("jpeg-cmyk.jpg", cmyk)
    at = cmyk.index(b"Adobe") + 11
    put("jpeg-ycck.jpg", cmyk[:at] + b"\x02" + cmyk[at + 1 :])
    put("jpeg-cmyk-no-adobe.jpg", cmyk[: at - 15] + cmyk[at + 1 :])
    put("jpeg-cmyk-progressive.jpg", saved(Image.open(io.BytesIO(cmyk)), "JPEG", progressive=True))
    for i in range(1, 9):
        put(f"orient-{i}.jpg", saved(Image.fromarray(scene(51, 80)), "JPEG", exif=exif(i)))
    put("orient-6.png", saved(Image.fromarray(scene(45, 37)), "PNG", exif=exif(6)))
    put("orient-8.webp", saved(Image.fromarray(scene(45, 37)), "WEBP", exif=exif(8), quality=80))
    put("tall.jpg", saved(Image.fromarray(scene(9, 240)), "JPEG"))
    put("upscale.png", saved(Image.fromarray(scene(11, 17)), "PNG"))
    put("same-size.png", saved(Image.fromarray(scene(SIZE, SIZE)), "PNG"))
    put("one-pixel.png", saved(Image.fromarray(scene(1, 1)), "PNG"))
    put("line.png", saved(Image.fromarray(scene(300, 1)), "PNG"))


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def filtered(row, above, bpp, kind):
    row, above = row.astype(int), above.astype(int)
    left = np.concatenate([np.zeros(bpp, int), row[:-bpp]]) if len(row) > bpp else row * 0
    corner = np.concatenate([np.zeros(bpp, int), above[:-bpp]]) if len(row) > bpp else row * 0
    p = left + above - corner
    pa, pb, pc = abs(p - left), abs(p - above), abs(p - corner)
    paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, above, corner))
    guess = [row * 0, left, above, (left + above) // 2, paeth][kind]
    return bytes([kind]) + ((row - guess) % 256).astype(np.uint8).tobytes()


def png(samples, colour_type, depth, interlaced, extra=b""):
    """samples: [h, w, channels] ints below 2**depth. Every row has a random filter."""
    height, width, channels = samples.shape
    raw = b""
    for x0, y0, dx, dy in PASSES if interlaced else [(0, 0, 1, 1)]:
        part = samples[y0::dy, x0::dx]
        if part.size == 0:
            continue
        bits = (part[..., None] >> np.arange(depth - 1, -1, -1)) & 1
        rows = np.packbits(bits.reshape(len(part), -1).astype(np.uint8), axis=1)
        above = np.zeros_like(rows[0])
        for row in rows:
            raw += filtered(row, above, max(1, channels * depth // 8), random.randrange(5))
            above = row
    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    data = zlib.compress(raw, 9)
    middle = len(data) // 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + extra
        + chunk(b"IDAT", data[:middle])
        + chunk(b"IDAT", data[middle:])
        + chunk(b"IEND", b"")
    )


def pngs():
    width, height = 45, 38
    for colour_type, channels, depths in [(0, 1, (1, 2, 4, 8, 16)), (2, 3, (8, 16)), (3, 1, (1, 2, 4, 8)), (4, 2, (8, 16)), (6, 4, (8, 16))]:
        for depth in depths:
            for interlaced in (False, True):
                base = scene(width, height, channels).astype(int)
                samples = base * 257 + 3 & 0xFFFF if depth == 16 else base >> 8 - depth
                extra = b""
                if colour_type == 3:
                    colours = RNG.integers(0, 256, 3 << depth, dtype=np.uint8).tobytes()
                    extra = chunk(b"PLTE", colours) + chunk(b"tRNS", bytes([0, 128]))
                elif colour_type == 0 and depth < 8:
                    extra = chunk(b"tRNS", b"\0\1")
                elif colour_type == 2 and depth == 8:
                    extra = chunk(b"tRNS", struct.pack(">HHH", *samples[3, 3]))
                name = f"png-{colour_type}-{depth}{'-adam7' if interlaced else ''}.png"
                instead = None
                if colour_type == 0 and depth == 16:
                    # PIL clips 16-bit gray at 255, so nearly all becomes white.
                    instead = Image.fromarray((samples[..., 0] >> 8).astype(np.uint8), "L")
                put(name, png(samples, colour_type, depth, interlaced, extra), instead)
    short = chunk(b"PLTE", bytes(range(30)))
    put("png-short-palette.png", png(scene(33, 34, 1).astype(int) >> 2, 3, 8, False, short))
    put("png-tiny-adam7.png", png(scene(3, 2).astype(int), 2, 8, True))


def gifs():
    image = Image.fromarray(scene(60, 45)).quantize(64)
    for interlaced in (0, 1):
        put(f"gif-interlace-{interlaced}.gif", saved(image, "GIF", interlace=interlaced))
    put("gif-transparent.gif", saved(image, "GIF", transparency=5))
    put("gif-gray.gif", saved(image.convert("L"), "GIF"))
    put("gif-two-colours.gif", saved(image.convert("1"), "GIF"))
    noise = Image.fromarray(RNG.integers(0, 256, (70, 90), dtype=np.uint8), "L")
    put("gif-full-table.gif", saved(noise, "GIF"))
    other = Image.fromarray(scene(60, 45)).rotate(90, expand=False).quantize(64)
    put("gif-animated.gif", saved(image, "GIF", save_all=True, append_images=[other]))

    def placed(data, screen, left, top):
        at = data.index(b"\x2c\0\0\0\0" + struct.pack("<HH", 60, 45))
        data = bytearray(data)
        data[6:10] = struct.pack("<HH", *screen)
        data[at + 1 : at + 5] = struct.pack("<HH", left, top)
        return bytes(data)

    put("gif-offset.gif", placed(saved(image, "GIF"), (80, 70), 9, 6))
    put("gif-offset-transparent.gif", placed(saved(image, "GIF", transparency=5), (80, 70), 9, 6))
    put("gif-sticks-out.gif", placed(saved(image, "GIF"), (50, 40), 7, 11))


def webps():
    rgb, rgba = Image.fromarray(scene(61, 44)), Image.fromarray(scene(44, 61, 4), "RGBA")
    put("webp-lossy.webp", saved(rgb, "WEBP", quality=70))
    put("webp-lossless.webp", saved(rgb, "WEBP", lossless=True))
    put("webp-alpha.webp", saved(rgba, "WEBP", quality=70))
    put("webp-alpha-lossless.webp", saved(rgba, "WEBP", lossless=True, exact=True))
    put("webp-animated.webp", saved(rgb, "WEBP", save_all=True, append_images=[rgb.rotate(180)]))
    put(
        "webp-animated-alpha.webp",
        saved(rgba, "WEBP", save_all=True, append_images=[rgba.rotate(180)], lossless=True, exact=True),
    )


def bmp(width, height, depth, compression, body, palette=b"", masks=b""):
    start = 14 + 40 + len(masks) + len(palette)
    head = struct.pack("<2sIHHI", b"BM", start + len(body), 0, 0, start)
    info = struct.pack(
        "<IiiHHIIiiII", 40, width, height, 1, depth, compression, len(body), 0, 0, len(palette) // 4, 0
    )
    return head + info + masks + palette + body


def bmps():
    rgb = Image.fromarray(scene(37, 46))
    put("bmp-24.bmp", saved(rgb, "BMP"))
    put("bmp-32.bmp", saved(Image.fromarray(scene(37, 46, 4), "RGBA"), "BMP"))
    put("bmp-8.bmp", saved(rgb.quantize(200), "BMP"))
    put("bmp-gray.bmp", saved(rgb.convert("L"), "BMP"))
    put("bmp-1.bmp", saved(rgb.convert("1"), "BMP"))
    width, height = 35, 40
    values = RNG.integers(0, 65536, (height, 36), dtype=np.uint16)
    put("bmp-555.bmp", bmp(width, height, 16, 0, values.tobytes()))
    masks = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    put("bmp-565-top-down.bmp", bmp(width, -height, 16, 3, values.tobytes(), masks=masks))
    palette = RNG.integers(0, 256, 1024, dtype=np.uint8).tobytes()
    nibbles = RNG.integers(0, 256, (height, 20), dtype=np.uint8).tobytes()
    put("bmp-4.bmp", bmp(width, height, 4, 0, nibbles, palette[:64]))
    rle8, rle4 = b"", b""
    for y in range(height):
        literal = bytes(RNG.integers(0, 256, 5, dtype=np.uint8))
        rle8 += bytes([20, y, 0, 5]) + literal + b"\0" + bytes([10, 255 - y, 0, 0])
        # Even literals only: PIL misreads odd ones.
        rle4 += bytes([20, y * 5 & 255, 0, 6]) + literal[:3] + b"\0" + bytes([9, 255 - y, 0, 0])
    put("bmp-rle8.bmp", bmp(width, height, 8, 1, rle8 + b"\0\1", palette))
    put("bmp-rle4.bmp", bmp(width, height, 4, 2, rle4 + b"\0\1", palette[:64]))


for make in (jpeg, pngs, gifs, webps, bmps):
    make()
