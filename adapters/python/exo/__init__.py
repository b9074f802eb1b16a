"""The Device API of Exosite, Murano and gwe-fleet, for applications on a gateway.

    >>> from exo.api import ExositeAPI
    >>> api = ExositeAPI(cik="7f091cf4b16de3fb3172c253eb35109a6992d76b")
    >>> api.http_write("temperature", 21.5)
    Response code: 204, Response body: '', success: True

``exo.api.ExositeAPI`` is for a device whose CIK is known, ``exo.device.Device`` for one with an identity file.
Standard library only, Python 3.7 or newer.
"""

from exo.version import __version__

__all__ = ["__version__"]
