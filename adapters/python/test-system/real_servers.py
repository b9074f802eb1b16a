"""The module against the real fleet server and the real gmq of the gateway that GWE_ROOT and GWE_SERVER name."""

import base64
import json
import os
import signal
import threading
import time
import unittest
from tempfile import TemporaryDirectory
from typing import Any, Callable, List, Optional, Union
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from exo import gateway
from exo.api import ExositeAPI
from exo.device import Device
from exo.identity import read_identity
from exo.transport import Request as PeerRequest
from exo.transport import exchange

PRODUCT = "sensors"

VALUES: List[Union[str, bytes]] = [
    "21.5",
    "a&b=c+d%41 %",
    "line 1\nline 2\r\n\t\0",
    "°C 😀",
    bytes(range(256)),
    '{"note": "50% & more"}',
]


def manage(method: str, path: str, body: Optional[object] = None) -> Any:
    """The management API of the fleet server; None when there is no such thing."""
    request = Request(
        f"{os.environ['GWE_SERVER']}/api/v1{path}", json.dumps(body).encode() if body else None, method=method
    )
    request.add_header("Authorization", f"Bearer {os.environ['FLEET_TOKEN']}")
    request.add_header("Content-Type", "application/json")
    try:
        with urlopen(request) as response:
            return json.loads(response.read() or b"null")
    except HTTPError as problem:
        problem.close()
        if problem.code == 404:
            return None
        raise


def until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"it did not happen within {seconds} s")


def gmq_status() -> Any:
    answer = exchange(gateway.queue_peer(), PeerRequest("GET", "/status", {}), 5.0)
    return json.loads(answer.content) if answer.code == 200 else None


class Case(unittest.TestCase):
    """A device of its own for each test, that was never activated."""

    count = 0

    @classmethod
    def setUpClass(cls) -> None:
        if manage("GET", f"/products/{PRODUCT}") is None:
            manage("POST", "/products", {"id": PRODUCT, "kind": "device"})
            for alias in ("a", "b", "set point", "n"):
                settable = alias == "set point"
                manage(
                    "PUT",
                    f"/products/{PRODUCT}/resources/{alias.replace(' ', '%20')}",
                    {"format": "string", "settable": settable},
                )

    def setUp(self) -> None:
        Case.count += 1
        self.identity = f"sensor {Case.count}"
        self.path = f"/products/{PRODUCT}/identities/{self.identity.replace(' ', '%20')}"
        manage("POST", f"/products/{PRODUCT}/identities", {"identity": self.identity})
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.cfg = os.path.join(folder.name, "device.cfg")
        with open(self.cfg, "w") as file:
            file.write(f"cik = ''\nvendor = {PRODUCT}\nmodel = {PRODUCT}\nuuid = {self.identity}\n")

    def device(self, via_gmq: Optional[bool] = None) -> Device:
        device = Device("real/1", self.cfg, via_gmq=via_gmq)
        while not device.activated():
            device.activate()
        return device

    def stored(self, alias: str) -> List[bytes]:
        """What the server has, oldest first."""
        answer = manage("GET", f"{self.path}/values/{alias}/history?order=asc&limit=1000")
        return [
            base64.b64decode(point["valueBase64"]) if point["value"] is None else point["value"].encode()
            for point in (answer or {"points": []})["points"]
        ]


class Values(Case):
    def test_arrive_as_they_were_written_both_ways(self) -> None:
        wanted = [value if isinstance(value, bytes) else value.encode() for value in VALUES]
        device = self.device()
        for via_gmq, alias in [(True, "a"), (False, "b")]:
            api = ExositeAPI(cik=device.cik, via_gmq=via_gmq)
            for value in VALUES:
                self.assertEqual(api.http_write(alias, value).code, 204)
            until(lambda: len(self.stored(alias)) == len(VALUES))
            self.assertEqual(self.stored(alias), wanted)
        self.assertEqual(device.http_read("a").values, {"a": VALUES[-1]})

    def test_of_the_past_arrive_both_ways(self) -> None:
        device = self.device()
        for via_gmq, alias in [(True, "a"), (False, "b")]:
            api = ExositeAPI(cik=device.cik, via_gmq=via_gmq)
            self.assertTrue(api.http_record(alias, {1408088308: "x & y", 1408088309.25: 2}).success)
            until(lambda: len(self.stored(alias)) == 2)
            points = manage("GET", f"{self.path}/values/{alias}/history?order=asc")["points"]
            self.assertEqual(points[0], {"value": "x & y", "timestamp": 1408088308000000})
            self.assertEqual(points[1], {"value": "2", "timestamp": 1408088309250000})

    def test_are_written_and_read_in_one(self) -> None:
        handler = self.device().http_read_write(["b", "n"], {"b": "1 & 2"})
        self.assertEqual((handler.values, handler.body), ({"b": "1 & 2"}, "b=1 & 2"))

    def test_wake_a_long_poll(self) -> None:
        device = self.device()
        put = threading.Timer(0.2, manage, ("PUT", f"{self.path}/values/set%20point", {"value": "go & stop"}))
        put.start()
        handler = device.http_long_poll("set point", 20_000)
        put.join()
        self.assertEqual((handler.code, handler.values), (200, {"set point": "go & stop"}))
        self.assertEqual(device.http_long_poll("set point", 50, handler.last_modified).code, 304)


class Server(Case):
    def test_tells_the_time(self) -> None:
        self.assertAlmostEqual(ExositeAPI().http_timestamp().timestamp or 0.0, time.time(), delta=5.0)

    def test_refuses_a_cik_that_it_does_not_know(self) -> None:
        self.assertEqual(ExositeAPI(cik="0" * 40).http_read("a").body, "No or invalid CIK.")

    def test_hands_out_content(self) -> None:
        request = Request(
            f"{os.environ['GWE_SERVER']}/api/v1/products/{PRODUCT}/content/a.bin", b"\0\1" * 50_000, method="PUT"
        )
        request.add_header("Authorization", f"Bearer {os.environ['FLEET_TOKEN']}")
        request.add_header("Content-Type", "application/octet-stream")
        urlopen(request).close()
        device = self.device()
        self.assertEqual(device.http_list_content().names, ["a.bin"])
        self.assertRegex(device.http_get_content_info("a.bin").body, r"^application/octet-stream,100000,\d+,")
        self.assertEqual(device.http_get_content("a.bin").content, b"\0\1" * 50_000)
        self.assertEqual(device.http_get_content("b.bin").code, 404)


class Activation(Case):
    def test_through_gmq_and_kept(self) -> None:
        device = self.device()
        self.assertEqual(read_identity(self.cfg).cik, device.cik)
        self.assertTrue(device.http_write("a", 1).success)
        until(lambda: self.stored("a") == [b"1"])
        self.assertTrue(device.http_read("a").success)

    def test_straight_at_the_server_and_gmq_uses_that_cik(self) -> None:
        direct = self.device(via_gmq=False)
        self.assertTrue(direct.http_write("a", 1).success)
        self.assertTrue(self.device(via_gmq=True).http_write("a", 2).success)
        until(lambda: self.stored("a") == [b"1", b"2"])

    def test_a_lost_file_is_no_lost_device(self) -> None:
        with open(self.cfg) as file:
            fresh = file.read()
        first = self.device()
        first.http_write("a", 1)
        until(lambda: self.stored("a") == [b"1"])
        with open(self.cfg, "w") as file:
            file.write(fresh)
        self.assertEqual(self.device().cik, first.cik)

    def test_after_the_server_has_revoked_the_cik(self) -> None:
        device = self.device()
        self.assertEqual(device.http_read("a").code, 204)
        manage("POST", f"{self.path}/reenable", {"revoke": True})
        self.assertEqual(device.http_read("a").code, 401)
        self.assertFalse(device.activated())
        while not device.activated():
            device.activate()
        self.assertEqual(device.http_read("a").code, 204)
        # gmq learns of the new CIK with the next write.
        until(lambda: device.http_write("a", 1).success and self.stored("a"))

    def test_the_gateways_own_identity(self) -> None:
        device = Device("real/1", gateway.gateway_cfg())
        self.assertTrue(device.activated())
        self.assertTrue(device.http_write("device_info", "from Python").success)
        path = "/products/gateways/identities/gateway-1/values/device_info"
        until(lambda: (manage("GET", path) or {"value": ""})["value"] == "from Python")


class Killed(Case):
    def test_gmq_may_be_killed_while_values_are_written(self) -> None:
        device = self.device()
        self.addCleanup(until, gmq_status)
        for number in range(60):
            if number % 20 == 10:
                os.kill(until(gmq_status)["pid"], signal.SIGKILL)
            self.assertTrue(device.http_write("n", number).success)
        wanted = {str(number).encode() for number in range(60)}
        until(lambda: set(self.stored("n")) == wanted)


if __name__ == "__main__":
    unittest.main()
