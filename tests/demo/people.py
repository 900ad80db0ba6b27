"""The sample family: who they are and what they own."""

from dataclasses import dataclass

from store.adults import Role

FAMILY = "Gia đình Hà & Nam"
PASSWORD = "ngon-hai-dang"


@dataclass(frozen=True, slots=True)
class Parent:
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Kid:
    name: str
    age: int
    colour: str


@dataclass(frozen=True, slots=True)
class Gadget:
    key: str
    name: str
    kind: str
    system: str
    owner: str
    """Name of the child."""
    has_ca: bool = True
    """Whether our certificate was put on it."""


PARENTS = (
    Parent("Nguyễn Thu Hà", "ha@demo.example", Role.OWNER),
    Parent("Trần Hoài Nam", "nam@demo.example", Role.PARENT),
)
KIDS = (Kid("An", 7, "orange"), Kid("Minh", 12, "blue"), Kid("Linh", 16, "purple"))
GADGETS = (
    Gadget("an-tablet", "Máy tính bảng của An", "tablet", "android", "An"),
    Gadget("minh-phone", "Điện thoại của Minh", "phone", "android", "Minh"),
    Gadget("minh-laptop", "Máy tính học của Minh", "computer", "windows", "Minh"),
    Gadget("linh-phone", "iPhone của Linh", "phone", "ios", "Linh", has_ca=False),
    Gadget("linh-laptop", "Laptop của Linh", "computer", "macos", "Linh"),
)
