import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { type Exhibit, type ExhibitClass, type Expectation, endsWith } from "../support/exhibit.ts";

function script(what: string, install: string, expected: Expectation = endsWith(7)): Exhibit {
  return { what, make: () => goodPackage({ version: "2", install }), expected };
}

/** Where the script runs over layers, it can only read what is the engine's. */
function asRoot(what: string, install: string): Exhibit {
  const supervisorConf = "[supervisord]\ncommand = /bin/true\n";
  return {
    what,
    make: () => goodPackage({ version: "2", install, supervisorConf }),
    expected: endsWith(7),
    needs: "root",
  };
}

/** The script ends well, and what it leaves behind cannot be started. */
function spoilt(what: string, install: string): Exhibit {
  const supervisorConf = "[supervisord]\ncommand = /bin/true\n";
  return {
    what,
    make: () => goodPackage({ version: "2", install, supervisorConf }),
    expected: { status: "rejected", code: "E_PACKAGE_CONTENT", state: "rolled-back", says: "supervisor.conf" },
  };
}

const STATE = '"$GWE_ROOT/var/lib/gateway-engine"';

export const DELETING: ExhibitClass = {
  name: "install.sh deletes its own package",
  exhibits: [
    script("itself", 'rm "$0"; exit 7'),
    script("its release folder, in which it stands", 'rm -rf "$GWE_RELEASE_DIR"; exit 7'),
    script("the package that it came in", `rm -rf ${STATE}/downloads; exit 7`),
    script(
      "its release folder, and puts a file there",
      'rm -rf "$GWE_RELEASE_DIR"; echo egg >"$GWE_RELEASE_DIR"; exit 7',
    ),
    script(
      "its release folder, and puts a link there that leads out",
      'rm -rf "$GWE_RELEASE_DIR"; ln -s "$GWE_ROOT-canary" "$GWE_RELEASE_DIR"; exit 7',
    ),
    script(
      "nothing, but takes every permission of its release folder away",
      'chmod -R a-rwx "$GWE_RELEASE_DIR"; exit 7',
    ),
    asRoot("everything that is the engine's, journal and all", `rm -rf ${STATE}; exit 7`),
    asRoot("the journal", `rm -f ${STATE}/journal.db*; exit 7`),
    asRoot("the release that runs", `rm -rf ${STATE}/apps/app/1; exit 7`),
    asRoot(
      "nothing, but takes every permission of the journal and the releases away",
      `cd ${STATE} && chmod -R a-rwx journal.db apps; exit 7`,
    ),
    spoilt("its supervisor.conf, and says that all is well", "rm supervisor.conf"),
    spoilt(
      "the sense of its supervisor.conf, and says that all is well",
      "printf '[program:other]\\ncommand = /bin/true\\n' >supervisor.conf",
    ),
    spoilt("its supervisor.conf, and puts a FIFO there", "rm supervisor.conf; mkfifo supervisor.conf"),
    spoilt("its supervisor.conf, and puts something endless there", "ln -sf /dev/zero supervisor.conf"),
  ],
};
