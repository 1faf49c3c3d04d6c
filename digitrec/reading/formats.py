"""The kinds of picture files that may be opened, told by how they begin, whatever their name is."""

import re
from importlib import import_module

SUFFIXES = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif"),
    *(".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm", ".pnm"),
)
"""How the names of picture files end, in folders that hold other files too."""

STARTS = {
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "JPEG": rb"\xff\xd8\xff",
    "BMP": rb"BM",
    "GIF": rb"GIF8[79]a",
    "TIFF": rb"MM\0[*+]|II[*+]\0",
    "WEBP": rb"RIFF....WEBP",
    "PPM": rb"P[1-6f]\s",
}
"""Pillow's names of what may be opened, pictures and no documents or programs, and their starts."""

LONGEST_START = 16
"""Bytes that tell what a file is."""

PLUGINS = {
    "PNG": "PngImagePlugin",
    "JPEG": "JpegImagePlugin",
    "BMP": "BmpImagePlugin",
    "GIF": "GifImagePlugin",
    "TIFF": "TiffImagePlugin",
    "WEBP": "WebPImagePlugin",
    "PPM": "PpmImagePlugin",
}
"""Pillow loads all that it has, for formats that nobody sends, unless the right one is there."""


def format_of(start: bytes) -> str | None:
    """Pillow's name of the format of a file that begins so, ready to be opened; None for others."""
    for name, pattern in STARTS.items():
        if re.match(pattern, start, re.DOTALL):
            import_module(f"PIL.{PLUGINS[name]}")
            return name
    return None
