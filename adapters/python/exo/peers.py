"""Who takes requests: a server, straight or through a proxy, or a program on this machine over a unix socket."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from base64 import b64encode
from typing import Dict, Mapping, NamedTuple, Optional
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass


class Peer:
    def connect(self, timeout: float) -> http.client.HTTPConnection:
        """A connection for one request; opened when the request is sent."""
        raise NotImplementedError

    def target(self, path: str) -> str:
        """How the request line names a path."""
        return path

    def headers(self) -> Mapping[str, str]:
        """What this peer wants to see in every request."""
        return {}


class Server(Peer):
    """A server with an address. Goes through the environment's proxy, unless the server is this machine."""

    def __init__(self, address: str, ssl_context: Optional[ssl.SSLContext] = None) -> None:
        """
        Args:
            address: ``http://`` or ``https://``, a host, and a port where it is not the usual one.

        Raises:
            ValueError: It is no such address.
        """
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{address!r} is no address such as https://fleet.example.com")
        self.address = address.rstrip("/")
        self.host = parts.hostname
        self.port = parts.port or (443 if parts.scheme == "https" else 80)
        self._path = parts.path.rstrip("/")
        self._secure = parts.scheme == "https"
        self._ssl_context = ssl_context
        self._proxy = _proxy_for(parts.scheme, self.host)

    def connect(self, timeout: float) -> http.client.HTTPConnection:
        host, port = (self._proxy.host, self._proxy.port) if self._proxy else (self.host, self.port)
        if not self._secure:
            return http.client.HTTPConnection(host, port, timeout=timeout)
        context = self._ssl_context or ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
        if self._proxy:
            connection.set_tunnel(self.host, self.port, headers=self._proxy.headers)
        return connection

    def target(self, path: str) -> str:
        return f"{self.address}{path}" if self._proxy and not self._secure else f"{self._path}{path}"

    def headers(self) -> Mapping[str, str]:
        return self._proxy.headers if self._proxy and not self._secure else {}

    def __str__(self) -> str:
        return self.address


class UnixSocket(Peer):
    def __init__(self, path: str) -> None:
        self.path = path

    def connect(self, timeout: float) -> http.client.HTTPConnection:
        return _UnixConnection(self.path, timeout)

    def __str__(self) -> str:
        return f"unix:{self.path}"


def is_this_machine(host: str) -> bool:
    return host in ("localhost", "::1") or re.fullmatch(r"127\.[\d.]+", host) is not None


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _Proxy(NamedTuple):
    host: str
    port: int
    headers: Dict[str, str]


def _proxy_for(scheme: str, host: str) -> Optional[_Proxy]:
    if is_this_machine(host) or proxy_bypass(host):
        return None
    url = getproxies().get(scheme)
    if not url:
        return None
    parts = urlsplit(url if "://" in url else f"http://{url}")
    headers = {}
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {b64encode(credentials.encode()).decode()}"
    return _Proxy(parts.hostname or "", parts.port or 80, headers)
