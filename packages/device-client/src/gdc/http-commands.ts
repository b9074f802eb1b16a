/** The commands of `gdc http`. The first generation's commands are the same ones, with their target in the arguments. */
import { basename } from "node:path";
import { InstallError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { formatContentInfo } from "@gateway-engine/protocol/device-api";
import type { AliasValue, CallOptions, DeviceClient, RecordOutcome } from "../device-client.ts";
import { type DownloadDeps, downloadContent, type Persistence } from "../download.ts";
import { ANY_NUMBER, type CommandTable, EXIT_OK, inGroups, isTime, wrongUse } from "./command-table.ts";
import { keepToken } from "./device-file.ts";
import { identityOf, type Target } from "./target.ts";

export interface HttpContext {
  readonly client: DeviceClient;
  readonly target: Target;
  readonly call: CallOptions;
  readonly files: Files;
  readonly download: Pick<DownloadDeps & Persistence, "clock" | "random">;
  /** Makes an absolute path of one that the user typed. */
  readonly resolvePath: (path: string) => string;
  /** Standard input, line by line. */
  readonly lines: () => AsyncIterable<string>;
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
}

const DEFAULT_POLL_MS = 30_000;
const EXIT_CONFLICT = 1;
const GROUP = "gdc http";

export const HTTP_COMMANDS: CommandTable<HttpContext> = {
  timestamp: { usage: "timestamp", minArgs: 0, maxArgs: 0, run: timestamp },
  activate: { usage: "activate", minArgs: 0, maxArgs: 0, run: activate },
  read: { usage: "read <alias>...", minArgs: 1, maxArgs: ANY_NUMBER, run: read },
  poll: { usage: "poll <alias> [<ms> [<since>]]", minArgs: 1, maxArgs: 3, run: poll },
  write: { usage: "write <alias> <value> [<alias> <value>]...", minArgs: 2, maxArgs: ANY_NUMBER, run: write },
  record: {
    usage: "record <timestamp> <alias> <value>, or record <alias> <timestamp> <value> [<timestamp> <value>]...",
    minArgs: 3,
    maxArgs: ANY_NUMBER,
    run: record,
  },
  "content list": { usage: "content list", minArgs: 0, maxArgs: 0, run: listContent },
  "content info": { usage: "content info <id>", minArgs: 1, maxArgs: 1, run: contentInfo },
  "content download": { usage: "content download <id> [<destination>]", minArgs: 1, maxArgs: 2, run: download },
};

async function timestamp({ client, call, print }: HttpContext): Promise<number> {
  print(String(await client.timestamp(call)));
  return EXIT_OK;
}

async function activate({ client, target, call, files, print }: HttpContext): Promise<number> {
  const { vendor, model, cfgFile } = target;
  const uuid = identityOf(target);
  const token = await client.activate(vendor === "" ? { id: uuid } : { vendor, model, serial: uuid }, call);
  if (cfgFile !== undefined) await keepToken(files, cfgFile, token);
  print(token);
  return EXIT_OK;
}

async function read({ client, call, print }: HttpContext, aliases: readonly string[]): Promise<number> {
  const values = await client.read(aliases, call);
  if (values.size === 0) print("[204] No content");
  for (const [alias, value] of values) print(`${alias}=${value}`);
  return EXIT_OK;
}

async function poll({ client, call, print }: HttpContext, args: readonly string[]): Promise<number> {
  const [alias = "", ms = String(DEFAULT_POLL_MS), modifiedSince] = args;
  if (!/^\d{1,6}$/.test(ms)) throw wrongUse(GROUP, HTTP_COMMANDS["poll"]);
  const outcome = await client.longPoll(alias, { requestTimeoutMs: Number(ms), modifiedSince }, call);
  print(outcome.kind === "written" ? `[200] ${alias}=${outcome.value}` : "[304] Not modified");
  return EXIT_OK;
}

async function write(context: HttpContext, args: readonly string[]): Promise<number> {
  const { client, call, print } = context;
  for await (const values of valuesToWrite(context, args)) {
    await client.write(values, call);
    print("[204] No content");
  }
  return EXIT_OK;
}

/** The pairs of the arguments at once; with `-` for the value, each line of standard input on its own. */
async function* valuesToWrite({ lines }: HttpContext, args: readonly string[]): AsyncGenerator<readonly AliasValue[]> {
  const pairs = inGroups(args, 2);
  if (pairs === undefined) throw wrongUse(GROUP, HTTP_COMMANDS["write"]);
  const [[alias = "", value] = []] = pairs;
  if (pairs.length > 1 || value !== "-") yield pairs.map(([name = "", text = ""]) => [name, text]);
  else for await (const line of lines()) yield [[alias, line]];
}

async function record({ client, call, print }: HttpContext, args: readonly string[]): Promise<number> {
  const [alias = "", ...history] = isTime(args[0] ?? "") && args.length === 3 ? swapFirst(args) : args;
  const points = inGroups(history, 2)?.map(([timestamp = "", value = ""]) => ({ alias, timestamp, value }));
  if (points === undefined || !points.every(({ timestamp }) => isTime(timestamp))) {
    throw wrongUse(GROUP, HTTP_COMMANDS["record"]);
  }
  const outcome = await client.record(points, call);
  print(describeOutcome(outcome));
  return outcome.kind === "ok" ? EXIT_OK : EXIT_CONFLICT;
}

function swapFirst([first = "", second = "", ...rest]: readonly string[]): readonly string[] {
  return [second, first, ...rest];
}

async function listContent({ client, target, call, print }: HttpContext): Promise<number> {
  for (const id of await client.listContent(target.vendor, call)) print(id);
  return EXIT_OK;
}

async function contentInfo(context: HttpContext, [id = ""]: readonly string[]): Promise<number> {
  const { client, target, call, print } = context;
  const info = await client.contentInfo(target.vendor, id, call);
  if (info === undefined) throw new InstallError("E_CONTENT_MISSING", { name: id, product: target.vendor });
  print(formatContentInfo(info));
  return EXIT_OK;
}

async function download(context: HttpContext, [id = "", destination = basename(id)]: readonly string[]) {
  const { client, files, target, call, print, resolvePath } = context;
  const path = resolvePath(destination);
  const { size, sha256 } = await downloadContent(
    { client, files, ...context.download },
    { product: target.vendor, id, destination: path, maxBytes: Number.MAX_SAFE_INTEGER, signal: call.signal },
  );
  print(`${path} ${size} bytes, sha256 ${sha256}`);
  return EXIT_OK;
}

function describeOutcome(outcome: RecordOutcome): string {
  if (outcome.kind === "ok") return "[204] No content";
  return `[409] ${Array.from(outcome.timestamps, ([alias, timestamps]) => `${alias}=${timestamps.join(",")}`).join("&")}`;
}
