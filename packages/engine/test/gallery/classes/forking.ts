import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { type Exhibit, type ExhibitClass, type Expectation, endsWith } from "../support/exhibit.ts";
import { TIMED_OUT } from "./waiting.ts";

/** Should the engine not win, the machine does: never more than 500 processes, and none once the release folder is gone. */
const BOUNDS = `#!/bin/sh
[ -e "$0" ] || exit
set -- /proc/[0-9]*
while [ $# -gt 500 ]; do sleep 0.1; set -- /proc/[0-9]*; done
`;

function forker(what: string, install: string, program: string, expected: Expectation = endsWith(7)): Exhibit {
  return {
    what,
    needs: "time",
    expected,
    make: () =>
      goodPackage({
        version: "2",
        install,
        supervisorConf: "[supervisord]\ncommand = /bin/sleep 100000\n",
        others: [{ path: "fork", mode: 0o755, content: `${BOUNDS}${program}\n` }],
      }),
  };
}

export const FORKING: ExhibitClass = {
  name: "install.sh forks for ever",
  exhibits: [
    forker("twice from each, in its own group", "./fork & sleep 1; exit 7", '"$0" & "$0" & exec sleep 1000'),
    forker(
      "twice from each, in a session of its own",
      "setsid ./fork & sleep 1; exit 7",
      'setsid "$0" & setsid "$0" & exec sleep 1000',
    ),
    forker("from one to the next", "setsid ./fork & sleep 1; exit 7", 'setsid "$0" &'),
    forker(
      "from one to the next, without a signal that it heeds",
      "setsid ./fork & sleep 1; exit 7",
      'trap "" TERM HUP INT; setsid "$0" &',
    ),
    forker("while it is waited for", "setsid ./fork & wait; sleep 1000", 'setsid "$0" & setsid "$0" & wait', TIMED_OUT),
    forker(
      "no more than two hundred, which sleep with all streams closed",
      "for i in $(seq 200); do setsid ./fork & done; exit 7",
      "exec <&- >&- 2>&- sleep 1000",
    ),
    forker("a daemon in the way of daemons", "./fork; exit 7", "(setsid sleep 1000 >/dev/null 2>&1 &) &"),
    {
      ...forker(
        "a daemon that has shed its environment",
        'env -i setsid sh -c "sleep 1000; : $GWE_ROOT" & exit 7',
        "true",
      ),
      needs: "root",
    },
  ],
};
