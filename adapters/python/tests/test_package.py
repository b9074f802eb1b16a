"""The module as a package: which Python it needs, which version it has."""

import ast
import glob
import json
import os
import sys
import unittest

import exo

HERE = os.path.dirname(os.path.abspath(__file__))
MODULE = os.path.join(HERE, "..", "exo")
REPOSITORY = os.path.join(HERE, "..", "..", "..")
SOURCES = sorted(glob.glob(os.path.join(MODULE, "*.py")))

STANDARD = """
    __future__ base64 configparser contextlib datetime http json logging os re
    socket ssl stat tempfile time typing urllib
""".split()


class Package(unittest.TestCase):
    def test_its_syntax_is_that_of_python_3_7(self) -> None:
        self.assertGreater(len(SOURCES), 10)
        for path in SOURCES:
            with self.subTest(path=path), open(path, encoding="utf-8") as file:
                if sys.version_info >= (3, 8):
                    ast.parse(file.read(), path, feature_version=(3, 7))
                else:
                    ast.parse(file.read(), path)

    def test_it_imports_nothing_but_the_standard_library(self) -> None:
        for path in SOURCES:
            with self.subTest(path=path), open(path, encoding="utf-8") as file:
                nodes = list(ast.walk(ast.parse(file.read(), path)))
                names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
                names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
                self.assertEqual({name.split(".")[0] for name in names} - {"exo", *STANDARD}, set())

    def test_its_version_is_that_of_the_repository(self) -> None:
        with open(os.path.join(REPOSITORY, "package.json"), encoding="utf-8") as file:
            self.assertEqual(exo.__version__, json.load(file)["version"])
