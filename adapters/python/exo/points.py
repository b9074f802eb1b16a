"""Values of the past: each with its own time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Iterable, Mapping, Tuple, Union

from exo.form import encode_form

Time = Union[int, float, str, datetime]
"""Seconds since 1970, negative: so many seconds ago; or a datetime, local unless it has a time zone."""

# Any and not Time: the keys of a dict[int, ...] are no Time to a type checker.
Points = Union[Mapping[Any, object], Iterable[Tuple[Any, object]]]


def encode_points(points: Points) -> bytes:
    pairs = points.items() if isinstance(points, Mapping) else points
    return encode_form((_seconds(time), value) for time, value in pairs)


def _seconds(time: Time) -> str:
    """As the server wants it: no exponent, microseconds at most."""
    if isinstance(time, datetime):
        time = time.timestamp()
    if isinstance(time, float):
        return f"{time:.6f}".rstrip("0").rstrip(".")
    return str(time)
