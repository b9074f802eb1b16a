"""A server on this machine that answers as a test says, and remembers what it was asked."""

from __future__ import annotations

import os
import shutil
import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from tempfile import mkdtemp
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple


class Seen(NamedTuple):
    method: str
    target: str
    headers: Dict[str, str]
    body: bytes


class Reply(NamedTuple):
    code: int
    body: bytes = b""
    headers: Tuple[Tuple[str, str], ...] = ()


Script = Callable[[Seen], Optional[Reply]]
"""None: the line is cut without an answer."""


class ScriptedServer:
    """``with ScriptedServer(lambda seen: Reply(204)) as server: ... server.address, server.seen``"""

    def __init__(self, script: Script, unix_path: Optional[str] = None) -> None:
        self.seen: List[Seen] = []
        self.script = script
        handler = self._handler()
        self._server: socketserver.TCPServer = (
            _TcpServer(("127.0.0.1", 0), handler) if unix_path is None else _UnixServer(unix_path, handler)
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def hostport(self) -> str:
        return f"127.0.0.1:{self._server.socket.getsockname()[1]}"

    @property
    def address(self) -> str:
        return f"http://{self.hostport}"

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen = Seen(self.command, self.path, headers, self.rfile.read(length))
                outer.seen.append(seen)
                reply = outer.script(seen)
                if reply is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(reply.code)
                for name, value in reply.headers:
                    self.send_header(name, value)
                if not any(name == "Content-Length" for name, _ in reply.headers):
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if reply.body:
                    self.wfile.write(reply.body)

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def get_request(self):  # type: ignore[no-untyped-def]
        connection, _ = super().get_request()
        return connection, ("unix", 0)


class Gateway:
    """A folder that plays ``/`` for as long as the test runs, through GWE_ROOT."""

    def __init__(self, gmq: Optional[str] = None, server: str = "http://127.0.0.1:1", name: str = "root") -> None:
        """
        Args:
            gmq: ``host:port`` where gmq.cfg says that gmq listens; without it, somewhere where nobody does.
            server: What Engine.config says.
            name: Of the folder.
        """
        self._folder = mkdtemp(prefix="gwe-exo-")
        self.root = os.path.join(self._folder, name)
        self.config = f"{self.root}/etc/gateway-engine"
        self.socket = f"{self.root}/run/gateway-engine/gmq.sock"
        os.makedirs(self.config)
        os.makedirs(os.path.dirname(self.socket))
        self.write("gmq.cfg", f"[server]\nlisten = {gmq or '127.0.0.1:1'}\n")
        self.write("Engine.config", f"[engine]\nserver = {server}\n")

    def write(self, name: str, text: str) -> str:
        path = f"{self.config}/{name}"
        with open(path, "w") as file:
            file.write(text)
        return path

    def __enter__(self) -> Gateway:
        self._before = {name: os.environ.pop(name, None) for name in ("GWE_ROOT", "GWE_SERVER")}
        os.environ["GWE_ROOT"] = self.root
        return self

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        shutil.rmtree(self._folder)
