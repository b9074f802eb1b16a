/** Signed packages all the way: ordered over the air or from a file, with the engine as a real process. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { describe, expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";
import { at, detached, newKey, signed, signedRoot, trust } from "./support/signing.ts";

const TAKES_A_WHILE = 60_000;
const [alice, bob] = [newKey("alice"), newKey("bob")];

function release(version: string): PackageFixture {
  return goodPackage({ version, install: `echo "${version}" >> "$GWE_DATA_DIR/ran"` });
}

/** Which versions' scripts have run, in order. */
async function ran(gateway: Gateway): Promise<readonly string[]> {
  return (await gateway.read("var/lib/gateway-engine/data/app/ran")).split("\n").filter((line) => line !== "");
}

describe("over the air", { timeout: TAKES_A_WHILE }, () => {
  test("a gateway that trusts a key takes what it signed and nothing else, and no release below a floor", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    trust(gateway.paths, { keys: [alice] });
    const beside = release("3");
    const over = { issued: at("2026-01-01T00:00:00Z"), expires: at("2026-01-02T00:00:00Z") };
    const steps: readonly { package: PackageFixture; sig?: Buffer; code?: string; says?: string }[] = [
      { package: release("1"), code: "E_SIGNATURE_MISSING" },
      { package: signed(release("1"), { by: [bob] }), code: "E_SIGNATURE_INVALID" },
      { package: signed(release("1"), { by: [alice], claims: over }), code: "E_SIGNATURE_EXPIRED" },
      { package: signed(release("1"), { by: [alice] }), says: "[PASS] signature: signed by alice, sequence 1" },
      { package: signed(release("2"), { by: [alice], claims: { sequence: 5, floor: 4 } }), says: "sequence 5" },
      { package: signed(release("1"), { by: [alice] }), code: "E_SIGNATURE_OLD" },
      { package: beside, sig: detached(beside, { by: [alice], claims: { sequence: 4 } }), says: "sequence 4" },
    ];
    gateway.start();
    for (const [index, step] of steps.entries()) {
      const { fileName, bytes } = step.package;
      cloud.content.set(fileName, bytes);
      if (step.sig !== undefined) cloud.content.set(`${fileName}.sig`, step.sig);
      cloud.orderInstall(fileName);
      const result = await cloud.result(index + 1);
      expect(result).toMatchObject(
        step.code === undefined ? { status: "ok" } : { status: "rejected", code: step.code },
      );
      expect(result.test?.join("\n") ?? "").toContain(step.says ?? "[FAIL] signature: ");
    }
    expect(await ran(gateway)).toEqual(["1", "2", "3"]);
    expect(cloud.calls.filter(({ path }) => path.includes(".sig")).length).toBeGreaterThan(0);
    expect(cloud.calls.some(({ path }) => path.includes("app.v2.tar.gz.sig"))).toBe(false);
  });

  test("a rollback does not lead below the floor, and an uninstall does not lower it", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    trust(gateway.paths, { keys: [alice] });
    const first = signed(release("1"), { by: [alice], claims: { sequence: 3 } });
    const second = signed(release("2"), { by: [alice], claims: { sequence: 5, floor: 4 } });
    for (const { fileName, bytes } of [first, second]) cloud.content.set(fileName, bytes);
    gateway.start();
    cloud.orderInstall(first.fileName, second.fileName);
    await cloud.result(2);
    const refused = { status: "rejected", code: "E_SIGNATURE_OLD" };
    cloud.order("engine_fetch", '{"rollback": [{"name": "app"}]}');
    expect(await cloud.result(3)).toMatchObject({ ...refused, verb: "rollback", state: "failed" });
    expect(await ran(gateway)).toEqual(["1", "2"]);
    cloud.order("engine_fetch", '{"uninstall": [{"name": "app", "force": true}]}');
    expect(await cloud.result(4)).toMatchObject({ status: "ok" });
    cloud.orderInstall(first.fileName);
    expect(await cloud.result(5)).toMatchObject(refused);
  });

  test("keys are rotated by a package, and the floor and the new keys outlive a power cut", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    trust(gateway.paths, { keys: [alice] });
    const toBob = signedRoot({ version: 2, keys: [bob], revoked: [alice.public.id] }, [alice, bob]);
    const claims = { sequence: 7, floor: 7 };
    const packages = [
      signed(release("1"), { by: [bob], claims, rotations: [toBob] }),
      signed(release("2"), { by: [alice], claims }),
      signed(release("3"), { by: [bob], claims: { sequence: 6 } }),
      signed(release("4"), { by: [bob], claims }),
    ];
    for (const { fileName, bytes } of packages) cloud.content.set(fileName, bytes);
    gateway.start();
    cloud.orderInstall("app.v1.tar.gz");
    expect(await cloud.result()).toMatchObject({ status: "ok" });
    await gateway.kill();
    cloud.orderInstall("app.v2.tar.gz", "app.v3.tar.gz", "app.v4.tar.gz");
    gateway.start();
    await cloud.until(() => cloud.results.some(({ name }) => name === "app.v4.tar.gz"));
    // A result may come twice when the power goes before its arrival is written down.
    const codes = new Map(cloud.results.map(({ name, code, status }) => [name, code ?? status]));
    expect([...codes]).toEqual([
      ["app.v1.tar.gz", "ok"],
      ["app.v2.tar.gz", "E_SIGNATURE_INVALID"],
      ["app.v3.tar.gz", "E_SIGNATURE_OLD"],
      ["app.v4.tar.gz", "ok"],
    ]);
    expect(cloud.results.find(({ name }) => name === "app.v2.tar.gz")?.message).toContain(
      "one that signed it is revoked",
    );
    expect(await ran(gateway)).toEqual(["1", "4"]);
  });
});

describe("from a file", { timeout: TAKES_A_WHILE }, () => {
  test("the signature may lie beside it, and require_signature asks for one before any key is trusted", async () => {
    await using gateway = await Gateway.make({ server: "http://127.0.0.1:1", engine: "require_signature = always\n" });
    const { fileName, bytes } = release("1");
    const file = join(gateway.paths.root, fileName);
    writeFileSync(file, bytes);
    const install = async () => {
      const engine = gateway.start("-I", file);
      await once(engine, "close");
      return engine.exitCode;
    };
    expect(await install()).toBe(1);
    expect(gateway.log).toContain("app.v1.tar.gz is not signed, and only signed packages are taken here");
    writeFileSync(`${file}.sig`, detached({ fileName, bytes }, { by: [alice] }));
    trust(gateway.paths, { keys: [alice] });
    expect(await install()).toBe(0);
    expect(await ran(gateway)).toEqual(["1"]);
  });
});
