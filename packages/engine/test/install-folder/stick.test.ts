/** A stick with packages, and the real engine that watches its folder. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installScript } from "@gateway-engine/testkit/package-fixtures";
import { tarGz } from "@gateway-engine/testkit/tar-writer";
import { expect, onTestFinished, test } from "vitest";
import { Cloud } from "../support/cloud.ts";
import { Gateway } from "../support/gateway.ts";

test("packages of a stick are installed without the cloud, each once, in the order of their names", async () => {
  const home = await mkdtemp(join(tmpdir(), "gwe-stick-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await using cloud = await Cloud.start();
  cloud.activationStatus = 404;
  const stick = join(home, "usb/packages");
  await using gateway = await Gateway.make({ server: cloud.url, engine: `install_folder = ${stick}\n` });
  gateway.start();
  await mkdir(stick, { recursive: true });
  for (const name of ["two", "one"]) {
    const script = installScript(`echo ${name} >> "$GWE_ROOT/order"; echo '#' >> "$GWE_ROOT/${name}"`);
    await writeFile(join(stick, `${name}.v1.tar.gz`), tarGz([script]));
  }
  await gateway.logged(": committed", 2);
  expect(await gateway.read("order")).toBe("one\ntwo\n");
  await gateway.stop();
  gateway.start();
  await gateway.logged("this version is installed already", 2);
  expect(await gateway.read("order")).toBe("one\ntwo\n");
  expect(cloud.results).toEqual([]);
});
