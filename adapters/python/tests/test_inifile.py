import os
import stat
import unittest
from tempfile import TemporaryDirectory

from exo.identity import keep_cik, read_identity
from exo.inifile import ConfigError, read_section, read_text, with_value

CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32"

README = """# /usr/local/bin/temp_app.v1/temp_app.cfg
cik = ''
vendor = dubhxzv0r4e1m7vj
model = dubhxzv0r4e1m7vj
uuid = AF:14:B9:00:50:2C
"""


class IniFile(unittest.TestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "device.cfg")

    def write(self, text: str) -> str:
        with open(self.path, "w", newline="") as file:
            file.write(text)
        return self.path


class Reading(IniFile):
    def test_forms_that_say_the_same(self) -> None:
        for text in [
            README,
            f"[device]\n{README}",
            f"\ufeff[device]\r\n{README}".replace("\n", "\r\n"),
            f"[other]\ncik = x\n[device]\n{README}",
            README.replace(" = ", ":").replace("vendor", "VENDOR"),
            f"[device]\ncik\n{README}",
        ]:
            with self.subTest(text=text):
                identity = read_identity(self.write(text))
                self.assertEqual(identity[:4], ("", "dubhxzv0r4e1m7vj", "dubhxzv0r4e1m7vj", "AF:14:B9:00:50:2C"))
                self.assertEqual(identity.activation_retry_interval, 300.0)
                self.assertEqual(identity.vms, "dubhxzv0r4e1m7vj dubhxzv0r4e1m7vj AF:14:B9:00:50:2C")

    def test_a_percent_is_a_percent(self) -> None:
        self.assertEqual(read_section(self.write("[device]\nuuid = 100%(x)s\n"), "device"), {"uuid": "100%(x)s"})

    def test_what_cannot_be_used_is_named(self) -> None:
        for text, problem in [
            ("", "vendor is missing; write it as vendor = <value>"),
            ("vendor = v\nmodel = ''\nuuid = u\n", "model is missing"),
            ("vendor = v w\nmodel = m\nuuid = u\n", "vendor is 'v w', but must be one word"),
            ("vendor = v\nmodel = m\nuuid = u\n and on\n", "uuid is .*, but must be one word"),
            ("vendor = v\nmodel = m\nuuid = u\nactivation_retry_interval = soon\n", "interval is soon, but must be"),
            ("vendor = v\nmodel = m\nuuid = u\nactivation_retry_interval = -1\n", "interval is -1, but must be"),
            ("[device]\nvendor = v\n= w\n", "contains parsing errors"),
        ]:
            with self.subTest(text=text), self.assertRaisesRegex(ConfigError, problem):
                read_identity(self.write(text))

    def test_a_missing_file_is_an_oserror(self) -> None:
        with self.assertRaises(FileNotFoundError):
            read_identity(self.path)


class Changing(IniFile):
    def test_only_the_one_line_changes(self) -> None:
        for before, after in [
            (README, f"[device]\n{README}".replace("cik = ''", f"cik = {CIK}")),
            ("[device]\n; secret\ncik=old ; not a comment\nuuid = u\n", f"[device]\n; secret\ncik = {CIK}\nuuid = u\n"),
            ("[device]\nuuid = u\n\n[other]\ncik = x\n", f"[device]\nuuid = u\ncik = {CIK}\n\n[other]\ncik = x\n"),
            ("[device]\ncik = a\n  b\n\n  c\nuuid = u", f"[device]\ncik = {CIK}\nuuid = u\n"),
            ("[device]\nCIK = a\ncik = b\n", f"[device]\nCIK = a\ncik = {CIK}\n"),
            ("[other]\nx = 1", f"[other]\nx = 1\n[device]\ncik = {CIK}\n"),
            ("", f"[device]\ncik = {CIK}\n"),
        ]:
            with self.subTest(before=before):
                self.assertEqual(with_value(before, "device", "cik", CIK), after)

    def test_a_kept_cik_is_read_again_and_the_file_is_the_owners_alone(self) -> None:
        os.chmod(self.write(README), 0o644)
        keep_cik(self.path, CIK)
        self.assertEqual(read_identity(self.path).cik, CIK)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["device.cfg"])

    def test_a_link_stays_a_link(self) -> None:
        link = f"{self.write(README)}.link"
        os.symlink(self.path, link)
        keep_cik(link, CIK)
        self.assertTrue(os.path.islink(link))
        self.assertIn(CIK, read_text(self.path))

    def test_bytes_that_are_no_utf8_stay_as_they_are(self) -> None:
        with open(self.path, "wb") as file:
            file.write(b"# caf\xe9\n" + README.encode())
        keep_cik(self.path, CIK)
        with open(self.path, "rb") as file:
            self.assertIn(b"# caf\xe9\n", file.read())
