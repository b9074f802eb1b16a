/// <reference lib="esnext.disposable" />
/** Installs over layers with the real engine and the real supervisor: committed, rolled back, killed in the middle, uninstalled. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type GoodPackageOptions, longRunningPackage } from "@gateway-engine/testkit/package-fixtures";
import { expect, test } from "vitest";
import { snapshot } from "../../test/install/undo/snapshot.ts";
import { Cloud } from "../../test/support/cloud.ts";
import { Gateway } from "../../test/support/gateway.ts";
import { Supervisord } from "../../test/support/supervisord.ts";

const INSTALL = `
  cd "$GWE_ROOT/opt"
  echo "version $GWE_APP_VERSION" > version; rm -rf files; mkdir files; touch files/$GWE_APP_VERSION; rm -f here-before`;

/** The supervisor refuses two processes of one name. */
const REFUSED = "[supervisord]\ncommand = /bin/sleep 100000\nnumprocs = 2\n";

class Bench implements AsyncDisposable {
  readonly cloud: Cloud;
  readonly gateway: Gateway;
  #count = 0;

  static async start(): Promise<Bench> {
    const cloud = await Cloud.start();
    return new Bench(cloud, await Gateway.make({ server: cloud.url, engine: "probation = 0\n" }));
  }

  private constructor(cloud: Cloud, gateway: Gateway) {
    this.cloud = cloud;
    this.gateway = gateway;
  }

  order(options: GoodPackageOptions): void {
    const { fileName, bytes } = longRunningPackage({ install: INSTALL, ...options });
    this.cloud.content.set(fileName, bytes);
    this.cloud.orderInstall(fileName);
  }

  async install(options: GoodPackageOptions): ReturnType<Cloud["result"]> {
    this.order(options);
    this.#count += 1;
    return this.cloud.result(this.#count);
  }

  opt(): string {
    return snapshot(join(this.gateway.paths.root, "opt"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.cloud[Symbol.asyncDispose]();
  }
}

async function prepared(): Promise<Bench> {
  const bench = await Bench.start();
  const opt = join(bench.gateway.paths.root, "opt");
  mkdirSync(opt);
  writeFileSync(join(opt, "here-before"), "of somebody else");
  return bench;
}

test("a version that the supervisor refuses is taken back to the last bit, and the version before runs", async () => {
  await using bench = await prepared();
  await using supervisord = await Supervisord.start(bench.gateway);
  bench.gateway.start();
  expect(await bench.install({ version: "1" })).toMatchObject({ status: "ok" });
  const before = bench.opt();
  const result = await bench.install({ version: "2", supervisorConf: REFUSED });
  expect(result).toMatchObject({ state: "rolled-back", code: "E_SUPERVISOR_FAULT" });
  expect(result).not.toHaveProperty("not_restored");
  expect(bench.opt()).toBe(before);
  expect(await supervisord.programs()).toMatchObject([{ name: "app", statename: "RUNNING" }]);
  expect(readdirSync(bench.gateway.paths.undoDir)).toEqual(["owned"]);
});

test("a script that fails has changed nothing, and the running program was left alone", async () => {
  await using bench = await prepared();
  await using supervisord = await Supervisord.start(bench.gateway);
  bench.gateway.start();
  await bench.install({ version: "1" });
  const [before, programs] = [bench.opt(), await supervisord.programs()];
  expect(await bench.install({ version: "2", install: `${INSTALL}; exit 1` })).toMatchObject({ state: "rolled-back" });
  expect(bench.opt()).toBe(before);
  expect((await supervisord.programs()).map(({ pid }) => pid)).toEqual(programs.map(({ pid }) => pid));
});

test("an engine that is killed while the script runs begins it anew, over an empty layer", async () => {
  await using bench = await prepared();
  bench.gateway.start();
  const { root } = bench.gateway.paths;
  const before = bench.opt();
  bench.order({
    version: "1",
    install: `${INSTALL}; echo once >> count; test -e "$GWE_DATA_DIR/begun" || { touch "$GWE_DATA_DIR/begun"; sleep 60; }`,
  });
  while (!existsSync(join(root, "var/lib/gateway-engine/data/app/begun"))) await setTimeout(20);
  await bench.gateway.kill();
  expect(bench.opt()).toBe(before);
  bench.gateway.start();
  expect(await bench.cloud.result()).toMatchObject({ status: "ok" });
  expect(await bench.gateway.read("opt/count")).toBe("once\n");
});
