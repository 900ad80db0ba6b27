"""How colours look to different eyes: simulated in linear light, compared in Oklab."""

import math

type Vector = tuple[float, float, float]
type Matrix = tuple[Vector, Vector, Vector]

EYES: dict[str, Matrix] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    # Machado, Oliveira and Fernandes 2009, severity 1.
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_OKLAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
WEIGHTS: Vector = (0.2126, 0.7152, 0.0722)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG, 1 to 21."""
    darker, lighter = sorted(_dot(WEIGHTS, _linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def difference(one: str, other: str, eye: Matrix) -> float:
    """Return how far apart two colours are to an eye; black and white are 1 apart."""
    return math.dist(_oklab(one, eye), _oklab(other, eye))


def _oklab(colour: str, eye: Matrix) -> Vector:
    seen = tuple(min(max(part, 0), 1) for part in _times(eye, _linear(colour)))
    red, green, blue = (part ** (1 / 3) for part in _times(TO_CONES, seen))
    return _times(TO_OKLAB, (red, green, blue))


def _linear(colour: str) -> Vector:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _curve(red), _curve(green), _curve(blue)


def _curve(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _times(matrix: Matrix, vector: tuple[float, ...]) -> Vector:
    one, two, three = (_dot(row, vector) for row in matrix)
    return one, two, three


def _dot(row: Vector, vector: tuple[float, ...]) -> float:
    return sum(weight * part for weight, part in zip(row, vector, strict=True))
