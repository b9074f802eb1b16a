/** `gmq peek`, `export`, `import`, `replay`, `drain` and `fsck`. */

import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError, TransportError, UsageError } from "@gateway-engine/core/errors";
import type { TreeFiles } from "@gateway-engine/core/files";
import type { HttpClient } from "@gateway-engine/core/http";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { MessageLine } from "@gateway-engine/protocol/queue-export";
import { linesOf } from "../control/lines.ts";
import { checkQueue } from "../tools/check-queue.ts";
import { withOfflineQueue } from "../tools/offline-queue.ts";
import type { QueueAccess } from "../tools/queue-access.ts";
import { askDrain, askStatus, type QueueClientDeps } from "./queue-client.ts";
import { RemoteQueue } from "./remote-queue.ts";
import type { ToolCommand } from "./tool-arguments.ts";
import { formatCheck, formatPeek } from "./tool-output.ts";

export interface ToolDeps {
  readonly paths: GatewayPaths;
  readonly http: HttpClient;
  readonly files: TreeFiles;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Standard input. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Standard output; resolves when there is room for more. */
  readonly print: (text: string) => Promise<void>;
}

/** @returns the exit status */
export async function runTool(command: ToolCommand, deps: ToolDeps): Promise<number> {
  switch (command.kind) {
    case "peek":
      return withQueue(deps, (queue) => peek(queue, command, deps));
    case "export":
      return withQueue(deps, (queue) => exportMessages(queue, command, deps));
    case "import":
      return withQueue(deps, (queue) => importMessages(queue, command, deps));
    case "replay":
      return withQueue(deps, async (queue) => {
        const replayed = await queue.replay(command.ids);
        await report(deps, command.json, { replayed }, `${messages(replayed)} queued again\n`);
        return 0;
      });
    case "drain":
      return drain(command, deps);
    case "fsck":
      return check(command, deps);
  }
}

type Of<Kind extends ToolCommand["kind"]> = Extract<ToolCommand, { kind: Kind }>;

async function peek(queue: QueueAccess, { json, ...query }: Of<"peek">, { print, clock }: ToolDeps): Promise<number> {
  let shown = 0;
  for await (const line of queue.messages(query)) {
    shown += 1;
    await print(json ? `${line}\n` : formatPeek(JSON.parse(line) as MessageLine, clock.now()));
  }
  if (shown === 0 && !json) await print(query.setAside ? "nothing is set aside\n" : "the queue is empty\n");
  return 0;
}

async function exportMessages(
  queue: QueueAccess,
  { file, json, setAside, device }: Of<"export">,
  deps: ToolDeps,
): Promise<number> {
  let exported = 0;
  const lines = async function* () {
    for await (const line of queue.messages({ setAside, device, limit: undefined })) {
      exported += 1;
      yield `${line}\n`;
    }
  };
  if (file === undefined) {
    for await (const line of lines()) await deps.print(line);
    return 0;
  }
  await deps.files.writeNew(file, bytesOf(lines()), 0o600);
  await report(deps, json, { exported, file }, `${messages(exported)} written to ${file}\n`);
  return 0;
}

async function* bytesOf(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}

async function importMessages(queue: QueueAccess, { file, json }: Of<"import">, deps: ToolDeps): Promise<number> {
  const input = file === undefined ? deps.input : deps.files.stream(file);
  const answer = await queue.importLines(linesOf(input));
  await report(deps, json, answer, `${messages(answer.imported)} queued\n`);
  if (answer.problem === undefined) return 0;
  const { line, message } = answer.problem;
  throw new UsageError("E_USAGE", { problem: `${file ?? "standard input"}, line ${line}: ${message}` });
}

const ASK_AGAIN_MS = 200;

async function drain({ wait, timeoutMs, json }: Of<"drain">, deps: ToolDeps): Promise<number> {
  const client = clientOf(deps);
  const { clock } = deps;
  const until = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
  await askDrain(client);
  let { queued } = await askStatus(client);
  while (wait && queued > 0 && clock.monotonic() < until) {
    await pause(clock, ASK_AGAIN_MS, deps.signal);
    ({ queued } = await askStatus(client));
  }
  await report(deps, json, { queued }, queued === 0 ? "the queue is empty\n" : `${messages(queued)} still wait\n`);
  return wait && queued > 0 ? STILL_QUEUED : 0;
}

/** EX_TEMPFAIL of sysexits(3). */
const STILL_QUEUED = 75;

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      timer.cancel();
      reject(new CancelledError("E_CANCELLED", { what: "the wait for an empty queue" }));
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** EX_DATAERR of sysexits(3). */
const FAULTY = 65;

async function check({ checkOnly, json }: Of<"fsck">, deps: ToolDeps): Promise<number> {
  const { files, paths, clock } = deps;
  const found = await checkQueue({ files, paths, checkOnly, now: clock.now() });
  await report(deps, json, found, formatCheck(found));
  return found.repaired ? 0 : FAULTY;
}

/** The queue of the gmq that runs; where none does, its files. */
async function withQueue(deps: ToolDeps, work: (queue: QueueAccess) => Promise<number>): Promise<number> {
  const client = clientOf(deps);
  try {
    await askStatus(client);
  } catch (error) {
    if (!(error instanceof TransportError && error.code === "E_UNREACHABLE")) throw error;
    return withOfflineQueue(deps.paths, work);
  }
  return work(new RemoteQueue(client));
}

function clientOf({ http, paths, signal }: ToolDeps): QueueClientDeps {
  return { http, gmqSocket: paths.gmqSocket, signal };
}

function report({ print }: ToolDeps, json: boolean, answer: object, text: string): Promise<void> {
  return print(json ? `${JSON.stringify(answer)}\n` : text);
}

function messages(count: number): string {
  return `${count} ${count === 1 ? "message" : "messages"}`;
}
