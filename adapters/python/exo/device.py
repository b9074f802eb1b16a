"""A device whose identity is in a file. It activates itself, and keeps its CIK there.

class TempSensor(Device):
    def report(self):
        self.http_write("device_temp", read_sensor())

sensor = TempSensor("temp_sensor_v1", "/usr/local/bin/temp_app.v1/temp_app.cfg")
while not sensor.activated():
    sensor.activate()
sensor.report()
"""

from __future__ import annotations

import json
import logging
import os
import ssl
import time
from typing import IO, Dict, Optional

from exo import gmq
from exo.api import ExositeAPI
from exo.form import CONTENT_TYPE, encode_form
from exo.gateway import gateway_cfg
from exo.handlers import ActivationHandler
from exo.identity import is_cik, keep_cik, read_identity
from exo.transport import Answer, Request
from exo.version import __version__

log = logging.getLogger("exo")

ACTIVATE = "/provision/activate"

ASKED = 204
"""The gateway has no CIK for the device yet, and is asking the server for one."""

FIRST_PAUSE = 0.1
"""Seconds between the first two tries to activate; each further pause is twice as long."""


class Device(ExositeAPI):
    """The Device API for a device with an identity of its own, or with the gateway's (``exo.gateway.gateway_cfg()``).

    Args:
        user_agent: What the server's operator sees in the log.
        cfg_file: INI with ``cik``, ``vendor``, ``model`` and ``uuid``, with or without the header ``[device]``;
            optionally ``activation_retry_interval``, the longest pause between two tries to activate, in seconds.
        url, timeout, via_gmq, ssl_context: As for ``ExositeAPI``.

    Raises:
        OSError: The file cannot be read.
        exo.inifile.ConfigError: It does not say who the device is.
    """

    def __init__(
        self,
        user_agent: str,
        cfg_file: str,
        url: Optional[str] = None,
        *,
        timeout: float = 15.0,
        via_gmq: Optional[bool] = None,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._identity = read_identity(cfg_file)
        super().__init__(
            self._identity.cik,
            url,
            vendor=self._identity.vendor,
            user_agent=user_agent,
            timeout=timeout,
            via_gmq=via_gmq,
            ssl_context=ssl_context,
        )
        self.cfg_file = cfg_file
        self.model = self._identity.model
        self.uuid = self._identity.uuid
        self._refused = ""
        """A CIK that the server has refused: it counts no longer."""
        self._pause = FIRST_PAUSE
        self._next_try = time.monotonic()

    def activated(self) -> bool:
        """Whether there is a CIK that the server has not refused so far."""
        return is_cik(self.cik) and self.cik != self._refused

    def activate(self, wait: bool = True) -> ActivationHandler:
        """Trades the identity for a CIK and keeps it in the file. A CIK that somebody has put there meanwhile is taken.

        Called again after a failure, it waits first: a tenth of a second, then twice as long each time, at most
        ``activation_retry_interval``. So a loop ``while not d.activated(): d.activate()`` neither spins nor floods.

        Args:
            wait: False: do not wait, try at once.

        Returns:
            What became of it. Where gmq is there it activates the device, since it may have its CIK already; while it
            has none, the code is 204.
        """
        if wait:
            time.sleep(max(0.0, self._next_try - time.monotonic()))
        handler = self._find_cik()
        if not handler.activated:
            level = logging.INFO if handler.code == ASKED else logging.WARNING
            log.log(level, "Activation for %r failed: %r", self, handler)
            self._next_try = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, self._identity.activation_retry_interval)
            return handler
        self._pause = FIRST_PAUSE
        self._use(handler.body)
        return handler

    # As the original calls it.
    _activate = _http_activate = activate

    def _find_cik(self) -> ActivationHandler:
        kept = read_identity(self.cfg_file).cik
        if is_cik(kept) and kept != self._refused:
            return self._activation(Answer(200, kept.encode()))
        handler = self._note(self._activation(self._ask_for_cik(self._via_gmq)))
        if handler.body == self._refused and self._via_gmq is None:
            handler = self._note(self._activation(self._ask_for_cik(False)))
        return handler

    def _activation(self, answer: Answer) -> ActivationHandler:
        return ActivationHandler(answer, f"{self.vendor}, {self.model}, {self.uuid}")

    def _ask_for_cik(self, via_gmq: Optional[bool]) -> Answer:
        if os.path.realpath(self.cfg_file) == os.path.realpath(gateway_cfg()):
            return Answer(ASKED, b"")  # The gateway's own identity is activated by gwe alone.
        body = encode_form([("vendor", self.vendor), ("model", self.model), ("sn", self.uuid)])
        request = Request("POST", ACTIVATE, {"User-Agent": self.user_agent, "Content-Type": CONTENT_TYPE}, body)
        return gmq.send(request, via_gmq, self.timeout, self._to_server, final=(200, ASKED, 400))

    def _use(self, cik: str) -> None:
        self.cik = cik
        self._refused = ""
        try:
            if read_identity(self.cfg_file).cik != cik:
                keep_cik(self.cfg_file, cik)
        except OSError as problem:
            log.error("The CIK of %s is lost when this program ends: %s", self, problem)

    def _sender(self) -> Dict[str, str]:
        """gmq goes by the identity, and takes the CIK if it has none that works."""
        return {**self._headers(), "X-Exosite-VMS": self._identity.vms}

    def _to_server(self, request: Request, asked_to_wait: float = 0.0, sink: Optional[IO[bytes]] = None) -> Answer:
        answer = super()._to_server(request, asked_to_wait, sink)
        if answer.code == 401:
            # Not self.cik: another thread may have got a new one meanwhile.
            self._refused = request.headers.get("X-Exosite-CIK", self._refused)
        return answer

    def __str__(self) -> str:
        return json.dumps({"version": __version__, "model": self.model, "vendor": self.vendor, "uuid": self.uuid})

    def __repr__(self) -> str:
        return f"Device {self}"
