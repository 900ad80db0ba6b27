"""Believable stand-ins for the sites that the lab's people visit."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Site:
    """What a stand-in shows: title, a few lines, and the hosts its parts come from."""

    title: str
    lines: tuple[str, ...]
    colour: str = "#1f6feb"
    parts: tuple[str, ...] = ()


_SITES = {
    "vnexpress.net": Site(
        "VnExpress - Tin nhanh",
        ("Hải Phòng thông xe cầu mới qua sông Cấm", "Trời trở lạnh từ đêm nay ở miền Bắc"),
        "#9f224e",
        ("s1.vnecdn.net",),
    ),
    "tuoitre.vn": Site(
        "Tuổi Trẻ Online",
        ("Học sinh cả nước thi khoa học kỹ thuật", "Mùa cam Cao Phong"),
        "#d0021b",
    ),
    "vio.edu.vn": Site(
        "VioEdu - Đấu trường Toán học",
        ("Bài 12: Phân số bằng nhau", "Vòng 4 mở đến thứ Bảy"),
        "#f59f00",
    ),
    "olm.vn": Site("OLM - Học trực tuyến", ("Lớp 7: Tỉ lệ thức", "Bài tập của cô Hạnh"), "#2f9e44"),
    "hocmai.vn": Site("HOCMAI", ("Ôn thi vào 10: Ngữ văn", "Chuyên đề Hình học"), "#1c7ed6"),
    "wikipedia.org": Site(
        "Wikipedia",
        ("Hải đăng là một ngọn tháp phát ánh sáng dẫn đường cho tàu thuyền.",),
        "#54595d",
    ),
    "youtube.com": Site(
        "YouTube", ("Thí nghiệm vui với nước đá", "Bản tin trưa"), "#ff0000", ("i.ytimg.com",)
    ),
    "tiktok.com": Site("TikTok", ("#hocvui #haiphong", "Điệu nhảy mới"), "#010101"),
    "facebook.com": Site("Facebook", ("Nhóm lớp 10A2", "Ảnh dã ngoại Cát Bà"), "#0866ff"),
    "zalo.me": Site("Zalo", ("Nhóm gia đình", "Lớp 7B: nhắc lịch kiểm tra"), "#0068ff"),
    "roblox.com": Site("Roblox", ("Xây nhà cùng bạn", "Đảo kho báu"), "#335fff"),
    "google.com": Site("Google", ("Kết quả tìm kiếm",), "#4285f4"),
    "coccoc.com": Site("Cốc Cốc Tìm kiếm", ("Kết quả tìm kiếm",), "#4cae4f"),
    "trangmoi.example": Site(
        "Nhà cái uy tín", ("Tài xỉu, xóc đĩa, nổ hũ", "Soi kèo mỗi ngày, nạp đầu tặng 100%"), "#f00"
    ),
    "bing.com": Site("Bing", ("Search results",), "#008373"),
    "vietcombank.com.vn": Site("Vietcombank Digibank", ("Đăng nhập",), "#00703c"),
}


def site_of(host: str) -> Site:
    """Return the stand-in for a host or a parent of it, or a plain one that names the host."""
    rest = host
    while "." in rest:
        if rest in _SITES:
            return _SITES[rest]
        rest = rest.partition(".")[2]
    return Site(host, (f"This is {host}.",))


def page(host: str, path: str) -> str:
    """Write the page of a host at a path; it always names the host and the path."""
    site = site_of(host)
    lines = "".join(f"<li>{escape(line)}</li>" for line in site.lines)
    images = "".join(f'<img alt="" src="https://{part}/asset/photo.svg">' for part in site.parts)
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{escape(site.title)}</title>'
        f'<link rel="stylesheet" href="/asset/style.css">'
        f"<h1>{escape(site.title)}</h1><ul>{lines}</ul>{images}"
        f'<p id="where">{escape(host)}{escape(path)}</p></html>'
    )


def asset(host: str, path: str) -> tuple[str, bytes]:
    """Return content type and bytes of a part of a page: style sheet, script or picture."""
    colour = site_of(host).colour
    if path.endswith(".css"):
        return "text/css", f"body{{font-family:sans-serif}}h1{{color:{colour}}}".encode()
    if path.endswith(".js"):
        return "text/javascript", b"document.documentElement.dataset.script = 'ran';"
    square = f'<rect width="64" height="64" fill="{colour}"/>'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">{square}</svg>'
    return "image/svg+xml", picture.encode()
