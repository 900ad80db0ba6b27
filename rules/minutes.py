"""Attended minutes of a day as a bitmap: bit m is the m-th minute of the local wall-clock day.

Bitmaps merge by OR, so two devices in one minute count once, and a retry changes nothing.
"""

MINUTES = 1440
BYTES = MINUTES // 8

type Bitmap = int


def mark(bitmap: Bitmap, minute: int) -> Bitmap:
    """Return the bitmap with one minute of the day (0 to 1439) marked."""
    return bitmap | (1 << minute)


def count(bitmap: Bitmap) -> int:
    """Return how many minutes are marked."""
    return bitmap.bit_count()


def to_bytes(bitmap: Bitmap) -> bytes:
    """Return the bitmap as 180 bytes, first minute in the lowest bit of the first byte."""
    return bitmap.to_bytes(BYTES, "little")


def from_bytes(data: bytes) -> Bitmap:
    """Read a bitmap written by `to_bytes`."""
    return int.from_bytes(data, "little")
