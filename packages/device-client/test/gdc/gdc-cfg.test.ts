import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CFG_COMMANDS } from "../../src/gdc/cfg-commands.ts";
import { findCommand } from "../../src/gdc/command-table.ts";

const TOKEN = "97eWgtm9Et5VxwuJT8NiOK7w27Ly2GS092oSxgpW";
const INI = `# who I am
[device]
murano_host = https://acme.m2.exosite.io/
murano_id = 42
murano_token = ${TOKEN}
debug

[mine]
colour = blue
`;
let folder: TemporaryFolder;
let path: string;

beforeEach(async () => {
  folder = temporaryFolder("gdc-cfg");
  path = join(folder.path, "device.ini");
  await writeFile(path, INI);
});

afterEach(() => folder.remove());

async function cfg(...words: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  await findCommand("gdc cfg", CFG_COMMANDS, words)({ files: nodeFiles, path, print });
  return lines;
}

test.each([
  [["get"], ["device", "mine"]],
  [["get", "mine"], ["colour"]],
  [["get", "device", "murano_id"], ["42"]],
  [["get", "device", "debug"], ["true"]],
  [["get", "device", "Murano_Token"], [TOKEN]],
])("gdc cfg %j prints %j", async (words, lines) => {
  expect(await cfg(...words)).toEqual(lines);
});

test("shows the file with its token hidden", async () => {
  expect(await cfg("show")).toEqual([INI.replace(TOKEN, `97eWgtm9${"*".repeat(32)}`).trimEnd()]);
});

test("shows a token that is not there yet as it is, and the line behind it too", async () => {
  const text = "[device]\nmurano_token =\nmurano_id = 42\ncik =\n\nwatchlist = a, b";
  await writeFile(path, text);
  expect(await cfg("show")).toEqual([text]);
});

test("changes one value, and nothing else", async () => {
  await cfg("set", "device", "murano_port", "8443");
  expect(await readFile(path, "utf8")).toBe(INI.replace("debug\n", "debug\nmurano_port = 8443\n"));
});

test("makes a file that is not there yet", async () => {
  path = join(folder.path, "new.ini");
  await cfg("set", "device", "murano_id", "43");
  expect(await readFile(path, "utf8")).toBe("[device]\nmurano_id = 43\n\n");
});

test("leaves the file as it is when it could then not be used", async () => {
  await expect(cfg("set", "device", "murano_port", "many")).rejects.toMatchObject({ code: "E_CONFIG_SYNTAX" });
  expect(await readFile(path, "utf8")).toBe(INI);
});

test.each([
  [["get", "none"], /has no section \[none\]; there is: device, mine/],
  [["get", "mine", "size"], /has no option size in \[mine\]; there is: colour/],
  [["set", "mine"], /expected: gdc cfg set <section> <option> <value>/],
  [["drop"], /there is no command "gdc cfg drop"; there are: show, get, set/],
])("gdc cfg %j is refused with words that help", async (words, message) => {
  await expect((async () => cfg(...words))()).rejects.toThrow(message);
});
