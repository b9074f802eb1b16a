import random
import unittest
from datetime import datetime, timedelta, timezone

from exo.form import decode_form, encode_form, to_bytes
from exo.points import encode_points


class Form(unittest.TestCase):
    def test_what_has_a_meaning_in_a_body_is_escaped(self) -> None:
        for value, wire in [
            ("a&b", b"x=a%26b"),
            ("a=b", b"x=a%3Db"),
            ("1+1", b"x=1%2B1"),
            ("100%", b"x=100%25"),
            ("a b", b"x=a+b"),
            ("\n\0", b"x=%0A%00"),
            ("°C", b"x=%C2%B0C"),
            (b"\xff\xfe", b"x=%FF%FE"),
        ]:
            with self.subTest(value=value):
                self.assertEqual(encode_form([("x", value)]), wire)

    def test_any_bytes_come_back_as_they_went(self) -> None:
        generator = random.Random(7)
        for _ in range(200):
            value = bytes(generator.randrange(256) for _ in range(generator.randrange(40)))
            alias = "".join(chr(generator.choice([38, 61, 43, 37, 65, 0xB0, 0x1F600])) for _ in range(4))
            self.assertEqual(decode_form(encode_form([(alias, value), ("b", "2")])), [(alias, value), ("b", b"2")])

    def test_a_percent_that_begins_no_escape_stands_for_itself(self) -> None:
        self.assertEqual(decode_form(b"a=50%&b=%zz&c=%4"), [("a", b"50%"), ("b", b"%zz"), ("c", b"%4")])

    def test_order_and_repeats_are_kept(self) -> None:
        self.assertEqual(decode_form(b"b=1&a=2&b=3&&c"), [("b", b"1"), ("a", b"2"), ("b", b"3"), ("c", b"")])

    def test_values_of_python(self) -> None:
        for value, wire in [
            (21.5, b"21.5"),
            (True, b"True"),
            ({"a": [1, None]}, b'{"a": [1, null]}'),
            ("\udcff", b"\xff"),
        ]:
            with self.subTest(value=value):
                self.assertEqual(to_bytes(value), wire)

    def test_none_is_a_mistake_and_not_a_value(self) -> None:
        with self.assertRaisesRegex(TypeError, "None cannot be written"):
            to_bytes(None)


class Points(unittest.TestCase):
    def test_times_are_written_without_an_exponent(self) -> None:
        noon = datetime(2014, 8, 15, 7, 38, 28, 250000, timezone.utc)
        for time, wire in [
            (1408088308, b"1408088308=v"),
            (1408088308.25, b"1408088308.25=v"),
            (1408088308.0, b"1408088308=v"),
            (-60, b"-60=v"),
            (1e-5, b"0.00001=v"),
            ("1408088308.123456", b"1408088308.123456=v"),
            (noon, b"1408088308.25=v"),
            (noon.astimezone(timezone(timedelta(hours=2))), b"1408088308.25=v"),
        ]:
            with self.subTest(time=time):
                self.assertEqual(encode_points([(time, "v")]), wire)

    def test_a_mapping_or_pairs(self) -> None:
        self.assertEqual(encode_points({1: "a", 2: "b"}), encode_points([(1, "a"), (2, "b")]))
