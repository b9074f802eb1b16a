"""Who takes a write: the queue, or the server."""

import contextlib
import os
import unittest
from typing import Iterator, Optional, Tuple

from exo.api import ExositeAPI
from tests.scripted import Gateway, Reply, Script, ScriptedServer

CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32"


@contextlib.contextmanager
def around(queue: Script) -> Iterator[Tuple[ScriptedServer, ScriptedServer]]:
    """A gateway with a queue that answers so, and a server that takes everything."""
    with ScriptedServer(queue) as gmq, ScriptedServer(lambda _: Reply(204)) as server:
        with Gateway(gmq=gmq.hostport, server=server.address):
            yield gmq, server


def replying(answer: Optional[Reply]) -> Script:
    return lambda _: answer


class Choice(unittest.TestCase):
    def test_each_answer_of_the_queue(self) -> None:
        for via_gmq, answer, code, to_server in [
            (None, Reply(204), 204, 0),
            (None, Reply(400, b"no name"), 400, 0),
            (None, Reply(413), 413, 0),
            (None, Reply(503), 204, 1),
            (None, Reply(404), 204, 1),
            (None, Reply(200, b"<html>"), 204, 1),
            (None, None, 204, 1),
            (True, Reply(204), 204, 0),
            (True, Reply(503), 503, 0),
            (True, None, 0, 0),
        ]:
            with self.subTest(via_gmq=via_gmq, answer=answer):
                with around(replying(answer)) as (gmq, server):
                    handler = ExositeAPI(cik=CIK, via_gmq=via_gmq).http_write("a", "1&2")
                    self.assertEqual((handler.code, len(gmq.seen), len(server.seen)), (code, 1, to_server))
                    for seen in gmq.seen + server.seen:
                        self.assertEqual((seen.target, seen.body), ("/onep:v1/stack/alias", b"a=1%262"))
                        self.assertEqual(seen.headers["x-exosite-cik"], CIK)

    def test_false_never_asks_the_queue(self) -> None:
        with around(lambda _: Reply(204)) as (gmq, server):
            self.assertTrue(ExositeAPI(cik=CIK, via_gmq=False).http_write("a", 1).success)
            self.assertEqual((len(gmq.seen), len(server.seen)), (0, 1))

    def test_a_url_goes_where_it_says(self) -> None:
        with around(lambda _: Reply(204)) as (gmq, server), ScriptedServer(lambda _: Reply(204)) as other:
            ExositeAPI(cik=CIK, url=other.hostport).http_write("a", 1)
            self.assertEqual((len(gmq.seen), len(server.seen), len(other.seen)), (0, 0, 1))
            with self.assertRaisesRegex(ValueError, "leave out url"):
                ExositeAPI(cik=CIK, url=other.hostport, via_gmq=True)

    def test_records_go_to_the_queue_and_reads_to_the_server(self) -> None:
        with around(lambda _: Reply(204)) as (gmq, server):
            api = ExositeAPI(cik=CIK)
            api.http_record("a", {1408088308: 1})
            api.http_read(["a"])
            api.http_read_write(["a"], {"b": 1})
            api.http_long_poll("a", 10)
            api.http_timestamp()
            self.assertEqual([seen.target for seen in gmq.seen], ["/onep:v1/stack/alias/a"])
            self.assertEqual(len(server.seen), 4)

    def test_a_queue_that_was_never_there(self) -> None:
        with ScriptedServer(lambda _: Reply(204)) as server, Gateway(server=server.address):
            self.assertTrue(ExositeAPI(cik=CIK).http_write("a", 1).success)
            self.assertEqual(ExositeAPI(cik=CIK, via_gmq=True).http_write("a", 1).code, 0)
            self.assertEqual(len(server.seen), 1)

    def test_a_queue_that_goes_away_and_comes_back(self) -> None:
        with around(lambda _: Reply(204)) as (gmq, server):
            api = ExositeAPI(cik=CIK)
            api.http_write("a", 1)
            gmq.script = lambda _: None
            self.assertTrue(api.http_write("a", 2).success)
            gmq.script = lambda _: Reply(204)
            api.http_write("a", 3)
            self.assertEqual([seen.body for seen in gmq.seen], [b"a=1", b"a=2", b"a=3"])
            self.assertEqual([seen.body for seen in server.seen], [b"a=2"])


class Door(unittest.TestCase):
    def sent(self, listen: Optional[str]) -> int:
        with ScriptedServer(lambda _: Reply(204)) as gmq, Gateway() as gateway:
            if listen is not None:
                gateway.write("gmq.cfg", f"[server]\nlisten = {listen}:{gmq.hostport.split(':')[1]}\n")
            return ExositeAPI(cik=CIK, via_gmq=True).http_write("a", 1).code

    def test_gmq_cfg_says_where(self) -> None:
        for listen, code in [("127.0.0.1", 204), ("localhost", 204), ("0.0.0.0", 204), (None, 0)]:
            with self.subTest(listen=listen):
                self.assertEqual(self.sent(listen), code)

    def test_the_socket_comes_first(self) -> None:
        with ScriptedServer(lambda _: Reply(204)) as tcp, Gateway(gmq=tcp.hostport) as gateway:
            with ScriptedServer(lambda _: Reply(204), unix_path=gateway.socket) as unix:
                self.assertTrue(ExositeAPI(cik=CIK).http_write("a", 1).success)
                self.assertEqual((len(unix.seen), len(tcp.seen)), (1, 0))

    def test_a_socket_whose_path_the_kernel_does_not_take(self) -> None:
        with ScriptedServer(lambda _: Reply(204)) as tcp, Gateway(gmq=tcp.hostport, name="x" * 100) as gateway:
            os.chdir(os.path.dirname(gateway.socket))
            self.addCleanup(os.chdir, os.path.dirname(__file__))
            with ScriptedServer(lambda _: Reply(204), unix_path="gmq.sock"):
                self.assertTrue(ExositeAPI(cik=CIK).http_write("a", 1).success)
                self.assertEqual(len(tcp.seen), 1)

    def test_a_socket_that_nobody_listens_on(self) -> None:
        with ScriptedServer(lambda _: Reply(204)) as server, Gateway(server=server.address) as gateway:
            with ScriptedServer(lambda _: Reply(204), unix_path=gateway.socket):
                pass
            self.assertTrue(ExositeAPI(cik=CIK).http_write("a", 1).success)
            self.assertEqual(len(server.seen), 1)
