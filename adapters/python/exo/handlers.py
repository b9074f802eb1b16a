"""What became of a request. The texts are those of the original device client.

A handler is never an exception: ``code`` 0 means that nobody answered, and ``body`` then says why.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional
from urllib.parse import unquote_plus

from exo.form import decode_form
from exo.identity import is_cik
from exo.transport import NO_ANSWER, Answer


class Handler:
    """The outcome of any request."""

    def __init__(self, answer: Answer) -> None:
        self.code: int = answer.code
        """HTTP status, or 0 when there was no answer."""
        self.headers: Mapping[str, str] = answer.headers
        """Names in lower case."""
        self.content: bytes = answer.content
        """The answer as it came, byte for byte."""
        self.body: str = self._text()

    @property
    def success(self) -> bool:
        return self.code in (200, 204)

    @property
    def online(self) -> bool:
        """Whether there was an answer at all."""
        return self.code != NO_ANSWER

    @property
    def authorized(self) -> bool:
        """False: the CIK is missing or no longer good; activate again."""
        return self.code != 401

    def _text(self) -> str:
        if self.code == 401:
            return "No or invalid CIK."
        if 400 <= self.code < 500:
            return f"{self._prefix()}There was an error* with the request by the client."
        if self.code >= 500:
            return f"{self._prefix()}There way an error with the request on the server."
        return self._plain()

    def _prefix(self) -> str:
        return f"Response code: {self.code} :: "

    def _plain(self) -> str:
        return self.content.decode("utf-8", "replace")

    def __repr__(self) -> str:
        return f"Response code: {self.code}, Response body: {self.body!r}, success: {self.success}"


class WriteHandler(Handler):
    """The outcome of a write. Through gmq, 204 means: it is on the gateway's disk, and will get to the server."""


class RecordHandler(WriteHandler):
    """The outcome of a write of past values."""

    @property
    def conflict(self) -> bool:
        """The server takes no two points of an alias within a second."""
        return self.code == 409

    def get_conflict_timestamps(self) -> Dict[str, List[float]]:
        """The times of the points that collide, by alias."""
        named = decode_form(self.content) if self.conflict else []
        return {alias: [float(time) for time in times.split(b",") if _is_number(time)] for alias, times in named}


class ReadHandler(Handler):
    """The outcome of a read. ``body`` is the whole answer, ``alias=value&...``, decoded; ``values`` takes it apart."""

    def _prefix(self) -> str:
        return ""

    def _plain(self) -> str:
        if self.code == 304:
            return "Not modified"
        return unquote_plus(super()._plain())

    @property
    def values(self) -> Dict[str, str]:
        """The newest value of each alias that exists and has one."""
        return {alias: value.decode("utf-8", "replace") for alias, value in self.values_bytes.items()}

    @property
    def values_bytes(self) -> Dict[str, bytes]:
        """The same, byte for byte."""
        return dict(decode_form(self.content)) if self.code == 200 else {}

    @property
    def last_modified(self) -> Optional[str]:
        """When the value of a long poll was written, for the next poll."""
        return self.headers.get("last-modified")


class ReadWriteHandler(ReadHandler):
    """The outcome of a write and a read in one."""


class TimestampHandler(Handler):
    @property
    def timestamp(self) -> Optional[float]:
        """The server's clock, in seconds since 1970; None without an answer."""
        return float(self.content) if self.success and _is_number(self.content) else None


class ContentHandler(Handler):
    """The outcome of a request to the content area. ``content`` has the bytes, unless they went to a file."""

    @property
    def success(self) -> bool:
        return self.code in (200, 204, 206)

    @property
    def names(self) -> List[str]:
        """Of a list: the names."""
        return self.body.splitlines() if self.success else []

    def __repr__(self) -> str:
        return f"Response code: {self.code}, {len(self.content)} bytes, success: {self.success}"


class ActivationHandler(Handler):
    """The outcome of an activation. ``body`` is the CIK when ``activated`` is true."""

    def __init__(self, answer: Answer, identity: str) -> None:
        """
        Args:
            identity: Whose: vendor, model and serial number.
        """
        self._identity = identity
        super().__init__(answer)

    @property
    def success(self) -> bool:
        return self.activated

    @property
    def activated(self) -> bool:
        return self.code == 200 and is_cik(self.body)

    def _text(self) -> str:
        if self.code == 200:
            return self._plain().strip()
        text = _REFUSALS.get(self.code, f"Response code: {self.code} :: Something went wrong.")
        return text.replace("<identity>", self._identity)

    def __repr__(self) -> str:
        body = f"{self.body[:8]}{'*' * 32}" if self.activated else self.body
        return f"Response code: {self.code}, Response body: {body!r}, Activation success: {self.activated}"


_REFUSALS = {
    NO_ANSWER: "Request timed out",
    204: "There is no CIK yet. The gateway is asking the server for one.",
    403: "Received 403 from activation attempt. Device Not in 1P",
    404: "Client described by <identity> is not found on the system.",
    409: "Received 409 from activation attempt. Device Not Enabled",
}


def _is_number(text: bytes) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
