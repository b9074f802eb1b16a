"""The choice of who takes a write: the gateway's queue, gmq, or the server itself."""

from __future__ import annotations

from typing import Callable, Optional, Sequence

from exo.gateway import queue_peer
from exo.transport import Answer, Request, exchange

TAKEN = (204,)
"""gmq has a write or a record on its disk."""

REFUSED = (400, 413)
"""gmq cannot take this body, and the server could not either."""


def send(
    request: Request,
    via_gmq: Optional[bool],
    timeout: float,
    to_server: Callable[[Request], Answer],
    final: Sequence[int] = TAKEN + REFUSED,
) -> Answer:
    """Sends a request to gmq, to the server, or to the server when gmq does not take it.

    Args:
        via_gmq: True: only to gmq. False: only to the server. None: to gmq when it is there; when it cannot be reached,
            goes away before it has answered, or cannot store anything now, this request goes to the server.
        final: What gmq answers when there is nothing left to try.
    """
    if via_gmq is False:
        return to_server(request)
    answer = exchange(queue_peer(), request, timeout)
    return answer if via_gmq or answer.code in final else to_server(request)
