"""For `pip install .`; copying the folder exo onto the import path does as well."""

import os
import re

from setuptools import setup

HERE = os.path.dirname(os.path.abspath(__file__))

with open(os.path.join(HERE, "exo", "version.py"), encoding="utf-8") as file:
    VERSION = re.search(r'__version__ = "(.+)"', file.read()).group(1)

with open(os.path.join(HERE, "README.md"), encoding="utf-8") as file:
    README = file.read()

setup(
    name="gateway-engine-exo",
    version=VERSION,
    description="The Device API of Exosite, Murano and gwe-fleet, for applications on a gateway",
    long_description=README,
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    packages=["exo"],
    package_data={"exo": ["py.typed"]},
    python_requires=">=3.7",
)
