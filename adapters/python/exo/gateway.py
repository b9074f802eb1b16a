"""The gateway around an application: where its configuration lies, which server is its own, how to reach its queue."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import Dict

from exo.inifile import ConfigError, read_section
from exo.peers import Peer, Server, UnixSocket

QUEUE = "127.0.0.1:8090"
"""Where gmq listens when gmq.cfg does not say otherwise."""

LONGEST_SOCKET_PATH = 107
"""Bytes; the kernel takes no more."""


def gateway_cfg() -> str:
    """The file with the gateway's own identity; ``Device('my_app', gateway_cfg())`` sends in the gateway's name."""
    return f"{_root()}/etc/gateway-engine/Gateway.cfg"


def server_address(product: str) -> str:
    """Where a device's server is: ``GWE_SERVER``, else ``server`` in Engine.config, else Murano's address of it.

    Args:
        product: The vendor. Empty: the product of the gateway; where there is none, One Platform.
    """
    configured = os.environ.get("GWE_SERVER") or _options("Engine.config", "engine").get("server")
    if configured:
        return configured.rstrip("/")
    product = product or _options("Gateway.cfg", "device").get("vendor", "")
    return f"https://{product}.m2.exosite.io" if product else "https://m2.exosite.com"


def queue_peer() -> Peer:
    """How gmq is reached: over its unix socket when this user may open it, else where gmq.cfg says that it listens."""
    path = f"{_root()}/run/gateway-engine/gmq.sock"
    with suppress(OSError):
        is_ours = stat.S_ISSOCK(os.stat(path).st_mode) and os.access(path, os.R_OK | os.W_OK)
        if is_ours and len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return UnixSocket(path)
    listen = _options("gmq.cfg", "server").get("listen", "")
    host, _, port = listen.rpartition(":")
    address = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
    with suppress(ValueError):
        return Server(f"http://{address}:{port}")
    return Server(f"http://{QUEUE}")


def _root() -> str:
    """The folder that plays ``/``."""
    return os.environ.get("GWE_ROOT", "").rstrip("/")


def _options(file: str, section: str) -> Dict[str, str]:
    """Empty when the file is not there or not for this user."""
    with suppress(OSError, ConfigError):
        return read_section(f"{_root()}/etc/gateway-engine/{file}", section)
    return {}
