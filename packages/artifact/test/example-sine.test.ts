import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { parseForm } from "@gateway-engine/protocol/form";
import { endWithTests } from "@gateway-engine/testkit/end-with-tests";
import { expect, onTestFinished, test } from "vitest";
import { buildPackage } from "../src/build-package.ts";
import { extractPackage } from "../src/extract-package.ts";
import { neverAborted, temporaryFolder } from "./helpers.ts";

const EXAMPLE = join(import.meta.dirname, "../../../examples/sine");

interface Queue {
  readonly address: string;
  readonly accepted: string[];
  readonly identities: Set<string>;
  /** Resolves when `count` values have been accepted in all. */
  accepts(count: number): Promise<void>;
}

/** A queue that answers 204, but breaks every fourth connection before it has taken the value. */
async function startQueue(): Promise<Queue> {
  const accepted: string[] = [];
  const identities = new Set<string>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests += 1;
      if (requests % 4 === 0) return request.socket.destroy();
      identities.add(String(request.headers["x-exosite-vms"]));
      accepted.push(...parseForm(Buffer.concat(chunks)).map(({ value }) => value));
      for (const { count, resolve } of waiting) if (accepted.length >= count) resolve();
      return response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    identities,
    accepts: (count) => new Promise((resolve) => waiting.push({ count, resolve })),
  };
}

async function installExample(root: string): Promise<void> {
  const signal = neverAborted;
  for (const file of ["install.sh", "supervisor.conf", "sine.mjs", "buildfile.json"]) {
    await nodeFiles.writeNew(join(root, "src", file), nodeFiles.stream(join(EXAMPLE, file)), 0o755);
  }
  const { path, checks } = await buildPackage(
    { files: nodeFiles, commands: nodeCommandRunner, env: {} },
    { buildfile: join(root, "src/buildfile.json"), folder: join(root, "src"), signal },
  );
  expect(checks.map(({ verdict }) => verdict)).not.toContain("WARN");
  const folder = join(root, "release");
  const source = nodeFiles.stream(path);
  const unpacked = await extractPackage({ files: nodeFiles, name: "sine", source, folder, signal });
  const contentRoot = join(folder, unpacked.contentRoot);
  // Without PATH to any Node: the script has to find the one that runs it.
  execFileSync(join(contentRoot, "install.sh"), [], {
    cwd: contentRoot,
    env: { PATH: "/usr/bin:/bin", GWE_ROOT: root },
  });
}

/** Starts it the way its supervisor.conf says. */
function startExample(root: string): ChildProcess {
  const conf = readFileSync(join(EXAMPLE, "supervisor.conf"), "utf8");
  const script = /^command = \/bin\/sh -c '(.*)'$/m.exec(conf)?.[1] ?? "";
  const env = { PATH: "/usr/bin:/bin", GWE_ROOT: root, SINE_PERIOD_MS: "2" };
  const child = spawn("/bin/sh", ["-c", script], { env, stdio: "ignore" });
  endWithTests(child);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

test("the example installs itself under GWE_ROOT, and every value it logs was accepted, in order, through crashes", async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, "src"));
  await installExample(root);
  const queue = await startQueue();
  mkdirSync(join(root, "etc/gateway-engine"), { recursive: true });
  writeFileSync(join(root, "etc/gateway-engine/gmq.cfg"), `[server]\nlisten = ${queue.address}\n`);
  const cfg = "[device]\ncik = ''\nmodel = m1\nvendor = v1\nuuid = 00:2F:AC 7\niface = ''\n\n";
  writeFileSync(join(root, "etc/gateway-engine/Gateway.cfg"), cfg);

  for (const count of [20, 40, 60]) {
    const child = startExample(root);
    const exited = new Promise((resolve) => child.once("exit", resolve));
    await queue.accepts(count);
    child.kill("SIGKILL");
    await exited;
  }

  const logged = readFileSync(join(root, "var/lib/sine/accepted.log"), "utf8").trim().split("\n");
  expect(queue.accepted.filter((value) => logged.includes(value))).toEqual(logged);
  expect(logged.length).toBeGreaterThanOrEqual(60 - 3);
  expect(new Set(queue.accepted).size).toBe(queue.accepted.length);
  expect([...queue.identities]).toEqual(["v1 m1 00:2F:AC 7"]);
  expect(JSON.parse(logged[0] ?? "")).toEqual({ n: 1, sine: 0.1045 });
  expect(existsSync(join(root, "usr/local/lib/sine/sine"))).toBe(true);
});
