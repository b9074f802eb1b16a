"""An event listener that uses the original's library: appends the name and the payload of each event to a file."""
import sys

from supervisor import childutils

with open(sys.argv[1], "a", encoding="utf-8") as diary:
    while True:
        headers, payload = childutils.listener.wait(sys.stdin, sys.stdout)
        diary.write("%s %r\n" % (headers["eventname"], payload))
        diary.flush()
        childutils.listener.ok(sys.stdout)
