import unittest

from exo.handlers import (
    ActivationHandler,
    ContentHandler,
    Handler,
    ReadHandler,
    RecordHandler,
    TimestampHandler,
    WriteHandler,
)
from exo.transport import Answer

CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32"


def activation(answer: Answer) -> ActivationHandler:
    return ActivationHandler(answer, "acme, acme, 42")


class Texts(unittest.TestCase):
    """The texts of the original device client, its spelling included."""

    def test_each_kind_and_code(self) -> None:
        client_error = "There was an error* with the request by the client."
        server_error = "There way an error with the request on the server."
        for kind, code, content, success, body in [
            (WriteHandler, 204, b"", True, ""),
            (WriteHandler, 200, b"", True, ""),
            (WriteHandler, 401, b"x", False, "No or invalid CIK."),
            (WriteHandler, 400, b"x", False, f"Response code: 400 :: {client_error}"),
            (WriteHandler, 503, b"x", False, f"Response code: 503 :: {server_error}"),
            (WriteHandler, 0, b"timed out", False, "timed out"),
            (ReadHandler, 200, b"a=1+%26+2", True, "a=1 & 2"),
            (ReadHandler, 204, b"", True, ""),
            (ReadHandler, 304, b"", False, "Not modified"),
            (ReadHandler, 401, b"", False, "No or invalid CIK."),
            (ReadHandler, 404, b"", False, client_error),
            (ReadHandler, 500, b"", False, server_error),
            (activation, 200, CIK.encode(), True, CIK),
            (activation, 200, b"too short", False, "too short"),
            (activation, 200, b"please sign in to the network of a hotel", False, "please sign in to the network of a hotel"),
            (activation, 403, b"", False, "Received 403 from activation attempt. Device Not in 1P"),
            (activation, 404, b"", False, "Client described by acme, acme, 42 is not found on the system."),
            (activation, 409, b"", False, "Received 409 from activation attempt. Device Not Enabled"),
            (activation, 204, b"", False, "There is no CIK yet. The gateway is asking the server for one."),
            (activation, 0, b"refused", False, "Request timed out"),
            (activation, 500, b"", False, "Response code: 500 :: Something went wrong."),
        ]:
            with self.subTest(kind=kind.__name__, code=code):
                handler: Handler = kind(Answer(code, content))
                self.assertEqual((handler.success, handler.body), (success, body))

    def test_printed_as_the_original_did(self) -> None:
        self.assertEqual(repr(WriteHandler(Answer(204, b""))), "Response code: 204, Response body: '', success: True")
        self.assertEqual(
            repr(activation(Answer(409, b""))),
            "Response code: 409, Response body: 'Received 409 from activation attempt. Device Not Enabled', "
            "Activation success: False",
        )

    def test_a_printed_activation_keeps_the_secret(self) -> None:
        self.assertNotIn(CIK, repr(activation(Answer(200, CIK.encode()))))


class Parts(unittest.TestCase):
    def test_a_read_is_taken_apart_before_it_is_decoded(self) -> None:
        handler = ReadHandler(Answer(200, b"a=1%26b%3D2&b=%FF"))
        self.assertEqual(handler.values, {"a": "1&b=2", "b": "\ufffd"})
        self.assertEqual(handler.values_bytes["b"], b"\xff")

    def test_a_failed_read_has_no_values(self) -> None:
        self.assertEqual(ReadHandler(Answer(400, b"a=1")).values, {})

    def test_the_points_that_collide(self) -> None:
        handler = RecordHandler(Answer(409, b"a=1408088308,1408088309.5&b=7"))
        self.assertTrue(handler.conflict)
        self.assertEqual(handler.get_conflict_timestamps(), {"a": [1408088308.0, 1408088309.5], "b": [7.0]})
        self.assertEqual(RecordHandler(Answer(204, b"")).get_conflict_timestamps(), {})

    def test_the_time(self) -> None:
        self.assertEqual(TimestampHandler(Answer(200, b"1408088308")).timestamp, 1408088308.0)
        self.assertIsNone(TimestampHandler(Answer(200, b"<html>")).timestamp)
        self.assertIsNone(TimestampHandler(Answer(0, b"timed out")).timestamp)

    def test_the_names_of_contents(self) -> None:
        self.assertEqual(ContentHandler(Answer(200, b"a.v1.tar.gz\r\nb\n")).names, ["a.v1.tar.gz", "b"])
        self.assertEqual(ContentHandler(Answer(404, b"nothing")).names, [])
