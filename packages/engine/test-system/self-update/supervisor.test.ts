/** The supervisor is replaced over the air under running programs, and comes back by itself when the new one is broken. */
import { mkdirSync, writeFileSync } from "node:fs";
import { type PackageAlteration, programPackage } from "@gateway-engine/testkit/component-packages";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, test } from "vitest";
import { InstalledGateway } from "../../test/self-update/installed-gateway.ts";

interface BrokenBuild {
  readonly what: string;
  readonly alteration: PackageAlteration;
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

const BROKEN: readonly BrokenBuild[] = [
  {
    what: "cannot be loaded",
    alteration: {
      package: "supervisor",
      text: "const report = takeBackgroundReport();",
      instead: "throw new Error();",
    },
    reason: "it cannot even say which version it is",
  },
  {
    what: "crashes at once",
    alteration: { package: "supervisor", text: "const settled = settle(first.daemon);", instead: "process.abort();" },
    reason: "it ended before it was trusted",
  },
  {
    what: "never answers",
    alteration: { package: "supervisor", text: "await servers.open();", instead: "await new Promise(() => {});" },
    manifest: { time_limit: 3 },
    reason: "it did not report within 3 s that all is well",
  },
];

/** It ends what it finds, and starts it anew. */
const RUTHLESS: PackageAlteration = {
  package: "supervisor",
  text: "const plan = found.kind",
  instead: 'const plan = { kind: "stop", thenStart: true, why: "broken" }; const other = found.kind',
};

describe.concurrent("the supervisor", { timeout: 120_000 }, () => {
  test("is replaced, and every program goes on", async ({ expect }) => {
    using builds = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start();
    const before = await gateway.programs();
    gateway.order(programPackage({ program: "supervisor", version: "2.0.5", folder: builds.path }));
    expect(await gateway.cloud.result()).toMatchObject({ status: "ok", state: "committed" });
    expect((await gateway.daemon()).version).toBe("2.0.5");
    expect(pidsOf(await gateway.programs())).toEqual(pidsOf(before));
  });

  test.for(BROKEN)("is itself again when the new one $what", async (build, { expect }) => {
    using builds = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start();
    const before = await gateway.programs();
    gateway.order(
      programPackage({
        program: "supervisor",
        version: "2.0.5",
        folder: builds.path,
        alterations: [build.alteration],
        manifest: build.manifest ?? {},
      }),
    );
    expect(await gateway.cloud.result()).toMatchObject({
      status: "failed",
      state: "rolled-back",
      code: "E_SELF_UPDATE",
      message: expect.stringContaining(build.reason),
    });
    expect((await gateway.daemon()).version).toBe("2.0.0");
    expect(pidsOf(await gateway.programs())).toEqual(pidsOf(before));
  });

  test("is itself again when the new one starts the programs anew", async ({ expect }) => {
    using builds = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start();
    gateway.order(
      programPackage({ program: "supervisor", version: "2.0.5", folder: builds.path, alterations: [RUTHLESS] }),
    );
    expect(await gateway.cloud.result()).toMatchObject({
      status: "failed",
      state: "rolled-back",
      message: expect.stringContaining("it has not kept "),
    });
    expect((await gateway.daemon()).version).toBe("2.0.0");
  });

  test("of others is left alone, and the package is refused", async ({ expect }) => {
    using builds = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start({ launcherIn: originalSupervisor });
    const before = await gateway.program("steady");
    gateway.order(programPackage({ program: "supervisor", version: "2.0.5", folder: builds.path }));
    expect(await gateway.cloud.result()).toMatchObject({
      status: "failed",
      code: "E_COMPONENT",
      message: expect.stringContaining("the supervisor of this gateway is another program than ours"),
    });
    expect(await gateway.program("steady")).toMatchObject({ pid: before?.pid, start: before?.start });
  });
});

function pidsOf(programs: Awaited<ReturnType<InstalledGateway["programs"]>>): unknown {
  return programs.map(({ name, pid }) => ({ name, pid }));
}

/** Debian's package `supervisor`. */
function originalSupervisor(root: string): string {
  const configuration = `${root}/original.conf`;
  writeFileSync(
    configuration,
    `[unix_http_server]
file = ${root}/run/supervisord.sock
[supervisord]
logfile = ${root}/var/log/supervisord.log
pidfile = ${root}/run/supervisord.pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[include]
files = ${root}/etc/supervisor/conf.d/*.conf
`,
  );
  for (const folder of ["run", "var/log"]) mkdirSync(`${root}/${folder}`, { recursive: true });
  const launcher = `${root}/original`;
  writeFileSync(launcher, `#!/bin/sh\nexec /usr/bin/supervisord -c ${configuration} "$@"\n`, { mode: 0o755 });
  return launcher;
}
