"""``application/x-www-form-urlencoded`` as the Device API speaks it: order counts, and a value may hold any byte."""

from __future__ import annotations

import json
from typing import Iterable, List, Tuple
from urllib.parse import quote_plus, unquote_to_bytes

CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


def to_bytes(value: object) -> bytes:
    """The bytes that the server will store for a value: text as UTF-8, bytes as they are, a list or a dictionary as
    JSON, all else, such as a number, as Python prints it.

    Bytes that came out of ``os.environ`` or a file name as lone surrogates go out again as the bytes they were.

    Raises:
        TypeError: The value is None, as a sensor function without a ``return`` gives it.
    """
    if value is None:
        raise TypeError("None cannot be written; an empty value is written as ''")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, (list, tuple, dict)):
        value = json.dumps(value)
    return str(value).encode("utf-8", "surrogateescape")


def encode(value: object) -> str:
    """A name or a value, with every byte escaped that has a meaning."""
    return quote_plus(to_bytes(value))


def encode_form(pairs: Iterable[Tuple[str, object]]) -> bytes:
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in pairs).encode("ascii")


def decode_form(body: bytes) -> List[Tuple[str, bytes]]:
    """The pairs of a body, in their order. A part without ``=`` has an empty value."""
    parts = [part.partition(b"=") for part in body.split(b"&") if part]
    return [(decode(name).decode("utf-8", "replace"), decode(value)) for name, _, value in parts]


def decode(raw: bytes) -> bytes:
    """``+`` is a space and ``%XX`` a byte; a ``%`` that begins no escape stands for itself."""
    return unquote_to_bytes(raw.replace(b"+", b" "))
