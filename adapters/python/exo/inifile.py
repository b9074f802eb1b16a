"""Configuration files as the gateway's programs keep them: INI, an empty value written as two single quotes."""

from __future__ import annotations

import os
import re
import tempfile
from configparser import Error, RawConfigParser
from contextlib import suppress
from typing import Dict, List, Optional

EMPTY = "''"


class ConfigError(ValueError):
    """A configuration file says something that cannot be used. The message names the file."""


def read_text(path: str) -> str:
    """
    Raises:
        OSError: It cannot be read.
    """
    with open(path, "rb") as file:
        return file.read().decode("utf-8-sig", "surrogateescape")


def read_section(path: str, section: str) -> Dict[str, str]:
    """The options of one section, keys in lower case. Lines before the first header count as that section's.

    Raises:
        OSError: The file cannot be read.
        ConfigError: It is no INI file.
    """
    parser = RawConfigParser(allow_no_value=True, strict=False)
    try:
        parser.read_string(f"[{section}]\n{read_text(path)}", source=path)
    except Error as problem:
        raise ConfigError(str(problem)) from problem
    return {key: "" if value in (None, EMPTY) else value for key, value in parser.items(section)}


def with_value(text: str, section: str, key: str, value: str) -> str:
    """The text of a file with one option set; every other line, comments included, stays as it was.

    A file without any header gets one, since other readers want it.
    """
    lines = text.splitlines(keepends=True)
    if not any(_header(line) for line in lines):
        lines.insert(0, f"[{section}]\n")
    own = _lines_of(lines, section)
    if not own:
        lines += ["" if text.endswith("\n") else "\n", f"[{section}]\n"]
        own = [len(lines) - 1]
    if lines[-1] and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    entry = f"{key} = {value or EMPTY}\n"
    known = [index for index in own if _key(lines[index]) == key]
    if known:
        lines[known[-1] : _end_of_value(lines, known[-1])] = [entry]
    else:
        filled = [index for index in own if lines[index].strip()]
        lines.insert(filled[-1] + 1, entry)
    return "".join(lines)


def replace_file(path: str, text: str) -> None:
    """Replaces a file in one step, readable by its owner only. After a power cut it is the old or the new one.

    Raises:
        OSError: It could not be written; the old one is still there.
    """
    path = os.path.realpath(path)
    folder = os.path.dirname(path)
    descriptor, beside = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            owner = os.stat(path)
            os.chown(beside, owner.st_uid, owner.st_gid)
        os.replace(beside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise
    _sync_folder(folder)


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lines_of(lines: List[str], section: str) -> List[int]:
    """Indexes of a section's lines, its header included."""
    current: Optional[str] = None
    own = []
    for index, line in enumerate(lines):
        current = _header(line) or current
        if current == section:
            own.append(index)
    return own


def _end_of_value(lines: List[str], start: int) -> int:
    """Index behind a value: indented lines continue it, with blank lines and comments between them."""
    end = start + 1
    for index in range(end, len(lines)):
        if re.match(r"\s+[^\s;#]", lines[index]):
            end = index + 1
        elif lines[index].strip() and not re.match(r"\s*[;#]", lines[index]):
            break
    return end


def _header(line: str) -> Optional[str]:
    match = re.match(r"\[(.+)\]", line)
    return match.group(1) if match else None


def _key(line: str) -> Optional[str]:
    match = re.match(r"([^\s=:;#\[][^=:]*?)\s*(?:[=:]|$)", line)
    return match.group(1).lower() if match else None
