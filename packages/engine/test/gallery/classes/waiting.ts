import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { type Exhibit, type ExhibitClass, type Expectation, endsWith } from "../support/exhibit.ts";

/** Ended when its time was up. */
export const TIMED_OUT: Expectation = {
  status: "failed",
  code: "E_INSTALL_TIMEOUT",
  state: "rolled-back",
  says: "did not end within",
};

function script(what: string, install: string, expected: Expectation): Exhibit {
  return { what, make: () => goodPackage({ version: "2", install }), expected };
}

function slowScript(what: string, install: string): Exhibit {
  return { ...script(what, install, TIMED_OUT), needs: "time" };
}

export const WAITING: ExhibitClass = {
  name: "install.sh waits for input",
  exhibits: [
    script("from its standard input, which is at its end", "read -r answer || exit 7", endsWith(7)),
    script("from everything on its standard input", "cat; exit 7", endsWith(7)),
    script("from the terminal, and there is none", "read -r answer </dev/tty || exit 7", endsWith(7)),
    script("with its streams closed", "exec 0<&- 1>&- 2>&-; read -r answer; exit 7", endsWith(7)),
    script("through a child that keeps the output open after it has failed", "setsid sleep 1000 & echo asked; exit 7", {
      ...endsWith(7),
      prints: "asked",
    }),
    slowScript("at a FIFO that nobody writes into", "mkfifo pipe && read -r answer <pipe"),
    slowScript("and ignores the friendly signal", "trap '' TERM; while :; do sleep 1000; done"),
    slowScript("and has stopped itself", "kill -STOP $$; exit 7"),
    slowScript("while it prints without end", "exec yes 'Continue? [y/N]'"),
    slowScript("of a program that never answers", "sleep 1000 & wait"),
  ],
};
