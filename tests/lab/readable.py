"""Pages that are about something, for whoever reads them: betting, a school, a long story."""

import gzip
import zlib

import brotli
import zstandard

BETTING = (
    "Nhà cái uy tín số một",
    "Tài xỉu, xóc đĩa, nổ hũ, soi kèo mỗi ngày. Nạp đầu tặng 100%, rút tiền nhanh.",
)
SCHOOL = (
    "Trường THCS Cát Bà",
    (
        "Lịch kiểm tra giữa kỳ của khối lớp 8: thứ Hai môn Toán, thứ Ba môn Ngữ văn, thứ Tư môn "
        "Tiếng Anh. Các em mang theo thước kẻ, máy tính và đến trường trước bảy giờ. Nhà trường "
        "chúc các em ôn bài tốt, giữ sức khỏe và đi ngủ sớm trước ngày thi."
    ),
)
FILES = ("app.3f2a1b9c.js", "lobby.9a8b7c6d.js", "wheel.aa11bb22.css")
"""Files whose names tell their content, as builders write them."""
PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def page(about: tuple[str, str], *, files: tuple[str, ...] = (), charset: str = "utf-8") -> bytes:
    """Write a page about something."""
    title, text = about
    scripts = "".join(f'<script src="/static/{name}"></script>' for name in files)
    html = (
        f'<!doctype html><html lang="vi"><meta charset="{charset}"><title>{title}</title>{scripts}'
        f'<h1>{title}</h1><p>{text}</p><p id="where">here</p></html>'
    )
    return html.encode(charset, errors="xmlcharrefreplace")


READABLE = {
    "betting": page(BETTING),
    "casino": page(BETTING),
    "built": page(BETTING, files=FILES),
    "clone": page(("Chào mừng bạn", "Mời vào chơi cùng chúng tôi."), files=FILES),
    "school": page(SCHOOL),
    "lesson": page(SCHOOL),
    "plan": page(SCHOOL),
    "old": page(BETTING, charset="windows-1258"),
    "long": page(BETTING) + b"<p>xin chao</p>" * 200_000,
}


def packed(body: bytes, encoding: str) -> bytes:
    """Pack a page."""
    return bytes(PACKERS[encoding](body))
