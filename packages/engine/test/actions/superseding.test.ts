/** A newer command for the same application, and an order on the gateway itself, while the cloud's download does not come on. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { expect, test } from "vitest";
import { installPackages } from "../../src/install-local.ts";
import { Cloud } from "../support/cloud.ts";
import { Gateway } from "../support/gateway.ts";

const TAKES_A_WHILE = 60_000;

function offer(cloud: Cloud, name: string, version: string): string {
  const { fileName, bytes } = goodPackage({ name, version });
  cloud.content.set(fileName, bytes);
  return fileName;
}

/** The line is dead for downloads of this package. */
function cutLineFor(cloud: Cloud, fileName: string): void {
  cloud.fault = ({ path }) => (path.includes(fileName) && !path.includes("info") ? "drop" : undefined);
}

function installHere(gateway: Gateway, path: string) {
  return installPackages({
    environment: { PATH: process.env["PATH"] ?? "", GWE_ROOT: gateway.paths.root },
    packages: [path],
    folder: "/",
    debugLevel: "CRITICAL",
    signal: new AbortController().signal,
    write: () => {},
    onProgress: () => {},
  });
}

test("a newer install calls off one whose download does not come on, at once", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  cutLineFor(cloud, offer(cloud, "app", "1"));
  offer(cloud, "app", "2");
  gateway.start();
  cloud.orderInstall("app.v1.tar.gz");
  await gateway.logged("app.v1.tar.gz: downloading");
  cloud.orderInstall("app.v2.tar.gz");
  await cloud.result(2);
  expect(cloud.results).toMatchObject([
    {
      status: "superseded",
      name: "app.v1.tar.gz",
      code: "E_SUPERSEDED",
      message: "app.v1.tar.gz was called off, since app.v2.tar.gz was ordered after it",
    },
    { status: "ok", name: "app.v2.tar.gz" },
  ]);
});

test("an uninstall calls off an install too, also after a cut in between", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  gateway.start();
  cloud.orderInstall(offer(cloud, "app", "1"));
  await cloud.result(1);
  cutLineFor(cloud, offer(cloud, "app", "2"));
  cloud.orderInstall("app.v2.tar.gz");
  await gateway.logged("app.v2.tar.gz: downloading");
  await gateway.kill();
  cloud.order("engine_fetch", '{"uninstall": [{"name": "app"}]}');
  gateway.start();
  await cloud.result(3);
  expect(cloud.results.slice(1)).toMatchObject([
    {
      status: "superseded",
      name: "app.v2.tar.gz",
      message: expect.stringContaining("uninstall app was ordered after it"),
    },
    { status: "ok", verb: "uninstall", name: "app" },
  ]);
});

test("of many orders for one application the last is in force, and each has its result", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  gateway.start();
  const versions = ["1", "2", "3", "4", "5", "6"];
  for (const version of versions) {
    cloud.orderInstall(offer(cloud, "app", version));
    await cloud.until(() => cloud.valueOf("engine_fetch") === "");
  }
  await cloud.result(versions.length);
  expect(cloud.results.map(({ name }) => name)).toEqual(versions.map((version) => `app.v${version}.tar.gz`));
  for (const { status } of cloud.results.slice(0, -1)) expect(["ok", "superseded"]).toContain(status);
  expect(cloud.results.at(-1)).toMatchObject({ status: "ok", name: "app.v6.tar.gz" });
});

test("items of one command do not call off each other", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  gateway.start();
  cloud.orderInstall(offer(cloud, "app", "1"), offer(cloud, "app", "2"));
  await cloud.result(2);
  expect(cloud.results).toMatchObject([{ status: "ok" }, { status: "ok" }]);
});

test("a package on the gateway does not wait behind a download, which goes on afterwards", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  cutLineFor(cloud, offer(cloud, "app", "1"));
  gateway.start();
  cloud.orderInstall("app.v1.tar.gz");
  await gateway.logged("app.v1.tar.gz: downloading");
  const { fileName, bytes } = goodPackage({ name: "urgent" });
  const file = join(gateway.paths.root, fileName);
  await writeFile(file, bytes);
  expect(await installHere(gateway, file)).toBe(true);
  expect(cloud.results).toEqual([]);
  cloud.fault = () => undefined;
  expect(await cloud.result()).toMatchObject({ status: "ok", name: "app.v1.tar.gz" });
});

test("nor do orders of the cloud for other applications wait behind a download that does not come on", {
  timeout: TAKES_A_WHILE,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  const slow = goodPackage({ name: "slow", others: [{ path: "bulk", content: randomBytes(1_000_000) }] });
  cloud.content.set(slow.fileName, slow.bytes);
  cloud.fault = ({ path }) => (path.includes(slow.fileName) && !path.includes("info") ? "drop-half" : undefined);
  gateway.start();
  cloud.orderInstall(slow.fileName);
  await gateway.logged("slow.v1.tar.gz: the download does not come on");
  cutLineFor(cloud, slow.fileName);
  cloud.orderInstall(offer(cloud, "other", "1"));
  expect(await cloud.result(1)).toMatchObject({ status: "ok", name: "other.v1.tar.gz" });
  cloud.order("engine_fetch", '{"uninstall": [{"name": "other"}]}');
  expect(await cloud.result(2)).toMatchObject({ status: "ok", verb: "uninstall" });
  cloud.fault = () => undefined;
  expect(await cloud.result(3)).toMatchObject({ status: "ok", name: slow.fileName });
  expect(gateway.log.split("slow.v1.tar.gz: downloading")).toHaveLength(2);
});

test("nor does it wait for a gateway that is not activated", { timeout: TAKES_A_WHILE }, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  cutLineFor(cloud, offer(cloud, "app", "1"));
  gateway.start();
  cloud.orderInstall("app.v1.tar.gz");
  await gateway.logged("app.v1.tar.gz: downloading");
  cloud.revoke();
  cloud.activationStatus = 409;
  await gateway.logged("no longer takes the CIK");
  const { fileName, bytes } = goodPackage({ name: "urgent" });
  const file = join(gateway.paths.root, fileName);
  await writeFile(file, bytes);
  expect(await installHere(gateway, file)).toBe(true);
});
