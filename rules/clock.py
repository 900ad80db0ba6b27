"""The shape of a clock: time enters a room at its edge and travels on as an argument."""

from collections.abc import Callable
from datetime import datetime

type Clock = Callable[[], datetime]
"""Answers the present moment as a zone-aware datetime in UTC."""
