import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { type Exhibit, type ExhibitClass, type Expectation, endsWith } from "../support/exhibit.ts";

/** Given up, since the engine did not survive it. */
const GIVEN_UP: Expectation = {
  status: "interrupted",
  code: "E_INSTALL_INTERRUPTED",
  state: "rolled-back",
  says: "the engine ended 3 times while its script ran",
};

/** Kills every engine of this gateway, and of no other that runs on this machine. */
const KILL_ENGINES = `#!/bin/sh
for process in /proc/[0-9]*; do
  tr '\\0' '\\n' <"$process/environ" 2>/dev/null | grep -qx "GWE_ROOT=$GWE_ROOT" || continue
  grep -q 'cli/dist/main.js' "$process/cmdline" && kill -KILL "\${process#/proc/}"
done
`;

function killer(what: string, install: string, expected: Expectation): Exhibit {
  const others = [{ path: "kill-engines", mode: 0o755, content: KILL_ENGINES }];
  const make = () => goodPackage({ version: "2", install, supervisorConf: PROGRAM, others });
  return { what, make, expected, needs: "time" };
}

const PROGRAM = "[supervisord]\ncommand = /bin/sleep 100000\n";

/** Once: the second run finds the mark of the first. */
const ONCE = "[ -e again ] && exit 7; touch again";

export const KILLING: ExhibitClass = {
  name: "install.sh kills the engine",
  exhibits: [
    killer("its parent, each time that it runs", "kill -9 $PPID; sleep 1000", GIVEN_UP),
    killer("every process of the engine, each time that it runs", "./kill-engines; sleep 1000", GIVEN_UP),
    killer("in a friendly way, each time that it runs", "kill $PPID; sleep 1000", GIVEN_UP),
    killer("once, and fails the second time", `${ONCE}; kill -9 $PPID; sleep 1000`, endsWith(7)),
    killer("once, from a process that has left its group", `${ONCE}; setsid ./kill-engines & sleep 1000`, endsWith(7)),
    {
      ...killer("once, and may run only once", "kill -9 $PPID; sleep 1000", {
        status: "interrupted",
        code: "E_INSTALL_INTERRUPTED",
        state: "rolled-back",
        says: "it runs at most once, so it is not run again",
      }),
      make: () => goodPackage({ version: "2", install: "kill -9 $PPID; sleep 1000" }),
    },
    {
      what: "not the engine, but its own group",
      make: () => goodPackage({ version: "2", install: "kill -9 0" }),
      expected: { status: "failed", code: "E_INSTALL_SCRIPT", state: "rolled-back", says: "it was ended by SIGKILL" },
    },
  ],
};
