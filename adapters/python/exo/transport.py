"""One HTTP request and its answer. A failure of the network is an answer, too: code 0."""

from __future__ import annotations

import http.client
import logging
from contextlib import closing
from typing import IO, Mapping, NamedTuple, Optional

from exo.peers import Peer

log = logging.getLogger("exo")

NO_ANSWER = 0
"""The code of a request that nobody answered in time."""

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer that are kept in memory: some values of the largest size, with every byte escaped."""


class Answer(NamedTuple):
    code: int
    """HTTP status, or 0 when there was no answer; ``content`` then says why."""
    content: bytes
    headers: Mapping[str, str] = {}
    """Names in lower case."""


class Request(NamedTuple):
    method: str
    path: str
    headers: Mapping[str, str]
    body: Optional[bytes] = None


def exchange(peer: Peer, request: Request, timeout: float, sink: Optional[IO[bytes]] = None) -> Answer:
    """Sends a request on a connection of its own and reads the answer.

    Args:
        timeout: Longest silence, in seconds.
        sink: Takes the body of an answer 200 or 206, instead of ``content``.
    """
    headers = {**peer.headers(), **request.headers}
    wire = {name: value.encode("utf-8", "surrogateescape") for name, value in headers.items()}
    try:
        with closing(peer.connect(timeout)) as connection:
            connection.request(request.method, peer.target(request.path), request.body, wire)
            response = connection.getresponse()
            content = _drain(response, sink) if sink and response.status in (200, 206) else _read(response)
            answer = Answer(response.status, content, {name.lower(): value for name, value in response.getheaders()})
    except (OSError, http.client.HTTPException, UnicodeError) as problem:  # The last: of a host that can be no name.
        answer = Answer(NO_ANSWER, (str(problem) or type(problem).__name__).encode())
    log.debug("%s %s%s: %s", request.method, peer, request.path, answer.code)
    return answer


def _read(response: http.client.HTTPResponse) -> bytes:
    # Asked for a number of bytes, http.client does not tell a short body from a whole one.
    whole = response.length is not None and response.length <= LARGEST_ANSWER
    content = response.read() if whole else response.read(LARGEST_ANSWER + 1)
    if len(content) > LARGEST_ANSWER:
        raise http.client.HTTPException(f"the answer is over {LARGEST_ANSWER} bytes")
    return content


def _drain(response: http.client.HTTPResponse, sink: IO[bytes]) -> bytes:
    expected, received = response.length, 0
    while True:
        chunk = response.read(65536)
        if not chunk:
            break
        received += len(chunk)
        sink.write(chunk)
    if expected is not None and received < expected:
        raise http.client.IncompleteRead(b"", expected - received)
    return b""
