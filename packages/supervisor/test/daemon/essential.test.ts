import { once } from "node:events";
import { expect, test } from "vitest";
import { superviseFolder } from "./gateway.ts";

test.each([
  { what: "its exit status", command: 'sh -c "sleep 0.3; exit 3"', more: "startsecs=0\nautorestart=false", status: 3 },
  { what: "1 for one that cannot be started", command: "/nonexistent", more: "startretries=0", status: 1 },
])("the daemon ends with an essential program, with $what", async ({ command, more, status }) => {
  const folder = superviseFolder(
    `[program:main]\ncommand=${command}\n${more}\n[program:other]\ncommand=sleep 1000\n[gateway-engine:main]\nessential=true\n`,
  );
  const daemon = await folder.start();
  if (daemon.exitCode === null) await once(daemon, "exit");
  expect(daemon.exitCode).toBe(status);
  expect(folder.read("main.log")).toContain("stopped: other (terminated by SIGTERM)");
});
