"""Downloads."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from typing import Callable, Optional

from exo.transport import Answer, Request


def fetch(send: Callable[..., Answer], request: Request, path: Optional[str]) -> Answer:
    """Downloads into memory, or into a file that appears, or is replaced, when it is whole.

    Args:
        send: Makes a request; its argument ``sink`` takes the content.
    """
    if path is None:
        return send(request)
    folder = os.path.dirname(os.path.abspath(path))
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{os.path.basename(path)}.", delete=False) as file:
        try:
            answer = send(request, sink=file)
            if answer.code == 200:
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, path)
            return answer
        finally:
            with suppress(FileNotFoundError):
                os.unlink(file.name)
