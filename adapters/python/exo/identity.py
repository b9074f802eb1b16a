"""Who a device is, as its file says: ``cik``, ``vendor``, ``model`` and ``uuid``, with or without ``[device]``."""

from __future__ import annotations

import re
from typing import NamedTuple

from exo.inifile import ConfigError, read_section, read_text, replace_file, with_value

SECTION = "device"

DEFAULT_RETRY_INTERVAL = 300.0
"""Seconds between two tries to activate."""


class Identity(NamedTuple):
    cik: str
    vendor: str
    model: str
    uuid: str
    activation_retry_interval: float

    @property
    def vms(self) -> str:
        """Vendor, model and serial number, as gmq wants to see them."""
        return f"{self.vendor} {self.model} {self.uuid}"


def is_cik(text: str) -> bool:
    return re.fullmatch(r"[\x21-\x7e]{40}", text) is not None


def read_identity(path: str) -> Identity:
    """
    Raises:
        OSError: The file cannot be read.
        ConfigError: It does not say who the device is.
    """
    options = read_section(path, SECTION)
    for key in ("vendor", "model", "uuid"):
        if not options.get(key):
            raise ConfigError(f"{path}: {key} is missing; write it as {key} = <value>")
        if re.search(r"\s" if key != "uuid" else r"[\r\n]", options[key]):
            raise ConfigError(f"{path}: {key} is {options[key]!r}, but must be one word")
    interval = options.get("activation_retry_interval")
    return Identity(
        options.get("cik", ""), options["vendor"], options["model"], options["uuid"], _seconds(path, interval)
    )


def keep_cik(path: str, cik: str) -> None:
    """
    Raises:
        OSError: The file cannot be read or written.
    """
    replace_file(path, with_value(read_text(path), SECTION, "cik", cik))


def _seconds(path: str, interval: object) -> float:
    if not interval:
        return DEFAULT_RETRY_INTERVAL
    try:
        seconds = float(str(interval))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ConfigError(f"{path}: activation_retry_interval is {interval}, but must be a number of seconds above 0")
    return seconds
