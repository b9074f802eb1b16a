/** The Python module exo, on a whole gateway with its fleet server, under the python3 of this machine. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GatewayWithPython, MODULE } from "./gateway-with-python.ts";

test("its own tests pass", () => {
  const args = ["-W", "error", "-m", "unittest", "discover", "-t", ".", "-s", "tests"];
  const { status, stderr } = spawnSync("python3", args, { cwd: MODULE, encoding: "utf8" });
  expect(stderr).toMatch(/\nRan \d\d+ tests in .*\n\nOK\n$/);
  expect(status).toBe(0);
});

describe("on a gateway", () => {
  let gateway: GatewayWithPython;

  beforeAll(async () => {
    gateway = await GatewayWithPython.start();
  });

  afterAll(() => gateway[Symbol.asyncDispose]());

  test("it does with the real servers what it says", () => {
    const { status, output } = gateway.run("python3", ["-W", "error", "test-system/real_servers.py", "-v"]);
    expect(output).toMatch(/\nOK\n$/);
    expect(status).toBe(0);
  });

  test("the examples of its reference print what they say", async () => {
    for (const alias of ["temperature", "note", "setpoint"]) await makeDevice("workshop", "sensor-1", alias);
    using folder = temporaryFolder("python-reference");
    const script = join(MODULE, "test-system/examples_of_the_reference.py");
    const page = join(MODULE, "../../docs/reference/python.md");
    const { status, output } = gateway.run("python3", [script, page], folder.path);
    expect(output).toMatch(/^\d\d examples, 0 failed\n$/);
    expect(status).toBe(0);
  });

  test("the README's test_app sends its wave", async () => {
    await makeDevice("workshop", "test-1", "test");
    const cik = await activate("workshop", "test-1");
    const said = gateway.install("test_app", (program) => program.replace(/cik='\w{40}'/, `cik='${cik}'`));
    expect(said).toContain("test_app version 1 is installed");
    expect(await newest("workshop", "test-1", "test")).toMatch(/^-?\d{1,3}$/);
  });

  test("the README's temp_app activates itself and reports a temperature", async () => {
    await makeDevice("dubhxzv0r4e1m7vj", "AF:14:B9:00:50:2C", "device_temp");
    expect(gateway.install("temp_app")).toContain("temp_app version 1 is installed");
    expect(await newest("dubhxzv0r4e1m7vj", "AF:14:B9:00:50:2C", "device_temp")).toMatch(/^\d\d\.\d$/);
    expect(gateway.read("usr/local/bin/temp_app.v1/temp_app.cfg")).toMatch(/^cik = \S{40}$/m);
  });

  async function makeDevice(product: string, identity: string, alias: string): Promise<void> {
    const path = `/products/${product}`;
    if (!(await gateway.manage("GET", path)))
      await gateway.manage("POST", "/products", { id: product, kind: "device" });
    await gateway.manage("PUT", `${path}/resources/${alias}`, { format: "string" });
    if (!(await gateway.manage("GET", `${path}/identities/${identity}`)))
      await gateway.manage("POST", `${path}/identities`, { identity });
  }

  async function activate(product: string, identity: string): Promise<string> {
    const body = new URLSearchParams({ vendor: product, model: product, sn: identity });
    const response = await fetch(`${gateway.server}/provision/activate`, { method: "POST", body });
    return response.text();
  }

  /** Waits until there is one. */
  async function newest(product: string, identity: string, alias: string): Promise<string> {
    const path = `/products/${product}/identities/${identity}/values/${alias}`;
    const ask = async () => (await gateway.manage("GET", path)) as { readonly value: string } | undefined;
    await expect.poll(ask, { timeout: 20_000 }).toBeDefined();
    return (await ask())?.value ?? "";
  }
});
