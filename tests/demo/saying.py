"""What the demonstration says on the terminal, in the terminal's language."""

from cli.saying import language

IN_VIETNAMESE = {
    "The school lives through its term": "Trường mẫu đang sống qua học kỳ",
    "The sample school needs the public data in {folder}.": (
        "Trường mẫu cần dữ liệu công khai trong {folder}."
    ),
    "Remove {folder} to begin anew.": "Xoá {folder} để làm lại từ đầu.",
    "Head": "Hiệu trưởng",
    "Teacher": "Giáo viên",
    "Officer": "Cán bộ",
    "The sample family lives through its days": "Gia đình mẫu đang sống qua những ngày vừa rồi",
    "Panel    {url}": "Bảng điều khiển  {url}",
    "Sign in  {email}, password {password}": "Đăng nhập         {email}, mật khẩu {password}",
    "It is {time} where the family lives ({zone}); three children are browsing. Ctrl-C ends it.": (
        "Nhà mẫu đang là {time} ({zone}); ba bạn nhỏ đang lên mạng. Nhấn Ctrl-C để kết thúc."
    ),
    "The demonstration has ended.": "Buổi giới thiệu đã kết thúc.",
    "A demonstration is running already.": "Một buổi giới thiệu khác đang chạy.",
    "{folder} was not made by a demonstration: move it away first.": (
        "{folder} không phải do buổi giới thiệu tạo ra: hãy chuyển nó đi trước."
    ),
}


def say(message: str, **values: object) -> str:
    """Say a message in Vietnamese where the locale is Vietnamese, in English elsewhere."""
    text = IN_VIETNAMESE[message] if language() == "vi" else message
    return text.format(**values)
