/** The commands of `gdc http`. The first generation's commands are the same ones, with their target in the arguments. */
import { basename } from "node:path";
import { InstallError, UsageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { formatContentInfo } from "@gateway-engine/protocol/device-api";
import { withGatewayCfgValue } from "@gateway-engine/protocol/gateway-cfg";
import type { CallOptions, DeviceClient, RecordOutcome } from "../device-client.ts";
import { type DownloadDeps, downloadContent } from "../download.ts";
import type { Target } from "./target.ts";

export interface CommandContext {
  readonly client: DeviceClient;
  readonly target: Target;
  readonly call: CallOptions;
  readonly files: Files;
  readonly download: Pick<DownloadDeps, "clock" | "random">;
  /** Makes an absolute path of one that the user typed. */
  readonly resolvePath: (path: string) => string;
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
}

interface HttpCommand {
  readonly usage: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  /** @returns the exit status */
  readonly run: (context: CommandContext, args: readonly string[]) => Promise<number>;
}

const DEFAULT_POLL_MS = 30_000;
const EXIT_OK = 0;
const EXIT_CONFLICT = 1;
const MANY = Number.POSITIVE_INFINITY;

const COMMANDS: Readonly<Record<string, HttpCommand>> = {
  timestamp: { usage: "timestamp", minArgs: 0, maxArgs: 0, run: timestamp },
  activate: { usage: "activate", minArgs: 0, maxArgs: 0, run: activate },
  read: { usage: "read <alias>...", minArgs: 1, maxArgs: MANY, run: read },
  poll: { usage: "poll <alias> [<ms> [<since>]]", minArgs: 1, maxArgs: 3, run: poll },
  write: { usage: "write <alias> <value> [<alias> <value>]...", minArgs: 2, maxArgs: MANY, run: write },
  record: {
    usage: "record <alias> <timestamp> <value> [<timestamp> <value>]...",
    minArgs: 3,
    maxArgs: MANY,
    run: record,
  },
  "content list": { usage: "content list", minArgs: 0, maxArgs: 0, run: listContent },
  "content info": { usage: "content info <id>", minArgs: 1, maxArgs: 1, run: contentInfo },
  "content download": { usage: "content download <id> [<destination>]", minArgs: 1, maxArgs: 2, run: download },
};

/** Finds the command that `words` begin with. @throws UsageError that says what there is */
export function findCommand(words: readonly string[]): (context: CommandContext) => Promise<number> {
  const depth = words[0] === "content" ? 2 : 1;
  const name = words.slice(0, depth).join(" ");
  const args = words.slice(depth);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const problem = `there is no command "gdc http ${name}"; there are: ${Object.keys(COMMANDS).join(", ")}`;
    throw new UsageError("E_USAGE", { problem });
  }
  if (args.length < command.minArgs || args.length > command.maxArgs) throw usage(command);
  return (context) => command.run(context, args);
}

async function timestamp({ client, call, print }: CommandContext): Promise<number> {
  print(String(await client.timestamp(call)));
  return EXIT_OK;
}

async function activate({ client, target, call, files, print }: CommandContext): Promise<number> {
  const { vendor, model, uuid, cfgFile } = target;
  if (uuid === "") throw new UsageError("E_USAGE", { problem: "say who the device is: -u <uuid>, or -f <file>" });
  const identity = vendor === "" ? { id: uuid } : { vendor, model: model || vendor, serial: uuid };
  const cik = await client.activate(identity, call);
  if (cfgFile !== undefined) {
    const text = (await files.readText(cfgFile)) ?? "";
    await files.writeAtomic(cfgFile, withGatewayCfgValue(text, "cik", cik), 0o600);
  }
  print(cik);
  return EXIT_OK;
}

async function read({ client, call, print }: CommandContext, aliases: readonly string[]): Promise<number> {
  const values = await client.read(aliases, call);
  if (values.size === 0) print("[204] No content");
  for (const [alias, value] of values) print(`${alias}=${value}`);
  return EXIT_OK;
}

async function poll({ client, call, print }: CommandContext, args: readonly string[]): Promise<number> {
  const [alias = "", ms = String(DEFAULT_POLL_MS), modifiedSince] = args;
  if (!/^\d{1,6}$/.test(ms)) throw usage(COMMANDS["poll"]);
  const outcome = await client.longPoll(alias, { requestTimeoutMs: Number(ms), modifiedSince }, call);
  print(outcome.kind === "written" ? `[200] ${alias}=${outcome.value}` : "[304] Not modified");
  return EXIT_OK;
}

async function write({ client, call, print }: CommandContext, args: readonly string[]): Promise<number> {
  await client.write(pairs(args, COMMANDS["write"]), call);
  print("[204] No content");
  return EXIT_OK;
}

async function record({ client, call, print }: CommandContext, args: readonly string[]): Promise<number> {
  const [alias = "", ...history] = args;
  const points = pairs(history, COMMANDS["record"]).map(([timestamp, value]) => ({ alias, timestamp, value }));
  if (points.some((point) => !/^-?\d+(\.\d+)?$/.test(point.timestamp))) throw usage(COMMANDS["record"]);
  const outcome = await client.record(points, call);
  print(describeOutcome(outcome));
  return outcome.kind === "ok" ? EXIT_OK : EXIT_CONFLICT;
}

async function listContent({ client, target, call, print }: CommandContext): Promise<number> {
  for (const id of await client.listContent(target.vendor, call)) print(id);
  return EXIT_OK;
}

async function contentInfo(context: CommandContext, [id = ""]: readonly string[]): Promise<number> {
  const { client, target, call, print } = context;
  const info = await client.contentInfo(target.vendor, id, call);
  if (info === undefined) throw new InstallError("E_CONTENT_MISSING", { name: id, product: target.vendor });
  print(formatContentInfo(info));
  return EXIT_OK;
}

async function download(context: CommandContext, [id = "", destination = basename(id)]: readonly string[]) {
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

/** Arguments two by two. */
function pairs(args: readonly string[], command: HttpCommand | undefined): readonly (readonly [string, string])[] {
  if (args.length % 2 !== 0) throw usage(command);
  return args.flatMap((first, index) => (index % 2 === 0 ? [[first, args[index + 1] ?? ""] as const] : []));
}

function usage(command: HttpCommand | undefined): UsageError {
  return new UsageError("E_USAGE", { problem: `expected: gdc http ${command?.usage ?? "<command>"}` });
}
