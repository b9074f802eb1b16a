"""Downloads."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from typing import Optional

from exo.peers import Peer
from exo.transport import Answer, Request, exchange


def fetch(peer: Peer, request: Request, timeout: float, path: Optional[str]) -> Answer:
    """Downloads into memory, or into a file that appears, or is replaced, when it is whole."""
    if path is None:
        return exchange(peer, request, timeout)
    folder = os.path.dirname(os.path.abspath(path))
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{os.path.basename(path)}.", delete=False) as file:
        try:
            answer = exchange(peer, request, timeout, file)
            if answer.code == 200:
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, path)
            return answer
        finally:
            with suppress(FileNotFoundError):
                os.unlink(file.name)
