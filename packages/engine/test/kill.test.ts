/** `kill -9` of the engine while it works, again and again. */
import { readFile } from "node:fs/promises";
import { goodPackage, longRunningPackage } from "@gateway-engine/testkit/package-fixtures";
import { describe, expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

/** Notes when another run of the same script is still alive; takes longer than an engine needs to be killed. */
const SCRIPT = `
cd "$GWE_DATA_DIR"
if [ -f pid ] && grep -s "^State:[[:space:]]*[RSDTt]" "/proc/$(cat pid)/status" >> doubled; then echo "$(cat pid) is alive" >> doubled; fi
echo $$ > pid
echo begun >> runs
sleep 0.4
echo ended >> runs
`;

/** A process that has ended counts as gone, also while its parent has not looked. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return /^State:\s*[RSDTt]/m.test(status);
}

const LIFE_BEGINS = "Gateway Engine 2.0.0 in";

const TAKES_LONG = 120_000;

describe("an engine that is killed", { timeout: TAKES_LONG }, () => {
  test("ten times during an install: it is installed exactly, or given up when the engine ended three times while its script was due; the script never runs twice at a time, and the result arrives", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    const { fileName, bytes } = longRunningPackage({ name: "tough", install: SCRIPT });
    cloud.content.set(fileName, bytes);
    cloud.orderInstall(fileName);
    for (let round = 0; round < 10; round += 1) {
      gateway.start();
      await gateway.logged(LIFE_BEGINS, round + 1);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
      await gateway.kill();
    }
    gateway.start();
    const isGivenUp = (await cloud.result()).status === "interrupted";
    const [status, state] = isGivenUp ? ["interrupted", "failed"] : ["ok", "committed"];
    expect(await cloud.result()).toMatchObject({ status, name: fileName, state });
    expect(await gateway.read("var/lib/gateway-engine/data/tough/doubled")).toBe("");
    // None at all, if the engine was killed between the journal's row and the log's line.
    expect((gateway.log.match(/tough\.v1\.tar\.gz: committed/g) ?? []).length).toBeLessThan(2);
    const conf = await gateway.read("etc/supervisor/conf.d/tough.conf");
    expect(conf.includes("[program:tough]")).toBe(!isGivenUp);
    expect(new Set(cloud.results.map(({ status }) => status))).toEqual(new Set([status]));
  });

  test("while a one-off script runs: the script is ended and not run again, and the result says that it was interrupted", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    const { fileName, bytes } = goodPackage({
      name: "once",
      install: `cd "$GWE_DATA_DIR"; echo run >> runs; echo $$ > pid; sleep 30`,
    });
    cloud.content.set(fileName, bytes);
    cloud.orderInstall(fileName);
    gateway.start();
    await gateway.logged("once.v1.tar.gz: installing");
    while ((await gateway.read("var/lib/gateway-engine/data/once/pid")) === "") {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const script = Number(await gateway.read("var/lib/gateway-engine/data/once/pid"));
    await gateway.kill();
    expect(await isRunning(script)).toBe(true);
    gateway.start();
    const result = await cloud.result();
    expect(await isRunning(script)).toBe(false);
    expect(result).toMatchObject({ status: "interrupted", code: "E_INSTALL_INTERRUPTED" });
    expect(result.message).toContain("it runs at most once, so it is not run again");
    expect(await gateway.read("var/lib/gateway-engine/data/once/runs")).toBe("run\n");
  });

  test("before it could clear the alias: it only clears then, and the package is installed once", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    const { fileName, bytes } = goodPackage({ install: `echo run >> "$GWE_DATA_DIR/runs"` });
    cloud.content.set(fileName, bytes);
    cloud.orderInstall(fileName);
    cloud.fault = ({ body }) => (body.startsWith("engine_fetch=") ? "drop" : undefined);
    gateway.start();
    await gateway.logged("ordered to install");
    await gateway.kill();
    cloud.fault = () => undefined;
    gateway.start();
    expect(await cloud.result()).toMatchObject({ status: "ok" });
    expect(await gateway.read("var/lib/gateway-engine/data/app/runs")).toBe("run\n");
    expect(gateway.log.match(/ordered to install/g)).toHaveLength(1);
  });

  test("or a server that is away when the result is due: the result is kept until the server has taken it", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    const { fileName, bytes } = goodPackage();
    cloud.content.set(fileName, bytes);
    cloud.orderInstall(fileName);
    cloud.fault = ({ body }) => (body.startsWith("fetch_status=") ? 503 : undefined);
    gateway.start();
    await gateway.logged("fetch_status was not sent, it is kept");
    await gateway.kill();
    cloud.fault = () => undefined;
    gateway.start();
    expect(await cloud.result()).toMatchObject({ status: "ok", name: fileName });
  });
});
