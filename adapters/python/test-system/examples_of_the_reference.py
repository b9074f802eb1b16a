"""Runs the examples of docs/reference/python.md in the current folder, and compares what they print."""

import doctest
import re
import sys


def main(page: str) -> int:
    with open(page, encoding="utf-8") as file:
        # A fence would count as what the example above it prints.
        text = re.sub(r"^```.*$", "", file.read(), flags=re.MULTILINE)
    with open("device.cfg", "w") as cfg:
        cfg.write(text[text.index("cik = ''") :].split("\n\n")[0] + "\n")
    examples = doctest.DocTestParser().get_doctest(text, {}, "python.md", page, 0)
    result = doctest.DocTestRunner().run(examples)
    print(f"{result.attempted} examples, {result.failed} failed")
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
