/** The verbs of engine_fetch beside install, by the real engine, with our supervisord. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import { goodPackage, longRunningPackage } from "@gateway-engine/testkit/package-fixtures";
import type { TarEntry } from "@gateway-engine/testkit/tar-writer";
import { expect, test } from "vitest";
import { JOURNAL_SCHEMA } from "../../src/journal/schema.ts";
import { Cloud } from "../support/cloud.ts";
import { Gateway } from "../support/gateway.ts";
import { Supervisord } from "../support/supervisord.ts";

const TAKES_A_WHILE = 60_000;

const CONF = "[supervisord]\ncommand = /bin/sleep 1000\nstartsecs = 0\n";

function ticker(cloud: Cloud, version: string, others: readonly TarEntry[] = []): string {
  const { fileName, bytes } = longRunningPackage({ name: "ticker", version, supervisorConf: CONF, others });
  cloud.content.set(fileName, bytes);
  return fileName;
}

function ordering(cloud: Cloud) {
  let count = cloud.results.length;
  return async (command: object): Promise<FetchStatus> => {
    cloud.order("engine_fetch", JSON.stringify(command));
    count += 1;
    return cloud.result(count);
  };
}

async function stateOf(supervisord: Supervisord): Promise<string> {
  return (await supervisord.programs()).map(({ group, statename }) => `${group} ${statename}`).join();
}

test("an application is stopped, started, restarted, and uninstalled with its data kept", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  await using supervisord = await Supervisord.start(gateway);
  gateway.start();
  const order = ordering(cloud);
  await order({ install: [{ name: ticker(cloud, "1") }] });
  const app = [{ name: "ticker", deployment: "d7" }];
  expect(await order({ stop: app })).toMatchObject({
    status: "ok",
    verb: "stop",
    name: "ticker",
    deployment: "d7",
    state: "done",
  });
  expect(await stateOf(supervisord)).toBe("ticker STOPPED");
  expect(await order({ stop: app })).toMatchObject({ status: "ok" });
  expect(await order({ start: app })).toMatchObject({ status: "ok", verb: "start" });
  const [before] = await supervisord.programs();
  expect(await order({ restart: app })).toMatchObject({ status: "ok", verb: "restart" });
  const [after] = await supervisord.programs();
  expect(after?.statename).toBe("RUNNING");
  expect(after?.pid).not.toBe(before?.pid);
  const data = join(gateway.paths.stateDir, "data/ticker");
  await mkdir(data, { recursive: true });
  await writeFile(join(data, "kept"), "precious");
  expect(await order({ uninstall: [{ name: "ticker" }] })).toMatchObject({
    status: "ok",
    message: "ticker is uninstalled, its data stays",
  });
  expect(await supervisord.programs()).toEqual([]);
  expect(await gateway.read("etc/gateway-engine/Engine.config")).toContain("apps = []");
  expect(await gateway.read("var/lib/gateway-engine/apps/ticker/1/install.sh")).toBe("");
  expect(await readFile(join(data, "kept"), "utf8")).toBe("precious");
  expect(await order({ uninstall: [{ name: "ticker" }] })).toMatchObject({
    status: "failed",
    code: "E_APP_UNKNOWN",
    message: "no application ticker is installed here; installed: nothing",
  });
  expect(await order({ install: [{ name: ticker(cloud, "1") }] })).toMatchObject({ status: "ok" });
  expect(await order({ uninstall: [{ name: "ticker", purge: true }] })).toMatchObject({ status: "ok" });
  await expect(readFile(join(data, "kept"))).rejects.toThrow("ENOENT");
});

const STUBBORN = { path: "uninstall.sh", mode: 0o755, content: "#!/bin/sh\necho no; exit 3\n" };

test("a failing uninstall.sh keeps the application running, unless it is forced", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  await using supervisord = await Supervisord.start(gateway);
  gateway.start();
  const order = ordering(cloud);
  await order({ install: [{ name: ticker(cloud, "1", [STUBBORN]) }] });
  const refused = await order({ uninstall: [{ name: "ticker" }] });
  expect(refused).toMatchObject({ status: "failed", code: "E_INSTALL_SCRIPT", info: "no\n" });
  expect(await stateOf(supervisord)).toBe("ticker RUNNING");
  expect(await order({ uninstall: [{ name: "ticker", force: true }] })).toMatchObject({ status: "ok", info: "no\n" });
  expect(await supervisord.programs()).toEqual([]);
});

test("a rollback puts the version before in force, and a second one the version after it", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  gateway.start();
  const order = ordering(cloud);
  expect(await order({ rollback: [{ name: "ticker" }] })).toMatchObject({ status: "failed", code: "E_APP_UNKNOWN" });
  await order({ install: [{ name: ticker(cloud, "1") }] });
  expect(await order({ rollback: [{ name: "ticker" }] })).toMatchObject({
    status: "failed",
    verb: "rollback",
    name: "ticker",
    code: "E_ROLLBACK",
  });
  await order({ install: [{ name: ticker(cloud, "2") }] });
  for (const version of ["1", "2"]) {
    const back = await order({ rollback: [{ name: "ticker", deployment: "d" }] });
    expect(back).toMatchObject({ status: "ok", verb: "rollback", deployment: "d", state: "committed" });
    expect(back.message).toContain(`ticker version ${version} is installed`);
  }
});

test("several verbs of one command run in order, each with a result of its own", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url, engine: "allow_run = true\n" });
  gateway.start();
  const command = {
    run: [
      { command: "echo first; exit 4" },
      { command: 'echo "$0 $PWD"', deployment: "d" },
      { command: "sleep 60", timeout: 0.2 },
    ],
    restart: [{ name: "nobody" }],
    install: [{ name: ticker(cloud, "1") }],
  };
  cloud.order("engine_fetch", JSON.stringify(command));
  await cloud.result(5);
  expect(cloud.results).toMatchObject([
    { status: "failed", verb: "run", code: "E_RUN", message: "the command ended with exit status 4", info: "first\n" },
    { status: "ok", verb: "run", deployment: "d", info: `/bin/sh ${gateway.paths.root}\n` },
    { status: "failed", verb: "run", code: "E_RUN", message: "the command did not end within 0.2 s and was stopped" },
    { status: "failed", verb: "restart", code: "E_APP_UNKNOWN" },
    { status: "ok", name: "ticker.v1.tar.gz" },
  ]);
});

test("run and reboot are refused where they are not allowed", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  gateway.start();
  const order = ordering(cloud);
  for (const command of [{ run: [{ command: "touch oops" }] }, { reboot: true }]) {
    expect(await order(command)).toMatchObject({ status: "rejected", code: "E_NOT_ALLOWED" });
  }
  await expect(readFile(join(gateway.paths.root, "oops"))).rejects.toThrow("ENOENT");
});

test("a run that is cut off is ended, not run again, and reported", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url, engine: "allow_run = true\n" });
  gateway.start();
  cloud.order("engine_fetch", JSON.stringify({ run: [{ command: "echo x >> runs; exec sleep 1000" }] }));
  while ((await gateway.read("runs")) === "") await new Promise((resolve) => setTimeout(resolve, 20));
  await gateway.kill();
  gateway.start();
  expect(await cloud.result()).toMatchObject({ status: "interrupted", verb: "run", code: "E_INSTALL_INTERRUPTED" });
  expect(await gateway.read("runs")).toBe("x\n");
});

/** A machine that is told to restart and does not, which is what a test can have. */
const REBOOT = { environment: { GWE_REBOOT_COMMAND: "echo x >> reboots" } };

async function untilReboots(gateway: Gateway, count: number): Promise<void> {
  while ((await gateway.read("reboots")) !== "x\n".repeat(count))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

test("a reboot is done once, and reported when the machine is back", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url, ...REBOOT });
  gateway.start();
  cloud.order("engine_fetch", '{"reboot": {"deployment": "d"}}');
  await untilReboots(gateway, 1);
  await gateway.kill();
  const database = openSqlite(gateway.paths.journal, JOURNAL_SCHEMA);
  database.run("UPDATE transitions SET state = json_set(state, '$.bootId', 'the boot before') WHERE kind = 'acting'");
  database.close();
  gateway.start();
  expect(await cloud.result()).toMatchObject({
    status: "ok",
    verb: "reboot",
    deployment: "d",
    message: "the machine was restarted",
  });
  await gateway.kill();
  gateway.start();
  cloud.order("engine_fetch", '{"stop": [{"name": "nobody"}]}');
  await cloud.until(() => cloud.results.some(({ verb }) => verb === "stop"));
  expect(await gateway.read("reboots")).toBe("x\n");
});

test("a reboot that does not come about is tried once more, and never again", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url, ...REBOOT });
  gateway.start();
  cloud.order("engine_fetch", '{"reboot": true}');
  for (const count of [1, 2]) {
    await untilReboots(gateway, count);
    await gateway.kill();
    gateway.start();
  }
  expect(await cloud.result()).toMatchObject({ status: "interrupted", verb: "reboot" });
  expect(await gateway.read("reboots")).toBe("x\nx\n");
});

test("a command that restarts the machine and fails is reported with what it printed", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  const environment = { GWE_REBOOT_COMMAND: "echo not today; exit 1" };
  await using gateway = await Gateway.make({ server: cloud.url, environment });
  gateway.start();
  cloud.order("engine_fetch", '{"reboot": true}');
  expect(await cloud.result()).toMatchObject({
    status: "failed",
    code: "E_REBOOT",
    message: "the machine was not restarted: the command ended with exit status 1",
    info: "not today\n",
  });
});

test("an order that a newer release has left behind is told of once, and holds nothing up", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  const database = openSqlite(gateway.paths.journal, JOURNAL_SCHEMA);
  database.run("INSERT INTO commands VALUES ('c', 'cloud', '{}', 1, 1)");
  database.run(
    "INSERT INTO installs (id, command, position, name, verb, app) VALUES ('i', 'c', 0, 'ticker', 'dance', 'ticker')",
  );
  database.run(
    "INSERT INTO installs (id, command, position, name, verb, app) VALUES ('j', 'c', 1, 'ticker', 'install', 'ticker')",
  );
  for (const [id, kind] of [
    ["i", "requested"],
    ["j", "levitating"],
  ]) {
    database.run("INSERT INTO transitions (install, kind, state, at, message) VALUES (?, ?, '{}', 1, '')", [
      id ?? "",
      kind ?? "",
    ]);
  }
  database.close();
  gateway.start();
  const { fileName, bytes } = goodPackage();
  cloud.content.set(fileName, bytes);
  cloud.orderInstall(fileName);
  expect(await cloud.result()).toMatchObject({ status: "ok", name: fileName });
  expect(gateway.log.match(/left alone, since it was written by a newer release/g)).toHaveLength(2);
});

test("what another application depends on stays, unless the uninstall is forced", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  gateway.start();
  const order = ordering(cloud);
  const manifest = { path: "gwe.json", content: JSON.stringify({ depends: { ticker: "*" } }) };
  const { fileName, bytes } = goodPackage({ name: "watcher", others: [manifest] });
  cloud.content.set(fileName, bytes);
  await order({ install: [{ name: ticker(cloud, "1") }] });
  expect(await order({ install: [{ name: fileName }] })).toMatchObject({ status: "ok" });
  expect(await order({ uninstall: [{ name: "ticker" }] })).toMatchObject({
    code: "E_DEPENDENCY",
    message: expect.stringContaining("watcher needs ticker, but that is to be uninstalled"),
  });
  expect(await order({ uninstall: [{ name: "ticker", force: true }] })).toMatchObject({ status: "ok" });
});

test("an uninstall goes on after each of many cuts, and ends", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  await using supervisord = await Supervisord.start(gateway);
  gateway.start();
  cloud.orderInstall(ticker(cloud, "1", [{ path: "uninstall.sh", mode: 0o755, content: "#!/bin/sh\nsleep 0.3\n" }]));
  await cloud.result(1);
  cloud.order("engine_fetch", '{"uninstall": [{"name": "ticker"}]}');
  await gateway.logged("uninstall ticker: acting");
  for (let life = 1; life <= 4; life += 1) {
    await new Promise((resolve) => setTimeout(resolve, life * 80));
    await gateway.kill();
    gateway.start();
    await gateway.logged("Gateway Engine 2.0.0 in", life + 1);
  }
  await cloud.until(() => cloud.results.some(({ verb }) => verb === "uninstall"));
  expect(cloud.results.at(-1)).toMatchObject({ status: "ok", verb: "uninstall" });
  expect(await supervisord.programs()).toEqual([]);
  expect(await gateway.read("var/lib/gateway-engine/apps/ticker/1/install.sh")).toBe("");
});
