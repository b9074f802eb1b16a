import { BugError } from "@gateway-engine/core/errors";
import type { DeploymentStatus } from "@gateway-engine/protocol/reports";
import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { expect, onTestFinished, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

async function gatewayAndCloud() {
  const cloud = await Cloud.start();
  onTestFinished(() => cloud[Symbol.asyncDispose]());
  const gateway = await Gateway.make({ server: cloud.url });
  onTestFinished(() => gateway[Symbol.asyncDispose]());
  return { cloud, gateway };
}

function statuses(cloud: Cloud): readonly DeploymentStatus[] {
  return cloud.writes
    .filter(({ alias }) => alias === "deployment_status")
    .map(({ value }) => JSON.parse(value) as DeploymentStatus);
}

function last(cloud: Cloud): DeploymentStatus {
  const status = statuses(cloud).at(-1);
  if (status === undefined) throw new BugError("E_BUG", { problem: "nothing was written" });
  return status;
}

const ended = (cloud: Cloud) => statuses(cloud).some(({ state }) => state === "committed");

test("an install that the cloud orders is told state by state, with its deployment", async () => {
  const { cloud, gateway } = await gatewayAndCloud();
  const { fileName, bytes } = goodPackage();
  cloud.content.set(fileName, bytes);
  cloud.order("engine_fetch", JSON.stringify({ install: [{ name: fileName, deployment: "d1" }] }));
  gateway.start();
  await cloud.until(() => ended(cloud));
  const told = statuses(cloud);
  expect(told[0]).toMatchObject({ name: fileName, deployment: "d1" });
  expect(last(cloud)).toMatchObject({ state: "committed", message: "it has no program to start" });
  expect(new Set(told.map(({ install }) => install)).size).toBe(1);
  expect(told.map(({ at }) => at)).toEqual(told.map(({ at }) => at).toSorted((one, other) => one - other));
});

test("a server without the alias is asked once, and the installs go on", async () => {
  const { cloud, gateway } = await gatewayAndCloud();
  cloud.fault = ({ body }) => (body.startsWith("deployment_status=") ? 404 : undefined);
  for (const name of ["one", "two"]) {
    const { bytes } = goodPackage();
    cloud.content.set(`${name}.v1.tar.gz`, bytes);
  }
  cloud.orderInstall("one.v1.tar.gz", "two.v1.tar.gz");
  gateway.start();
  await cloud.result(2);
  await gateway.logged("the server does not take deployment_status");
  const asked = cloud.calls.filter(({ body }) => body.startsWith("deployment_status="));
  expect(asked).toHaveLength(1);
  expect(cloud.results.map(({ status }) => status)).toEqual(["ok", "ok"]);
});

test("installs do not wait for it, and of what came to pass meanwhile only the latest is sent", async () => {
  const { cloud, gateway } = await gatewayAndCloud();
  const { fileName, bytes } = goodPackage();
  cloud.content.set(fileName, bytes);
  let away = true;
  cloud.fault = ({ body }) => (away && body.startsWith("deployment_status=") ? "drop" : undefined);
  cloud.orderInstall(fileName);
  gateway.start();
  await cloud.result();
  away = false;
  await cloud.until(() => ended(cloud));
  expect(statuses(cloud).map(({ state }) => state)).toEqual(["committed"]);
});

test("an end that could not be told before the engine was killed is told by the next one", async () => {
  const { cloud, gateway } = await gatewayAndCloud();
  const { fileName, bytes } = goodPackage();
  cloud.content.set(fileName, bytes);
  let away = true;
  cloud.fault = ({ body }) => (away && body.startsWith("deployment_status=") ? "drop" : undefined);
  cloud.orderInstall(fileName);
  gateway.start();
  await cloud.result();
  await gateway.kill();
  expect(statuses(cloud)).toEqual([]);
  away = false;
  gateway.start();
  await cloud.until(() => ended(cloud));
  expect(statuses(cloud)).toHaveLength(1);
});
