import os
import socket
import tempfile
import unittest
from datetime import datetime, timezone

from exo.api import ExositeAPI
from exo.version import __version__
from tests.scripted import Gateway, Reply, ScriptedServer, Seen

CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32"


def done(_: Seen) -> Reply:
    return Reply(204)


class Requests(unittest.TestCase):
    def setUp(self) -> None:
        self.server = ScriptedServer(done)
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.api = ExositeAPI(cik=CIK, url=self.server.hostport)

    def wire(self) -> Seen:
        return self.server.seen[-1]

    def test_a_write(self) -> None:
        self.assertTrue(self.api.http_write("temp & more", "21.5 °C").success)
        method, target, headers, body = self.wire()
        self.assertEqual((method, target), ("POST", "/onep:v1/stack/alias"))
        self.assertEqual(body, b"temp+%26+more=21.5+%C2%B0C")
        self.assertEqual(headers["x-exosite-cik"], CIK)
        self.assertEqual(headers["content-type"], "application/x-www-form-urlencoded; charset=utf-8")
        self.assertEqual(headers["user-agent"], f"exo-python/{__version__}")

    def test_a_write_of_several_keeps_their_order(self) -> None:
        self.api.http_write_multiple({"z": 1, "a": b"\0\xff"})
        self.assertEqual(self.wire().body, b"z=1&a=%00%FF")

    def test_a_record(self) -> None:
        self.api.http_record("temp/1", {datetime(2014, 8, 15, 7, 38, 28, tzinfo=timezone.utc): 20, 1408088309.5: 21})
        self.assertEqual(self.wire().target, "/onep:v1/stack/alias/temp%2F1")
        self.assertEqual(self.wire().body, b"1408088308=20&1408088309.5=21")

    def test_a_read(self) -> None:
        self.server.script = lambda _: Reply(200, b"set+point=1%2B1")
        handler = self.api.http_read(["set point", "b"])
        self.assertEqual((self.wire().method, self.wire().target), ("GET", "/onep:v1/stack/alias?set+point&b"))
        self.assertEqual(handler.values, {"set point": "1+1"})

    def test_a_read_of_one_alias_may_be_its_name(self) -> None:
        self.api.http_read("setpoint")
        self.assertEqual(self.wire().target, "/onep:v1/stack/alias?setpoint")

    def test_a_read_of_nothing_is_a_mistake(self) -> None:
        with self.assertRaisesRegex(ValueError, "Tried to read from Exosite, but no alias given"):
            self.api.http_read([])

    def test_a_write_and_a_read_in_one(self) -> None:
        self.api.http_read_write(["a"], {"b": 1})
        method, target, _, body = self.wire()
        self.assertEqual((method, target, body), ("POST", "/onep:v1/stack/alias?a", b"b=1"))

    def test_a_long_poll_that_nobody_answers_is_not_modified(self) -> None:
        self.server.script = lambda _: Reply(304)
        handler = self.api.http_long_poll("a", 400_000, modify_ts="1408088412.25")
        self.assertEqual(self.wire().headers["request-timeout"], "300000")
        self.assertEqual(self.wire().headers["if-modified-since"], "1408088412.25")
        self.assertEqual((handler.code, handler.body), (304, "Not modified"))

    def test_a_long_poll_says_since_when(self) -> None:
        self.server.script = lambda _: Reply(200, b"a=go", (("Last-Modified", "1408088412.25"),))
        handler = self.api.http_long_poll("a", 1000)
        self.assertNotIn("if-modified-since", self.wire().headers)
        self.assertEqual((handler.values, handler.last_modified), ({"a": "go"}, "1408088412.25"))

    def test_the_original_names(self) -> None:
        self.api._http_long_poll("cmd", 5000, "1408088412")
        self.api._http_listContent()
        self.api._http_getContentInfo("a b")
        self.api._http_getContent("a b")
        poll, listing, info, content = [seen.target for seen in self.server.seen]
        self.assertEqual((poll, listing), ("/onep:v1/stack/alias?cmd", "/provision/download?"))
        self.assertEqual((info, content), ("/provision/download?id=a+b&info=true", "/provision/download?id=a+b"))

    def test_the_clock(self) -> None:
        self.server.script = lambda _: Reply(200, b"1408088308")
        self.assertEqual(self.api.http_timestamp().timestamp, 1408088308.0)
        self.assertEqual(self.wire().target, "/timestamp")

    def test_content(self) -> None:
        api = ExositeAPI(cik=CIK, url=self.server.hostport, vendor="acme")
        self.server.script = lambda _: Reply(200, b"app.v1.tar.gz\n")
        self.assertEqual(api.http_list_content().names, ["app.v1.tar.gz"])
        self.assertEqual(self.wire().target, "/provision/download?vendor=acme&model=acme")
        api.http_get_content_info("a b")
        self.assertEqual(self.wire().target, "/provision/download?vendor=acme&model=acme&id=a+b&info=true")
        self.assertEqual(self.api.http_get_content("a").content, b"app.v1.tar.gz\n")
        self.assertEqual(self.wire().target, "/provision/download?id=a")

    def test_a_download_into_a_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "app")
            self.server.script = lambda _: Reply(200, b"\0" * 200_000)
            self.assertTrue(self.api.http_get_content("a", path).success)
            self.assertEqual(os.path.getsize(path), 200_000)

            self.server.script = lambda _: Reply(200, b"half", (("Content-Length", "8"), ("Connection", "close")))
            self.assertEqual(self.api.http_get_content("a", path).code, 0)
            self.server.script = lambda _: Reply(404, b"no such content")
            self.assertEqual(self.api.http_get_content("a", path).code, 404)
            self.assertEqual((os.listdir(folder), os.path.getsize(path)), (["app"], 200_000))


class Failures(unittest.TestCase):
    def test_nobody_listens(self) -> None:
        api = ExositeAPI(cik=CIK, url="127.0.0.1:1")
        handler = api.http_write("a", 1)
        self.assertEqual((handler.code, handler.success, handler.online, api.online), (0, False, False, False))
        self.assertIn("refused", handler.body)

    def test_the_line_drops(self) -> None:
        with ScriptedServer(lambda _: None) as server:
            self.assertEqual(ExositeAPI(cik=CIK, url=server.hostport).http_read(["a"]).code, 0)

    def test_a_cut_answer_is_no_answer(self) -> None:
        cut = Reply(200, b"a=1", (("Content-Length", "30"), ("Connection", "close")))
        with ScriptedServer(lambda _: cut) as server:
            handler = ExositeAPI(cik=CIK, url=server.hostport).http_read(["a"])
            self.assertEqual((handler.code, handler.values), (0, {}))

    def test_a_silent_server(self) -> None:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(1)
            api = ExositeAPI(cik=CIK, url=f"127.0.0.1:{silent.getsockname()[1]}", timeout=0.05)
            handler = api.http_write("a", 1)
        self.assertEqual((handler.code, handler.body), (0, "timed out"))

    def test_garbage(self) -> None:
        with ScriptedServer(lambda _: Reply(99)) as server:
            self.assertEqual(ExositeAPI(cik=CIK, url=server.hostport).http_write("a", 1).code, 0)

    def test_a_host_that_can_be_no_name(self) -> None:
        self.assertEqual(ExositeAPI(cik=CIK, url="https://a..example.com").http_write("a", 1).code, 0)

    def test_it_recovers(self) -> None:
        with ScriptedServer(done) as server:
            server.script = lambda _: None
            api = ExositeAPI(cik=CIK, url=server.hostport)
            self.assertFalse(api.http_write("a", 1).success)
            server.script = done
            self.assertTrue(api.http_write("a", 1).success)
            self.assertTrue(api.online)


class Address(unittest.TestCase):
    def address(self, url: str = "", vendor: str = "") -> str:
        return ExositeAPI(cik=CIK, url=url or None, vendor=vendor)._server.address

    def test_host_and_port(self) -> None:
        for url, address in [
            ("192.168.10.242:443", "https://192.168.10.242:443"),
            ("m2.exosite.com", "https://m2.exosite.com"),
            ("fleet.example.com:8443", "https://fleet.example.com:8443"),
            ("fleet.example.com:80", "http://fleet.example.com:80"),
            ("127.example.com:8443", "https://127.example.com:8443"),
            ("localhost:8090", "http://localhost:8090"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("http://fleet.example.com/", "http://fleet.example.com"),
        ]:
            with self.subTest(url=url):
                self.assertEqual(self.address(url), address)

    def test_no_address(self) -> None:
        for url in ("ftp://x", "https://", "x:port"):
            with self.subTest(url=url), self.assertRaises(ValueError):
                self.address(url)

    def test_the_servers_of_a_gateway_in_their_order(self) -> None:
        with Gateway(server="https://fleet.example.com/") as gateway:
            self.assertEqual(self.address(vendor="acme"), "https://fleet.example.com")
            os.environ["GWE_SERVER"] = "http://127.0.0.1:8080"
            self.assertEqual(self.address(), "http://127.0.0.1:8080")
            del os.environ["GWE_SERVER"]
            gateway.write("Engine.config", "[engine]\nserver = ''\n")
            self.assertEqual(self.address(vendor="acme"), "https://acme.m2.exosite.io")
            self.assertEqual(self.address(), "https://m2.exosite.com")
            gateway.write("Gateway.cfg", "[device]\ncik = ''\nvendor = pid\n")
            self.assertEqual(self.address(), "https://pid.m2.exosite.io")

    def test_a_proxy_is_used_but_not_for_this_machine(self) -> None:
        before = os.environ.get("http_proxy")
        with ScriptedServer(done) as proxy, ScriptedServer(done) as local:
            os.environ["http_proxy"] = f"http://me:se%20cret@{proxy.hostport}"
            try:
                far = ExositeAPI(cik=CIK, url="http://fleet.example.com:8080")
                near = ExositeAPI(cik=CIK, url=local.hostport)
            finally:
                os.environ.pop("http_proxy")
                if before is not None:
                    os.environ["http_proxy"] = before
            self.assertTrue(far.http_write("a", 1).success)
            self.assertTrue(near.http_write("a", 1).success)
            self.assertEqual(
                [seen.target for seen in proxy.seen], ["http://fleet.example.com:8080/onep:v1/stack/alias"]
            )
            self.assertEqual(proxy.seen[0].headers["host"], "fleet.example.com:8080")
            self.assertEqual(proxy.seen[0].headers["proxy-authorization"], "Basic bWU6c2UgY3JldA==")
            self.assertEqual(len(local.seen), 1)
