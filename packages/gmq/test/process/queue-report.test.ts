/** What the queue had to give up is seen at the real server. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { GmqProcess, makeRoot, runGmq } from "./gmq-process.ts";

const FILLER = "x".repeat(900_000);

test("a small queue that has dropped messages while the server was away tells it so", async () => {
  const folder = temporaryFolder("queue-report");
  onTestFinished(() => folder.remove());
  const first = await Fleet.start(folder.path, 0);
  await first.manage("POST", "/products", { id: "workshop", kind: "gateway" });
  const cik = await first.activate("workshop", "gateway-1");
  await first.end();

  await using root = await makeRoot(first.url, "[db]\nmax_bytes = 16MB\nmin_free_disk = 0\nwhen_full = drop_oldest\n");
  const identity = `[device]\nvendor = workshop\nmodel = workshop\nuuid = gateway-1\ncik = ${cik}\n`;
  await root.put(root.paths.gatewayCfg, identity);
  await using gmq = await GmqProcess.start(root);
  for (let count = 0; count < 20; count += 1) {
    expect(await gmq.write("workshop workshop gateway-1", `device_info=${count}-${FILLER}`)).toBe(204);
  }
  const { dropped } = await gmq.status();
  expect(dropped).toBeGreaterThan(0);
  await gmq.printed(/messages were dropped/);

  await using second = await Fleet.start(folder.path, first.port);
  await runGmq(root, "drain");
  await expect.poll(() => second.value("workshop", "gateway-1", "queue_report"), { timeout: 15_000 }).toBeDefined();
  const report: unknown = JSON.parse((await second.value("workshop", "gateway-1", "queue_report")) ?? "");
  expect(report).toMatchObject({
    policy: "drop_oldest",
    max_bytes: 16 * 1024 ** 2,
    total: { expired: 0, discarded: 0 },
  });
  // It was written at the first loss, and the next comes much later: what was dropped meanwhile is not in it.
  const { lost, total } = report as { readonly lost: number; readonly total: { readonly dropped: number } };
  expect(lost).toBe(total.dropped);
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThanOrEqual(dropped);
});

class Fleet implements AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly #program: LaunchedProgram;
  readonly #token: string;

  private constructor(program: LaunchedProgram, url: string, token: string) {
    this.#program = program;
    this.url = url;
    this.port = Number(new URL(url).port);
    this.#token = token;
  }

  static async start(data: string, port: number): Promise<Fleet> {
    const program = launchProgram("gwe-fleet", ["--data", data, "--listen", `127.0.0.1:${port}`]);
    const [, url = ""] = await program.printed(/is listening on (http:\S+)\n/);
    return new Fleet(program, url, (await readFile(join(data, "admin-token"), "utf8")).trim());
  }

  async manage(method: string, path: string, body?: object): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" };
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: body === undefined ? { Authorization: headers.Authorization } : headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** @returns the CIK */
  async activate(product: string, identity: string): Promise<string> {
    await this.manage("POST", `/products/${product}/identities`, { identity });
    const body = `vendor=${product}&model=${product}&sn=${identity}`;
    return (await fetch(`${this.url}/provision/activate`, { method: "POST", body })).text();
  }

  async value(product: string, identity: string, alias: string): Promise<string | undefined> {
    const answer = await this.manage("GET", `/products/${product}/identities/${identity}/values/${alias}`);
    return answer.ok ? ((await answer.json()) as { readonly value: string }).value : undefined;
  }

  async end(): Promise<void> {
    await this.#program.end("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}
