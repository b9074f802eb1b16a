/** What goes through the queue is stored by the real server as what is sent to it without the queue. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GmqProcess, type GmqRoot, makeRoot } from "./gmq-process.ts";

let folder: TemporaryFolder;
let fleet: LaunchedProgram;
let server: string;
let token: string;
let root: GmqRoot;
let gmq: GmqProcess;
let cik: string;

beforeAll(async () => {
  folder = temporaryFolder("gmq-fleet");
  fleet = launchProgram("gwe-fleet", ["--data", join(folder.path, "data"), "--listen", "127.0.0.1:0"]);
  [, server = ""] = await fleet.printed(/is listening on (http:\S+)\n/);
  token = (await readFile(join(folder.path, "data/admin-token"), "utf8")).trim();
  await manage("POST", "/products", { id: "acme", kind: "device" });
  for (const alias of ["v", "w", "x"]) await manage("PUT", `/products/acme/resources/${alias}`, { format: "string" });
  for (const identity of ["direct", "queued"]) await manage("POST", "/products/acme/identities", { identity });
  const activation = { method: "POST", body: "vendor=acme&model=acme&sn=direct" };
  cik = await (await fetch(`${server}/provision/activate`, activation)).text();
  root = await makeRoot(server, "[unq]\nbatch_record_period = 0");
  gmq = await GmqProcess.start(root);
});

afterAll(async () => {
  await gmq[Symbol.asyncDispose]();
  await root[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
  folder.remove();
});

/** Each body with what it stores, by alias. */
const WRITES: readonly (readonly [what: string, body: Buffer, stored: Readonly<Record<string, string>>])[] = [
  ["an escaped &", Buffer.from("v=a%26b"), { v: "a&b" }],
  ["a raw &, which separates values", Buffer.from("v=e&w=f"), { v: "e", w: "f" }],
  ["a raw =", Buffer.from("v=a=b"), { v: "a=b" }],
  ["an escaped =", Buffer.from("v=c%3Dd"), { v: "c=d" }],
  ["a raw %", Buffer.from("v=100% sure"), { v: "100% sure" }],
  ["an escaped %", Buffer.from("v=100%2541"), { v: "100%41" }],
  ["a raw +, which is a space", Buffer.from("v=a+b"), { v: "a b" }],
  ["an escaped +", Buffer.from("v=a%2Bb"), { v: "a+b" }],
  ["a raw newline", Buffer.from("v=a\nb\r\n"), { v: "a\nb\r\n" }],
  ["an escaped newline", Buffer.from("v=c%0Ad"), { v: "c\nd" }],
  ["a raw NUL", Buffer.from("v=a\0b"), { v: "a\0b" }],
  ["an escaped NUL", Buffer.from("v=c%00d"), { v: "c\0d" }],
  ["bytes that are no text", Buffer.from([0x76, 0x3d, 0xff, 0x00, 0x80]), { v: "\xff\0\x80" }],
  ["raw JSON", Buffer.from('v={"level": 63, "unit": "%"}.'), { v: '{"level": 63, "unit": "%"}.' }],
];

test.each(WRITES)("a write with %s", async (_what, body, stored) => {
  await fetch(`${server}/onep:v1/stack/alias`, { method: "POST", body, headers: { "X-Exosite-CIK": cik } });
  expect(await gmq.write("acme acme queued", body)).toBe(204);
  for (const [alias, value] of Object.entries(stored)) {
    await expect.poll(() => newest("queued", alias)).toBe(value);
    expect(await newest("direct", alias)).toBe(value);
  }
});

test.each(WRITES.filter(([, , stored]) => Object.keys(stored).length === 1))(
  "a record with %s",
  async (_what, body, stored) => {
    // The same value, at a time of its own in a resource of its own.
    const at = 1_700_000_000 + WRITES.findIndex(([, other]) => other === body);
    const record = Buffer.concat([Buffer.from(String(at)), body.subarray(1)]);
    const path = "/onep:v1/stack/alias/x";
    await fetch(`${server}${path}`, { method: "POST", body: record, headers: { "X-Exosite-CIK": cik } });
    expect((await gmq.post(path, record, { "X-Exosite-VMS": "acme acme queued" })).status).toBe(204);
    await expect.poll(() => newest("queued", "x")).toBe(stored["v"]);
    expect(await newest("direct", "x")).toBe(stored["v"]);
  },
);

/** One character a byte. */
async function newest(identity: string, alias: string): Promise<string | undefined> {
  const path = `/products/acme/identities/${identity}/values`;
  const { values } = (await (await manage("GET", path)).json()) as {
    values: readonly { alias: string; value: string | null; valueBase64?: string }[];
  };
  const found = values.find((one) => one.alias === alias);
  if (found === undefined) return undefined;
  const bytes = found.value === null ? Buffer.from(found.valueBase64 ?? "", "base64") : Buffer.from(found.value);
  return bytes.toString("latin1");
}

async function manage(method: string, path: string, body?: object): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const answer = await fetch(`${server}/api/v1${path}`, {
    method,
    headers: body === undefined ? { Authorization: headers.Authorization } : headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
