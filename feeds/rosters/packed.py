"""Zipped files (Excel, OneRoster): opened only when they are harmless."""

import io
import zipfile

from feeds.rosters.errors import BROKEN, LOCKED, NO_LIST, PACKED, NotARoster

MOST_UNPACKED = 60_000_000
MOST_FILES = 2_000
ENCRYPTED = 0x1
KINDS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def opened(data: bytes) -> zipfile.ZipFile:
    """Return a zip file that unpacks to a bearable size. Raises NotARoster.

    A file in it never gives more bytes than it says, so what they say can be added up.
    """
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise NotARoster(BROKEN) from error
    inside = packed.infolist()
    if len(inside) > MOST_FILES or sum(one.file_size for one in inside) > MOST_UNPACKED:
        raise NotARoster(PACKED)
    if any(one.flag_bits & ENCRYPTED for one in inside):
        raise NotARoster(LOCKED)
    if any(one.compress_type not in KINDS for one in inside):
        raise NotARoster(NO_LIST)
    return packed


def file_in(packed: zipfile.ZipFile, name: str) -> bytes:
    """Return what a file in it holds. Raises NotARoster."""
    try:
        return packed.read(name)
    except Exception as error:
        raise NotARoster(BROKEN) from error
