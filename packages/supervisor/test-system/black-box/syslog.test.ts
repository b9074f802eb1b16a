/** Output that goes to syslog: what listens at /dev/log gets it. */
import { resolve } from "node:path";
import { type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import { afterAll, beforeAll } from "vitest";
import { Daemon } from "./daemon.ts";
import { onBothDaemons } from "./suite.ts";

let syslog: LaunchedProgram;

beforeAll(async () => {
  syslog = launchProgram("/usr/bin/python3", [resolve(import.meta.dirname, "syslog-catcher.py")]);
  await syslog.printed(/listening/);
});

afterAll(async () => {
  await syslog.end("SIGTERM");
});

onBothDaemons("syslog", ({ kind, spec }) => {
  for (const section of ["program", "fcgi-program"] as const) {
    spec(
      `gets what a ${section} says, line by line, where that is switched on`,
      [`option ${section} stdout_syslog`, `option ${section} stderr_syslog`],
      async () => {
        const name = `${section}-${kind.name}`;
        await using _daemon = await Daemon.start(kind, {
          programs: `[${section}:${name}]
command=/bin/sh -c "echo loud; echo sharp >&2; exec sleep infinity"
${section === "program" ? "" : "socket=unix://$HERE/x.fcgi"}
stdout_syslog=true
stderr_syslog=true
startsecs=0`,
        });
        await syslog.printed(new RegExp(`${name} loud\\n`));
        await syslog.printed(new RegExp(`${name} sharp\\n`));
      },
    );
  }
});
