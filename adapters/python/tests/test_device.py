import json
import unittest
from typing import Optional
from unittest.mock import patch

from exo.device import Device
from exo.gateway import gateway_cfg
from exo.identity import read_identity
from tests.scripted import Gateway, Reply, ScriptedServer, Seen

CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32"
OTHER_CIK = "a" * 40

CFG = "cik = ''\nvendor = acme\nmodel = acme-2\nuuid = sensor 1\nactivation_retry_interval = 0.05\n"


class Case(unittest.TestCase):
    """A gateway with a server that gives out a CIK; the queue is there when a test says so."""

    def setUp(self) -> None:
        self.server = self.start(ScriptedServer(self.serve))
        self.gateway = Gateway(server=self.server.address)
        self.gateway.__enter__()
        self.addCleanup(self.gateway.__exit__)
        self.cfg = self.gateway.write("device.cfg", CFG)
        self.activation: Optional[Reply] = Reply(200, CIK.encode())

    def start(self, server: ScriptedServer) -> ScriptedServer:
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server

    def serve(self, seen: Seen) -> Optional[Reply]:
        if seen.target == "/provision/activate":
            return self.activation
        return Reply(204 if seen.headers.get("x-exosite-cik") == CIK else 401)

    def start_queue(self, reply: Reply) -> ScriptedServer:
        queue = self.start(ScriptedServer(lambda seen: reply if seen.target == "/provision/activate" else Reply(204)))
        self.gateway.write("gmq.cfg", f"[server]\nlisten = {queue.hostport}\n")
        return queue


class Activation(Case):
    def test_a_fresh_device_gets_a_cik_and_keeps_it(self) -> None:
        device = Device("app/1", self.cfg)
        self.assertFalse(device.activated())
        self.assertTrue(device.activate().activated)
        self.assertTrue(device.activated())
        self.assertEqual(read_identity(self.cfg).cik, CIK)
        self.assertEqual(self.server.seen[0].body, b"vendor=acme&model=acme-2&sn=sensor+1")
        self.assertEqual(self.server.seen[0].headers["user-agent"], "app/1")
        self.assertTrue(Device("app/1", self.cfg).activated())

    def test_a_refused_one_says_why_and_stays_what_it_was(self) -> None:
        for reply, body in [
            (Reply(409), "Received 409 from activation attempt. Device Not Enabled"),
            (Reply(200, b"<html>captive portal</html>"), "<html>captive portal</html>"),
            (None, "Request timed out"),
        ]:
            with self.subTest(reply=reply):
                self.activation = reply
                device = Device("app/1", self.cfg)
                with self.assertLogs("exo", "WARNING") as logged:
                    self.assertEqual(device.activate().body, body)
                self.assertFalse(device.activated())
                self.assertEqual(read_identity(self.cfg).cik, "")
                self.assertIn("Activation for Device", logged.output[0])

    def test_a_loop_pauses_longer_each_time_up_to_the_interval(self) -> None:
        self.activation = Reply(404)
        cfg = self.gateway.write("device.cfg", CFG.replace("0.05", "0.5"))
        with patch("exo.device.time") as clock, self.assertLogs("exo", "WARNING"):
            clock.monotonic.return_value = 1000.0
            device = Device("app/1", cfg)
            for _ in range(6):
                device.activate()
            pauses = [round(call[0][0], 3) for call in clock.sleep.call_args_list]
            device.activate(wait=False)
        self.assertEqual(pauses, [0.0, 0.1, 0.2, 0.4, 0.5, 0.5])
        self.assertEqual(clock.sleep.call_count, 6)

    def test_a_cik_that_somebody_put_into_the_file_is_taken(self) -> None:
        device = Device("app/1", self.cfg)
        self.gateway.write("device.cfg", CFG.replace("''", CIK))
        self.assertTrue(device.activate().activated)
        self.assertEqual(self.server.seen, [])

    def test_a_cik_that_the_server_refuses_is_traded_for_another(self) -> None:
        self.gateway.write("device.cfg", CFG.replace("''", OTHER_CIK))
        device = Device("app/1", self.cfg)
        self.assertTrue(device.activated())
        self.assertEqual(device.http_read(["a"]).body, "No or invalid CIK.")
        self.assertFalse(device.activated())
        device.activate()
        self.assertTrue(device.http_read(["a"]).success)
        self.assertEqual(read_identity(self.cfg).cik, CIK)

    def test_a_cik_that_came_while_an_older_one_was_being_refused_stays(self) -> None:
        self.gateway.write("device.cfg", CFG.replace("''", OTHER_CIK))
        device = Device("app/1", self.cfg)

        def serve(seen: Seen) -> Reply:
            device.cik = CIK
            return Reply(401)

        self.server.script = serve
        self.assertFalse(device.http_read(["a"]).authorized)
        self.assertTrue(device.activated())

    def test_a_file_that_cannot_be_written_does_not_stop_it(self) -> None:
        device = Device("app/1", self.cfg)
        with patch("exo.device.keep_cik", side_effect=PermissionError(13, "Permission denied")):
            with self.assertLogs("exo", "ERROR") as logged:
                device.activate()
        self.assertIn("Permission denied", logged.output[0])
        self.assertTrue(device.activated())


class ThroughTheQueue(Case):
    def test_the_queue_may_have_the_cik_already(self) -> None:
        queue = self.start_queue(Reply(200, CIK.encode()))
        device = Device("app/1", self.cfg)
        device.activate()
        self.assertTrue(device.activated())
        self.assertEqual((len(queue.seen), self.server.seen), (1, []))
        self.assertEqual(read_identity(self.cfg).cik, CIK)

    def test_while_the_queue_asks_there_is_none(self) -> None:
        self.start_queue(Reply(204))
        with self.assertLogs("exo", "INFO") as logged:
            handler = Device("app/1", self.cfg).activate()
        self.assertEqual(logged.records[0].levelname, "INFO")
        self.assertEqual((handler.code, handler.activated, self.server.seen), (204, False, []))

    def test_a_cik_that_was_refused_is_not_taken_from_the_queue_again(self) -> None:
        self.gateway.write("device.cfg", CFG.replace("''", OTHER_CIK))
        self.start_queue(Reply(200, OTHER_CIK.encode()))
        device = Device("app/1", self.cfg)
        device.http_read(["a"])
        device.activate()
        self.assertEqual(device.cik, CIK)

    def test_a_cik_that_the_queue_alone_stands_by_is_tried_again(self) -> None:
        self.gateway.write("device.cfg", CFG.replace("''", OTHER_CIK))
        self.start_queue(Reply(200, OTHER_CIK.encode()))
        device = Device("app/1", self.cfg, via_gmq=True)
        device.http_read(["a"])
        self.assertFalse(device.activated())
        device.activate()
        self.assertTrue(device.activated())

    def test_writes_carry_the_identity_and_the_cik(self) -> None:
        queue = self.start_queue(Reply(204))
        device = Device("app/1", self.cfg)
        device.http_write("a", 1)
        self.gateway.write("device.cfg", CFG.replace("''", CIK))
        device.activate()
        device.http_record("a", {1: 1})
        first, second = queue.seen
        self.assertEqual(
            (first.headers["x-exosite-vms"], first.headers.get("x-exosite-cik")), ("acme acme-2 sensor 1", None)
        )
        self.assertEqual(
            (second.headers["x-exosite-vms"], second.headers["x-exosite-cik"]), ("acme acme-2 sensor 1", CIK)
        )

    def test_the_gateways_own_identity_is_gwes_to_activate(self) -> None:
        self.gateway.write("Gateway.cfg", CFG)
        self.assertEqual(Device("app/1", gateway_cfg()).activate().code, 204)
        self.assertEqual(self.server.seen, [])


class OriginalNames(Case):
    def test_an_activation(self) -> None:
        for name in ("_activate", "_http_activate"):
            self.gateway.write("device.cfg", CFG)
            self.assertTrue(getattr(Device("app/1", self.cfg), name)().activated)


class Printed(Case):
    def test_as_json_without_the_secret(self) -> None:
        self.gateway.write("device.cfg", CFG.replace("''", CIK))
        device = Device("app/1", self.cfg)
        told = json.loads(str(device))
        self.assertEqual((told["vendor"], told["model"], told["uuid"]), ("acme", "acme-2", "sensor 1"))
        self.assertNotIn(CIK, f"{device!r}")

    def test_a_subclass_calls_the_original_constructor(self) -> None:
        class Sensor(Device):
            def __init__(self, cfg: str) -> None:
                Device.__init__(self, "temp_sensor_v1", cfg)

        self.assertEqual(Sensor(self.cfg).user_agent, "temp_sensor_v1")
