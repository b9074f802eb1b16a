/** The queue and the runtime are replaced over the air, and put back when they do not work. */
import { programPackage, runtimePackage } from "@gateway-engine/testkit/component-packages";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, test } from "vitest";
import { InstalledGateway } from "../../test/self-update/installed-gateway.ts";

const NODE = process.execPath;

describe.concurrent("the queue", { timeout: 90_000 }, () => {
  test("is replaced while the engine goes on", async ({ expect }) => {
    using builds = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start();
    const before = await gateway.program("gwe");
    gateway.order(programPackage({ program: "gmq", version: "2.0.7", folder: builds.path }));
    expect(await gateway.cloud.result()).toMatchObject({ status: "ok", message: expect.stringContaining("2.0.7") });
    expect(await gateway.log("gmq")).toContain("gmq 2.0.7 takes data at");
    expect(await gateway.program("gwe")).toMatchObject({ pid: before?.pid });
  });

  test("is put back when the new one does not answer", async ({ expect }) => {
    using builds = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start();
    const broken = {
      package: "gmq",
      text: "async function main() {",
      instead: "async function main() { throw new Error('broken');",
    };
    const build = { program: "gmq", version: "2.0.7", folder: builds.path, alterations: [broken] } as const;
    gateway.order(programPackage({ ...build, manifest: { time_limit: 3 } }));
    const result = await gateway.cloud.result();
    expect(result).toMatchObject({ status: "failed", state: "rolled-back", code: "E_SELF_UPDATE" });
    expect(result.log?.join("\n")).toContain("broken");
    await gateway.until(async () => (await gateway.program("gmq"))?.statename === "RUNNING");
    expect(await gateway.log("gmq")).not.toContain("gmq 2.0.7 takes");
  });
});

describe.concurrent("the runtime", { timeout: 90_000 }, () => {
  test("is replaced under the engine and the queue", async ({ expect }) => {
    await using gateway = await InstalledGateway.start();
    const before = await gateway.program("gmq");
    gateway.order(runtimePackage("24.99.0", `#!/bin/sh\nNEW_RUNTIME=yes exec ${NODE} "$@"\n`));
    expect(await gateway.cloud.result()).toMatchObject({ status: "ok", state: "committed" });
    for (const name of ["gwe", "gmq"]) expect(await gateway.environmentOf(name)).toContain("NEW_RUNTIME=yes");
    expect((await gateway.program("gmq"))?.pid).not.toBe(before?.pid);
  });

  test("is put back when it does not run on this machine", async ({ expect }) => {
    await using gateway = await InstalledGateway.start();
    gateway.order(runtimePackage("24.99.0", "#!/no/such/loader\n"));
    expect(await gateway.cloud.result()).toMatchObject({
      status: "failed",
      state: "rolled-back",
      message: expect.stringContaining("its runtime does not run on this machine"),
    });
    expect(await gateway.status()).toMatchObject({ version: "2.0.0" });
  });

  test("is put back when the queue does not run on it", async ({ expect }) => {
    await using gateway = await InstalledGateway.start();
    const script = `#!/bin/sh\ncase "$*" in *gmq.js*) exit 1 ;; esac\nNEW_RUNTIME=yes exec ${NODE} "$@"\n`;
    gateway.order(runtimePackage("24.99.0", script, { time_limit: 60 }));
    expect(await gateway.cloud.result()).toMatchObject({
      status: "failed",
      state: "rolled-back",
      message: expect.stringContaining("gmq"),
    });
    await gateway.until(async () => (await gateway.program("gmq"))?.statename === "RUNNING");
    for (const name of ["gwe", "gmq"]) expect(await gateway.environmentOf(name)).not.toContain("NEW_RUNTIME=yes");
  });
});
