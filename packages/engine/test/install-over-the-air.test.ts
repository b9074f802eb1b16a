/** The whole way of a command, with the engine as a real process and a server that remembers. */

import {
  BROKEN_PACKAGES,
  type BrokenPackage,
  goodPackage,
  longRunningPackage,
} from "@gateway-engine/testkit/package-fixtures";
import { describe, expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

const TAKES_A_WHILE = 60_000;

describe("a command in engine_fetch", { timeout: TAKES_A_WHILE }, () => {
  test("installs the package, starts nothing without a supervisor, says so, and reports what the script printed", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    const { fileName, bytes } = longRunningPackage({
      name: "counter",
      version: "7",
      install: 'echo "$GWE_APP_NAME $GWE_APP_VERSION in $GWE_ROOT"; pwd; cp install.sh "$GWE_DATA_DIR/"',
    });
    cloud.content.set(fileName, bytes);
    cloud.orderInstall(fileName);
    gateway.start();
    const result = await cloud.result();
    expect(result).toMatchObject({ status: "ok", name: fileName, state: "committed" });
    expect(result.message).toContain("no supervisor answers, it will run when one is started");
    expect(result.info).toContain(`counter 7 in ${gateway.paths.root}`);
    expect(result.info).toContain(`${gateway.paths.appsDir}/counter/7`);
    expect(result.test?.every((line) => line.startsWith("[PASS]"))).toBe(true);
    expect(cloud.valueOf("engine_fetch")).toBe("");
    expect(await gateway.read("etc/supervisor/conf.d/counter.conf")).toContain("[program:counter]");
    expect(await gateway.read("etc/gateway-engine/Engine.config")).toContain('apps = [{"counter":"7"}]');
    expect(await gateway.read("var/lib/gateway-engine/data/counter/install.sh")).toContain("#!/bin/sh");
  });

  test("arrives by long poll between two check-ins, also when one came before", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    for (const version of ["1", "2"]) {
      const { fileName, bytes } = goodPackage({ version });
      cloud.content.set(fileName, bytes);
    }
    gateway.start();
    await gateway.logged("checked in");
    cloud.orderInstall("app.v1.tar.gz");
    expect(await cloud.result(1)).toMatchObject({ status: "ok", name: "app.v1.tar.gz" });
    cloud.orderInstall("app.v2.tar.gz");
    expect(await cloud.result(2)).toMatchObject({ status: "ok", name: "app.v2.tar.gz" });
  });

  test("is found at the next check-in where the server does not hold long polls", async () => {
    await using cloud = await Cloud.start();
    cloud.holdsLongPolls = false;
    await using gateway = await Gateway.make({ server: cloud.url, updateInterval: 1.5 });
    const { fileName, bytes } = goodPackage();
    cloud.content.set(fileName, bytes);
    gateway.start();
    await gateway.logged("checked in");
    cloud.orderInstall(fileName);
    expect(await cloud.result()).toMatchObject({ status: "ok" });
  });

  test("names several packages: each is installed, in order, and one that fails does not stop the next", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    const bad = goodPackage({ name: "bad", install: "exit 3" });
    const good = goodPackage({ name: "good" });
    cloud.content.set(bad.fileName, bad.bytes);
    cloud.content.set(good.fileName, good.bytes);
    cloud.orderInstall(bad.fileName, "absent.v1.tar.gz", good.fileName);
    gateway.start();
    await cloud.result(3);
    expect(cloud.results.map(({ name, status, code }) => ({ name, status, code }))).toEqual([
      { name: bad.fileName, status: "failed", code: "E_INSTALL_SCRIPT" },
      { name: "absent.v1.tar.gz", status: "failed", code: "E_CONTENT_MISSING" },
      { name: good.fileName, status: "ok", code: undefined },
    ]);
  });
});

describe("what cannot be installed ends in fetch_status, and the loop goes on", { timeout: TAKES_A_WHILE }, () => {
  const cases: readonly { what: string; command: string; says: string }[] = [
    { what: "JSON that is not JSON", command: '{"install": [', says: "not JSON" },
    { what: "a name that breaks the rule", command: '{"install": [{"name": "my app.tar.gz"}]}', says: "white space" },
    { what: "a verb of a later release", command: '{"dance": true}', says: 'not "dance"' },
    { what: "one item of several", command: '{"stop": [{"name": "a"}, {}]}', says: "stop[1].name" },
    { what: "no list", command: '{"install": "app.v1.tar.gz"}', says: "must be a list" },
  ];

  test("commands", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    gateway.start();
    await gateway.logged("checked in");
    for (const [index, { command, says }] of cases.entries()) {
      cloud.order("engine_fetch", command);
      const result = await cloud.result(index + 1);
      expect(result.status).toBe("rejected");
      expect(result.message).toContain(says);
      expect(cloud.valueOf("engine_fetch")).toBe("");
    }
    await expectLoopGoesOn(cloud, cases.length);
  });

  const packages: readonly (readonly [BrokenPackage, string])[] = [
    ["no-installer", "E_PACKAGE_CONTENT"],
    ["no-x-bit", "E_PACKAGE_CONTENT"],
    ["not-gzip", "E_PACKAGE_FORMAT"],
    ["truncated-gzip", "E_PACKAGE_FORMAT"],
    ["truncated-tar", "E_PACKAGE_FORMAT"],
    ["huge", "E_PACKAGE_LIMIT"],
    ["dot-dot-path", "E_PACKAGE_CONTENT"],
    ["symlink-out", "E_PACKAGE_CONTENT"],
    ["hard-link-out", "E_PACKAGE_CONTENT"],
    ["name-breaks-rule", "E_PACKAGE_NAME"],
  ];

  test("packages", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    gateway.start();
    for (const [index, [broken, code]] of packages.entries()) {
      const { fileName, bytes } = BROKEN_PACKAGES[broken]();
      cloud.content.set(fileName, bytes);
      cloud.orderInstall(fileName);
      const result = await cloud.result(index + 1);
      expect({ broken, ...result }).toMatchObject({ broken, code, status: "rejected", state: "failed" });
      expect(result.message).not.toBe("");
    }
    expect(await gateway.read("var/lib/gateway-engine/apps/app/1/install.sh")).toBe("");
    await expectLoopGoesOn(cloud, packages.length);
  });

  test("a script that hangs, fails or prints too much", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url, environment: { GWE_INSTALL_TIMEOUT: "1" } });
    const scripts = {
      hangs: "echo begun; sleep 1000",
      fails: "echo no such device >&2; exit 7",
      prints: 'i=0; while [ $i -lt 5000 ]; do echo "line $i of the long output"; i=$((i+1)); done; exit 1',
    };
    for (const [name, install] of Object.entries(scripts)) {
      const { fileName, bytes } = longRunningPackage({ name, install });
      cloud.content.set(fileName, bytes);
    }
    cloud.orderInstall("hangs.v1.tar.gz", "fails.v1.tar.gz", "prints.v1.tar.gz");
    gateway.start();
    await cloud.result(3);
    const [hangs, fails, prints] = cloud.results;
    expect(hangs).toMatchObject({ status: "failed", code: "E_INSTALL_TIMEOUT", info: "begun\n" });
    expect(fails).toMatchObject({ status: "failed", code: "E_INSTALL_SCRIPT", info: "no such device\n" });
    expect(fails?.message).toContain("exit status 7");
    expect(prints?.info).toMatch(/^\[the first \d+ bytes of the output are left out\]\n/);
    expect(prints?.info?.length).toBeLessThan(40_000);
    expect(prints?.info).toContain("line 4999");
    expect(await gateway.read("etc/supervisor/conf.d/fails.conf")).toBe("");
    await expectLoopGoesOn(cloud, 3);
  });

  test("a version that fails leaves the one before in force, with its file as it was", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    const first = longRunningPackage({ version: "1" });
    const second = longRunningPackage({ version: "2", install: "exit 1" });
    cloud.content.set(first.fileName, first.bytes);
    cloud.content.set(second.fileName, second.bytes);
    gateway.start();
    cloud.orderInstall(first.fileName);
    await cloud.result(1);
    const conf = await gateway.read("etc/supervisor/conf.d/app.conf");
    cloud.orderInstall(second.fileName);
    expect(await cloud.result(2)).toMatchObject({ status: "failed", state: "rolled-back" });
    expect(await gateway.read("etc/supervisor/conf.d/app.conf")).toBe(conf);
    expect(await gateway.read("etc/gateway-engine/Engine.config")).toContain('apps = [{"app":"1"}]');
    expect(await gateway.read("var/lib/gateway-engine/apps/app/1/install.sh")).not.toBe("");
    expect(await gateway.read("var/lib/gateway-engine/apps/app/2/install.sh")).toBe("");
  });
});

async function expectLoopGoesOn(cloud: Cloud, results: number): Promise<void> {
  const { fileName, bytes } = goodPackage({ name: "after" });
  cloud.content.set(fileName, bytes);
  cloud.orderInstall(fileName);
  expect(await cloud.result(results + 1)).toMatchObject({ status: "ok", name: fileName });
}
