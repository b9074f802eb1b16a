/** Something on the gateway removes the journal under the engine. */
import { rm } from "node:fs/promises";
import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

const EXIT_STORAGE = 74;
const TAKES_A_WHILE = 60_000;

test("a script that removes it: the order is reported, the engine ends with an error, and the next one goes on with what Engine.config knows", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  const running = gateway.run();
  for (const fixture of [
    goodPackage({ name: "kept" }),
    goodPackage({ name: "evil", install: 'rm -rf "$GWE_ROOT/var/lib/gateway-engine"' }),
    goodPackage({ name: "later" }),
  ]) {
    cloud.content.set(fixture.fileName, fixture.bytes);
  }
  cloud.orderInstall("kept.v1.tar.gz");
  expect(await cloud.result(1)).toMatchObject({ status: "ok" });
  cloud.order("engine_fetch", '{"install": [{"name": "evil.v1.tar.gz", "deployment": "d1"}]}');
  expect(await running).toBe(EXIT_STORAGE);
  expect(gateway.log).toContain("was removed or replaced while the engine ran");
  expect(cloud.results.slice(1)).toMatchObject([
    { status: "interrupted", code: "E_JOURNAL_LOST", name: "evil.v1.tar.gz", deployment: "d1" },
  ]);
  gateway.start();
  cloud.orderInstall("later.v1.tar.gz");
  expect(await cloud.result(3)).toMatchObject({ status: "ok", name: "later.v1.tar.gz" });
  const table = await gateway.read("etc/gateway-engine/Engine.config");
  expect(table).toContain('apps = [{"kept":"1"},{"later":"1"}]\n');
});

test("somebody removes it while nothing is ordered: found out at the next check-in", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url, updateInterval: 1 });
  const running = gateway.run();
  await gateway.logged("checked in");
  await rm(gateway.paths.journal);
  expect(await running).toBe(EXIT_STORAGE);
});
