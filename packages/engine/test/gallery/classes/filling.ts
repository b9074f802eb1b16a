import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { expect } from "vitest";
import { type Exhibit, type ExhibitClass, type Expectation, endsWith } from "../support/exhibit.ts";

const PROGRAM = "[supervisord]\ncommand = /bin/sleep 100000\n";

/** All that there is, and then whatever becomes free. */
const FILL = 'cat /dev/zero >"$1" 2>/dev/null; printf x >>"$1"';

/** Empty files, until the file system can number no more. */
const EMPTY_FILES = 'i=0; while : >"$GWE_ROOT/opt/empty-$i"; do i=$((i+1)); done 2>/dev/null';

function filler(what: string, install: string, expected: Expectation = endsWith(7)): Exhibit {
  const make = (): PackageFixture => goodPackage({ version: "2", install, supervisorConf: PROGRAM });
  return { what, make, expected, needs: "root" };
}

/** Its program cannot be put in force, and the one before goes on. */
const NO_ROOM: Expectation = { status: "failed", code: "E_UNDO", state: "rolled-back", says: "No space left" };

/** The second run, or the making of its layers, for which there may be no room any more. */
const FAILS_AGAIN: Expectation = {
  status: "failed",
  code: expect.stringMatching(/^E_(INSTALL_SCRIPT|DISK_FULL)$/),
  state: "rolled-back",
  says: "version 1 stays in force",
};

function fill(path: string): string {
  return FILL.replaceAll("$1", path);
}

export const FILLING: ExhibitClass = {
  name: "install.sh fills the disk",
  exhibits: [
    filler("in its release folder, and fails", `${fill("fat")}; exit 7`),
    filler("outside of it, and fails", `${fill("$GWE_ROOT/opt/fat")}; exit 7`),
    filler("among the packages, and fails", `${fill("$GWE_ROOT/var/lib/gateway-engine/downloads/fat")}; exit 7`),
    filler("with a file that nobody sees any more", `exec 3>fat; rm fat; cat /dev/zero >&3 2>/dev/null; exit 7`),
    filler(
      "again and again, in the background",
      `(setsid sh -c 'while :; do ${FILL.replaceAll('"$1"', "fat")}; done' &) ; sleep 2; exit 7`,
    ),
    filler("with empty files, to the last inode, and fails", `(${EMPTY_FILES}); exit 7`),
    filler("with empty files, to the last inode, and says that all is well", `(${EMPTY_FILES}); true`, NO_ROOM),
    filler(
      "and then kills the engine",
      `[ -e again ] && exit 7; : >again; ${fill("fat")}; kill -9 $PPID; sleep 1000`,
      FAILS_AGAIN,
    ),
  ],
};
