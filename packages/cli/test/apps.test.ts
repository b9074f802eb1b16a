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

describe.each(["by the running engine", "when no engine runs"])("gwe apps, answered %s", (who) => {
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
});
