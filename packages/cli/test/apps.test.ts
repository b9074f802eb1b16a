import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestGateway } from "./run-gwe.ts";

let gateway: TestGateway;
beforeEach(() => {
  gateway = new TestGateway();
});
afterEach(() => gateway.remove());

function putPackage(version: string): string {
  const { fileName, bytes } = goodPackage({ name: "greeter", version });
  writeFileSync(join(gateway.folder, fileName), bytes);
  return fileName;
}

function putBroken(version: string): string {
  const { fileName, bytes } = goodPackage({ name: "greeter", version, install: "exit 1" });
  writeFileSync(join(gateway.folder, fileName), bytes);
  return fileName;
}

describe.each(["by the running engine", "when no engine runs"])("what is asked and ordered %s", (who) => {
  test("lists what is installed, as a table and as JSON", async () => {
    await gateway.gwe("-P", "pid", "-u", "sn", "--server", "http://127.0.0.1:1");
    await using engine = who === "by the running engine" ? gateway.start() : undefined;
    await engine?.printed(/cannot reach/);
    expect(await gateway.gwe("apps")).toEqual({ status: 0, stdout: "no application is installed\n", stderr: "" });
    await gateway.gwe("-I", putPackage("1.5"));
    const table = await gateway.gwe("apps");
    expect(table).toMatchObject({ status: 0, stderr: "" });
    expect(table.stdout).toMatch(
      /^NAME +VERSION +STATE +SINCE +ORDERED\ngreeter +1\.5 +unknown +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n$/,
    );
    const { apps } = JSON.parse((await gateway.gwe("apps", "--json")).stdout);
    expect(apps).toEqual([
      { name: "greeter", version: "1.5", state: "unknown", since: expect.any(Number), ordered: null },
    ]);
  });

  test("goes back, tells the history and why, and uninstalls", { timeout: 60_000 }, async () => {
    await gateway.gwe("-P", "pid", "-u", "sn", "--server", "http://127.0.0.1:1");
    await using engine = who === "by the running engine" ? gateway.start() : undefined;
    await engine?.printed(/cannot reach/);
    const { stdout } = await gateway.gwe("install", putPackage("1"), putPackage("2"), putBroken("3"));
    expect(stdout).toMatch(/^greeter\.v1.*\ngreeter\.v2.*\n$/);
    expect(await gateway.gwe("rollback", "greeter")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("greeter version 1 is installed"),
      stderr: "",
    });
    const history = await gateway.gwe("history", "greeter", "--limit", "2");
    expect(history.stdout).toMatch(
      /^ORDERED +BY +WHAT .*\n.* install greeter\.v3.*failed.*exit status 1.*\n.* rollback greeter .*\n$/,
    );
    const { orders } = JSON.parse((await gateway.gwe("history", "--json")).stdout);
    expect(orders.map(({ verb }: { verb: string }) => verb)).toEqual(["install", "install", "install", "rollback"]);
    const why = await gateway.gwe("why", "greeter");
    expect(why.stdout).toMatch(
      /^greeter: version 1 is in force since .*\nrollback of greeter was ordered on the gateway at .*\n$/,
    );
    expect(await gateway.gwe("restart", "greeter")).toMatchObject({ status: 1, stdout: "" });
    expect(await gateway.gwe("uninstall", "--purge", "greeter")).toEqual({
      status: 0,
      stdout: "greeter is uninstalled, its data is removed\n",
      stderr: "",
    });
    const stop = await gateway.gwe("stop", "--json", "greeter");
    expect({ ...stop, stdout: JSON.parse(stop.stdout) }).toMatchObject({
      status: 1,
      stdout: {
        name: "stop greeter",
        ok: false,
        message: "no application greeter is installed here; installed: nothing",
      },
    });
    expect(await gateway.gwe("why", "nobody")).toEqual({
      status: 1,
      stdout: "",
      stderr: "gwe: no application nobody is installed here; installed: nothing\n",
    });
    expect(await gateway.gwe("stop", "a/b")).toMatchObject({
      status: 64,
      stderr: expect.stringContaining("stop[0].name"),
    });
  });
});
