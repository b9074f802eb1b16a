/** What others on the gateway ask the running engine, and installs from the command line with and without it. */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { InstallProgress } from "@gateway-engine/protocol/local-control";
import { BROKEN_PACKAGES, goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createControlClient } from "../src/control/control-client.ts";
import { installPackages } from "../src/install-local.ts";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

const { signal } = new AbortController();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gwe-packages-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function save({ fileName, bytes }: PackageFixture): Promise<string> {
  await writeFile(join(folder, fileName), bytes);
  return fileName;
}

async function install(gateway: Gateway, ...packages: readonly string[]) {
  const progress: InstallProgress[] = [];
  const ok = await installPackages({
    environment: { PATH: process.env["PATH"] ?? "", GWE_ROOT: gateway.paths.root },
    packages,
    folder,
    debugLevel: "CRITICAL",
    signal,
    write: () => {},
    onProgress: (step) => progress.push(step),
  });
  return { ok, states: progress.flatMap((step) => (step.kind === "state" ? [step.state] : [])), progress };
}

const WHOLE_WAY = ["downloading", "verified", "staged", "installing", "switching", "probation", "committed"];

describe.each(["by the running engine", "when no engine runs"])("installing package files %s", (who) => {
  test("goes through every state, shows the output, and is in the version table", { timeout: 60_000 }, async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    if (who === "by the running engine") {
      gateway.start();
      await gateway.logged("checked in");
    }
    const good = await save(goodPackage({ name: "local", version: "3", install: "echo hello from the script" }));
    const bad = await save(BROKEN_PACKAGES["dot-dot-path"]());
    const first = await install(gateway, good);
    expect(first).toMatchObject({ ok: true, states: WHOLE_WAY });
    expect(first.progress).toContainEqual({ kind: "output", name: good, text: "hello from the script\n" });
    expect(first.progress.at(-1)).toMatchObject({ kind: "done", ok: true });
    expect(await gateway.read("etc/gateway-engine/Engine.config")).toContain('apps = [{"local":"3"}]');
    const second = await install(gateway, bad, "absent.v1.tar.gz", good);
    expect(second.ok).toBe(false);
    expect(second.progress.flatMap((step) => (step.kind === "done" ? [step.ok] : []))).toEqual([false, false, true]);
    expect(cloud.results).toEqual([]);
  });
});

describe("gwe.sock", { timeout: 60_000 }, () => {
  test("answers identity, status and journal, to its owner only", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    gateway.start();
    await gateway.logged("checked in");
    expect((await stat(gateway.paths.gweSocket)).mode & 0o777).toBe(0o600);
    const http = createHttpClient();
    const engine = createControlClient({ http, socketPath: gateway.paths.gweSocket });
    try {
      expect(await engine.identity(signal)).toEqual({ vendor: "p1", model: "p1", uuid: "gw-1", cik: cloud.cik });
      await install(gateway, await save(goodPackage()));
      const status = await engine.status(signal);
      expect(status).toMatchObject({ version: "2.0.0", activated: true, server: cloud.url, updateInterval: 3600 });
      expect(status.apps).toEqual([{ name: "app", version: "1" }]);
      expect(status.installs).toMatchObject([{ name: "app.v1.tar.gz", state: "committed" }]);
      const { transitions } = await engine.journal(0, signal);
      expect(transitions.map(({ state }) => state)).toEqual(["requested", ...WHOLE_WAY]);
      const last = transitions.at(-1)?.seq ?? 0;
      expect(await engine.journal(last, signal)).toEqual({ transitions: [] });
    } finally {
      http.close();
    }
  });

  test("is told of a refused CIK, and the engine gets another if it is refused too", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    gateway.start();
    await gateway.logged("checked in");
    const before = cloud.cik;
    cloud.revoke();
    const http = createHttpClient();
    try {
      await createControlClient({ http, socketPath: gateway.paths.gweSocket }).activate(before, signal);
    } finally {
      http.close();
    }
    await gateway.logged("activated as gw-1", 2);
    expect(cloud.cik).not.toBe(before);
  });

  test("a CIK that was refused to others by mistake is tried, and kept", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    gateway.start();
    await gateway.logged("checked in");
    const { cik } = cloud;
    const http = createHttpClient();
    try {
      const engine = createControlClient({ http, socketPath: gateway.paths.gweSocket });
      await engine.activate("0".repeat(40), signal);
      await engine.activate(cik, signal);
      await gateway.logged("checked in", 2);
      expect(await engine.identity(signal)).toMatchObject({ cik });
      await expect(engine.activate(undefined as unknown as string, signal)).rejects.toMatchObject({ code: "E_USAGE" });
    } finally {
      http.close();
    }
    expect(cloud.calls.filter(({ path }) => path.startsWith("/provision/activate"))).toHaveLength(1);
  });

  test("a second engine on the same gateway is refused, and told who runs", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    const engine = gateway.start();
    await gateway.logged("checked in");
    await using second = await Gateway.beside(gateway);
    expect(await second.run()).toBe(74);
    expect(second.log).toContain(`is in use by process ${engine.pid}`);
  });
});
