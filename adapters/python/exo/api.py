"""The Device API for a device whose CIK is known.

api = ExositeAPI(cik="7f091cf4b16de3fb3172c253eb35109a6992d76b")
api.http_write("temperature", 21.5)
print(api.http_read(["setpoint"]).values)
"""

from __future__ import annotations

import ssl
from typing import IO, Dict, Iterable, Mapping, Optional, TypeVar
from urllib.parse import quote, urlencode

from exo import gmq
from exo.content import fetch
from exo.form import CONTENT_TYPE, encode, encode_form
from exo.gateway import server_address
from exo.handlers import (
    ContentHandler,
    Handler,
    ReadHandler,
    ReadWriteHandler,
    RecordHandler,
    TimestampHandler,
    WriteHandler,
)
from exo.peers import Server, is_this_machine
from exo.points import Points, encode_points
from exo.transport import Answer, Request, exchange
from exo.version import __version__

ALIAS = "/onep:v1/stack/alias"
RECORD = "/onep:v1/stack/record"
TIMESTAMP = "/timestamp"
DOWNLOAD = "/provision/download"

LONGEST_POLL_MS = 300_000

H = TypeVar("H", bound=Handler)


class ExositeAPI:
    """Writes, reads and records a device's values.

    Every call returns a handler with ``success``, ``code`` and ``body``; none raises because of the network.
    One object may be used by several threads.

    Args:
        cik: The device's secret, 40 characters.
        url: ``host:port`` or an address; then every request goes there. Without it, writes and records go to gmq when
            it is there, and all else to the server of this gateway (``exo.gateway.server_address``).
        vendor: The product, for the server's address and the content area.
        user_agent: What the server's operator sees in the log.
        timeout: Longest silence of the other side, in seconds.
        via_gmq: True: writes and records go only to gmq. False: never. None: when it is there, else to the server.
        ssl_context: For a certificate authority or a client certificate of your own.
    """

    def __init__(
        self,
        cik: str = "",
        url: Optional[str] = None,
        *,
        vendor: str = "",
        user_agent: str = f"exo-python/{__version__}",
        timeout: float = 15.0,
        via_gmq: Optional[bool] = None,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        if url and via_gmq:
            raise ValueError("url says where every request goes; leave out url, or via_gmq=True")
        self.cik = cik
        self.vendor = vendor
        self.model = vendor
        self.user_agent = user_agent
        self.timeout = timeout
        self.online = True
        """Whether the last request had an answer."""
        self._via_gmq = False if url else via_gmq
        self._server = Server(_address(url) if url else server_address(vendor), ssl_context)

    def http_write(self, alias: str, value: object) -> WriteHandler:
        """Sets one alias. A value is text, bytes, a number, or a list or dictionary, which is sent as JSON."""
        return self.http_write_multiple({alias: value})

    def http_write_multiple(self, values: Mapping[str, object]) -> WriteHandler:
        """Sets several aliases, all with the same time."""
        return self._note(WriteHandler(self._submit(ALIAS, encode_form(values.items()))))

    def http_record(self, alias: str, points: Points) -> RecordHandler:
        """Writes values of the past.

        Args:
            points: Times and values: ``{1408088308: 21.5}`` or ``[(datetime(...), 21.5), ...]``. A time is in seconds
                since 1970 or a ``datetime``; a negative one is so many seconds ago.
        """
        path = f"{ALIAS}/{quote(alias, safe='')}"
        return self._note(RecordHandler(self._submit(path, encode_points(points))))

    def http_read(self, aliases: Iterable[str]) -> ReadHandler:
        """Reads the newest values; they are in the handler's ``values``.

        Raises:
            ValueError: There is no alias to read.
        """
        return self._note(ReadHandler(self._ask("GET", _reading(aliases))))

    def http_read_write(self, aliases: Iterable[str], values: Mapping[str, object]) -> ReadWriteHandler:
        """Writes, then reads, in one request to the server.

        Raises:
            ValueError: There is no alias to read.
        """
        body = encode_form(values.items())
        return self._note(ReadWriteHandler(self._ask("POST", _reading(aliases), body)))

    def http_long_poll(self, alias: str, timeout_ms: int, modify_ts: Optional[object] = None) -> ReadHandler:
        """Waits until an alias is written: code 200; or for ``timeout_ms``, at most five minutes: code 304.

        Args:
            modify_ts: ``last_modified`` of the answer before, so that nothing is missed in between.
        """
        wait_ms = min(int(timeout_ms), LONGEST_POLL_MS)
        headers = {"Request-Timeout": str(wait_ms)}
        if modify_ts is not None:
            headers["If-Modified-Since"] = str(modify_ts)
        request = Request("GET", _reading([alias]), {**self._headers(), **headers})
        # The server's answer must not race our own patience.
        return self._note(ReadHandler(self._to_server(request, wait_ms / 1000)))

    def http_timestamp(self) -> TimestampHandler:
        """Asks for the server's clock; it is in the handler's ``timestamp``."""
        return self._note(TimestampHandler(self._ask("GET", TIMESTAMP)))

    def http_list_content(self) -> ContentHandler:
        """The names of what is in the product's content area, in the handler's ``names``."""
        return self._note(ContentHandler(self._ask("GET", self._content({}))))

    def http_get_content_info(self, name: str) -> ContentHandler:
        """About one content: ``body`` is ``type,size,updated,note``."""
        return self._note(ContentHandler(self._ask("GET", self._content({"id": name, "info": "true"}))))

    def http_get_content(self, name: str, path: Optional[str] = None) -> ContentHandler:
        """Downloads a content, into ``handler.content`` or into a file.

        Args:
            path: The file; it appears, or is replaced, when the whole content is there.

        Raises:
            OSError: The file cannot be written.
        """
        request = Request("GET", self._content({"id": name}), self._headers())
        return self._note(ContentHandler(fetch(self._to_server, request, path)))

    # As the original calls them.
    _http_long_poll = http_long_poll
    _http_listContent = http_list_content
    _http_getContentInfo = http_get_content_info
    _http_getContent = http_get_content

    def _headers(self) -> Dict[str, str]:
        headers = {"User-Agent": self.user_agent}
        if self.cik:
            headers["X-Exosite-CIK"] = self.cik
        return headers

    def _submit(self, path: str, body: bytes) -> Answer:
        """To gmq or to the server."""
        headers = {**self._sender(), "Content-Type": CONTENT_TYPE}
        request = Request("POST", path, headers, body)
        return gmq.send(request, self._via_gmq, self.timeout, self._to_server)

    def _sender(self) -> Dict[str, str]:
        return self._headers()

    def _ask(self, method: str, path: str, body: Optional[bytes] = None) -> Answer:
        """To the server."""
        headers = self._headers() if body is None else {**self._headers(), "Content-Type": CONTENT_TYPE}
        return self._to_server(Request(method, path, headers, body))

    def _to_server(self, request: Request, asked_to_wait: float = 0.0, sink: Optional[IO[bytes]] = None) -> Answer:
        return exchange(self._server, request, self.timeout + asked_to_wait, sink)

    def _content(self, query: Mapping[str, str]) -> str:
        product = {"vendor": self.vendor, "model": self.model} if self.vendor else {}
        return f"{DOWNLOAD}?{urlencode({**product, **query})}"

    def _note(self, handler: H) -> H:
        """Every handler passes here."""
        self.online = handler.online
        return handler


def _address(url: str) -> str:
    """``host:port`` is HTTPS, as it has always been, except on this machine and at HTTP's own port."""
    if "://" in url:
        return url
    server = Server(f"http://{url}")
    plain = is_this_machine(server.host) or (server.port == 80 and url.endswith(":80"))
    return f"{'http' if plain else 'https'}://{url}"


def _reading(aliases: Iterable[str]) -> str:
    names = [aliases] if isinstance(aliases, str) else list(aliases)
    if not names:
        raise ValueError("Tried to read from Exosite, but no alias given")
    return f"{ALIAS}?{'&'.join(encode(name) for name in names)}"
