"""What pages of letters share: their charts as pictures, and a letter as a file to keep."""

import base64

from fastapi import Response

from reports import drawing
from reports.blocks import Sheet


def drawn(sheet: Sheet) -> dict[str, str]:
    """Draw every chart of a sheet: its key, and the picture as a data address."""
    return {
        picture.key: f"data:image/png;base64,{base64.b64encode(drawing.png(picture)).decode()}"
        for picture in sheet.pictures
    }


def as_file(content: bytes, kind: str, name: str) -> Response:
    """Answer with a file to keep under a name, of a media type."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
