import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestGateway } from "./run-gwe.ts";

let gateway: TestGateway;
beforeEach(() => {
  gateway = new TestGateway();
});
afterEach(() => gateway.remove());

function put({ fileName, bytes }: PackageFixture): string {
  writeFileSync(join(gateway.folder, fileName), bytes);
  return fileName;
}

const greeter = () => put(goodPackage({ name: "greeter", install: "echo hello from install.sh" }));
const breaker = () => put(goodPackage({ name: "breaker", install: "echo about to fail; exit 4" }));

/** Nobody listens on port 1: a gateway without a line. */
const configured = () => gateway.gwe("-P", "pid", "-u", "sn", "--server", "http://127.0.0.1:1");

describe("--install-apps without a running engine", () => {
  test("says of each package how it went, and keeps what was installed", async () => {
    const ran = await gateway.gwe("-I", greeter());
    expect(ran).toMatchObject({ status: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^greeter\.v1\.tar\.gz: .*installed.*\n$/);
    expect((await gateway.gwe("-e")).stdout).toContain('apps = [{"greeter":"1"}]\n');
  });

  test("shows everything with the README's --set-debug-level DEBUG, and does not keep the level", async () => {
    const ran = await gateway.gwe("--set-debug-level", "DEBUG", "--install-apps", greeter());
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain("hello from install.sh\n");
    expect((await gateway.gwe("-e")).stdout).toContain("debug_level = INFO\n");
  });

  test("ends with status 1 when one fails, and tries the others", async () => {
    const ran = await gateway.gwe("-I", breaker(), greeter(), "missing.v1.tar.gz");
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(/^greeter\.v1\.tar\.gz: /);
    expect(ran.stderr).toMatch(
      /^gwe: breaker\.v1\.tar\.gz: .*exit status 4\ngwe: missing\.v1\.tar\.gz: .*no such file.*\n$/,
    );
  });
});

describe("the engine in the foreground", () => {
  test.each([[[]], [["--once"]]])("gwe %j without an identity ends with 255 and says what to set", async (args) => {
    const ran = await gateway.gwe(...args);
    expect(ran.status).toBe(255);
    expect(ran.stdout).toContain("set one with gwe --set-uuid or gwe --set-iface\n");
  });

  test("runs without a server and without a supervisor, takes installs, and ends within two seconds of SIGTERM", async () => {
    await configured();
    await using engine = gateway.start();
    await engine.printed(/cannot reach http:\/\/127\.0\.0\.1:1/);
    const ran = await gateway.gwe("-d", "DEBUG", "-I", greeter());
    expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining("hello from install.sh\n") });
    await engine.printed(/greeter\.v1\.tar\.gz: committed/);
    const asked = performance.now();
    expect((await engine.end("SIGTERM")).status).toBe(0);
    expect(performance.now() - asked).toBeLessThan(2500);
    expect(existsSync(join(gateway.root, "run/gateway-engine/gwe.sock"))).toBe(false);
  });

  test("is there only once", async () => {
    await configured();
    await using engine = gateway.start();
    await engine.printed(/Gateway Engine/);
    const second = await gateway.gwe();
    expect(second.status).toBe(74);
    expect(second.stderr).toMatch(/^gwe: .+ is in use by process \d+; .+\n$/);
  });

  test("--once ends by itself, and says in one line why the check-in did not come about", async () => {
    await configured();
    const ran = await gateway.gwe("-o");
    expect(ran.status).toBe(69);
    expect(ran.stderr).toMatch(/^gwe: cannot reach http:\/\/127\.0\.0\.1:1: .+\n$/);
  });

  test("--once of a gateway without a product says what to set", async () => {
    await gateway.gwe("-u", "sn");
    const ran = await gateway.gwe("-o");
    expect(ran.status).toBe(78);
    expect(ran.stderr).toMatch(/^gwe: .+: vendor is not set; set it with gwe --set-product-id.*\n$/);
  });
});
