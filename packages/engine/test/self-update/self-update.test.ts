/** The engine replaces itself under a running supervisor; a build that does not come up is taken back. */
import { type PackageAlteration, programPackage } from "@gateway-engine/testkit/component-packages";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, test } from "vitest";
import { InstalledGateway } from "./installed-gateway.ts";

interface BrokenBuild {
  readonly what: string;
  readonly alteration: PackageAlteration;
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly reason: string;
  /** Part of what its log says. */
  readonly logged: string;
}

const ENDED_TWICE = "it ended 2 times before it reported that all is well";

const BROKEN: readonly BrokenBuild[] = [
  {
    what: "crashes at once",
    alteration: {
      package: "cli",
      text: "void main(process.argv",
      instead: "throw new Error('broken');\n(process.argv",
    },
    reason: ENDED_TWICE,
    logged: "Error: broken",
  },
  {
    what: "cannot read the journal",
    alteration: { package: "engine", text: "JOURNAL_SCHEMA, { toleratesNewer: true }", instead: "[], {}" },
    reason: ENDED_TWICE,
    logged: "journal.db was written by a newer release",
  },
  {
    what: "starts and never becomes healthy",
    alteration: { package: "engine", text: "await this.#checkIn(signal)", instead: "await new Promise(() => {})" },
    manifest: { time_limit: 3 },
    reason: "it did not report within 3 s that all is well",
    logged: "Gateway Engine 2.0.1 in",
  },
];

describe.concurrent("an engine", { timeout: 60_000 }, () => {
  test("replaces itself, and leaves every other program alone", async ({ expect }) => {
    using builds = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start();
    const before = await gateway.program("steady");
    gateway.order(programPackage({ program: "gwe", version: "2.0.1", folder: builds.path }));
    expect(await gateway.cloud.result()).toMatchObject({ status: "ok", state: "committed" });
    expect(await gateway.status()).toMatchObject({ version: "2.0.1", apps: [{ name: "gwe", version: "2.0.1" }] });
    expect(await gateway.appVersions()).toMatchObject({ gwe: "2.0.1", gmq: "2.0.0" });
    expect(await gateway.program("steady")).toMatchObject({ pid: before?.pid, start: before?.start });
  });

  test("replaces itself for somebody on the gateway, who sees it to the end, and goes back when told", async ({
    expect,
  }) => {
    using first = temporaryFolder("builds");
    using second = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start();
    for (const { version, folder } of [
      { version: "2.0.1", folder: first.path },
      { version: "2.0.2", folder: second.path },
    ]) {
      const fixture = programPackage({ program: "gwe", version, folder });
      const ends = await gateway.installFile(fixture, folder);
      expect(ends).toMatchObject([{ kind: "done", name: fixture.fileName, ok: true }]);
      expect(await gateway.status()).toMatchObject({ version });
    }
    gateway.cloud.order("engine_fetch", '{"rollback": [{"name": "gwe"}]}');
    expect(await gateway.cloud.result()).toMatchObject({ status: "ok", verb: "rollback", name: "gwe" });
    expect(await gateway.status()).toMatchObject({ version: "2.0.1" });
  });

  test.for(BROKEN)("is itself again when the new one $what, and reports that", async (build, { expect }) => {
    using builds = temporaryFolder("builds");
    await using gateway = await InstalledGateway.start();
    const before = await gateway.program("steady");
    gateway.order(
      programPackage({
        program: "gwe",
        version: "2.0.1",
        folder: builds.path,
        alterations: [build.alteration],
        manifest: build.manifest ?? {},
      }),
    );
    const result = await gateway.cloud.result();
    expect(result).toMatchObject({
      status: "failed",
      state: "rolled-back",
      code: "E_SELF_UPDATE",
      message: `gwe 2.0.1 is not kept: ${build.reason}; version 2.0.0 stays in force`,
    });
    expect(result.log?.join("\n")).toContain(build.logged);
    expect(await gateway.status()).toMatchObject({ version: "2.0.0", apps: [] });
    expect(await gateway.program("steady")).toMatchObject({ pid: before?.pid, start: before?.start });
  });
});
