/** Listening sockets for children to accept on, made by a short-lived process: Node can only make one that it accepts on itself. */
import { fork } from "node:child_process";
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { chmodSync, chownSync, lstatSync, unlinkSync } from "node:fs";
import type { ListenOptions } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  ListeningAddress,
  ListeningSocket,
  ListeningSockets,
  ListenProblem,
  TcpListeningAddress,
  UnixListeningAddress,
} from "@gateway-engine/core/listening-sockets";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { errnoCode } from "./errno.ts";
import { reachableSocketPath } from "./socket-path.ts";

export const nodeListeningSockets: ListeningSockets = {
  open: async (address: ListeningAddress): Promise<Opened> => {
    try {
      return address.kind === "tcp" ? await openTcp(address) : await openUnix(address);
    } catch (error) {
      return failed("listen", error);
    }
  },
};

type Opened = Result<ListeningSocket, ListenProblem>;

async function openTcp({ host, port, backlog }: TcpListeningAddress): Promise<Opened> {
  let found: LookupAddress;
  try {
    found = await lookup(host, { family: 4 });
  } catch (error) {
    return failed("resolve", error);
  }
  return make({ host: found.address, port, backlog });
}

async function openUnix({ path, mode, owner, backlog }: UnixListeningAddress): Promise<Opened> {
  removeSocketFile(path);
  const made = await make({ path: reachableSocketPath(path), backlog });
  if (!made.ok) return made;
  const problem =
    attempt("chown", () => owner && chownSync(path, owner.uid, owner.gid)) ??
    attempt("chmod", () => chmodSync(path, mode));
  if (problem === undefined) return made;
  made.value.close();
  unlinkSync(path);
  return fail(problem);
}

/** @throws where the folder is missing: the failure to listen there would be reported as a missing permission */
function removeSocketFile(path: string): void {
  lstatSync(dirname(path));
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) unlinkSync(path);
}

function make(options: ListenOptions): Promise<Opened> {
  return new Promise((resolve) => {
    const maker = fork(MAKER, [JSON.stringify({ ...options, exclusive: true })], {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    maker.once("message", (message: { readonly code?: string }, socket: unknown) => {
      if (isBareSocket(socket)) return resolve(ok(socket));
      resolve(fail({ step: "listen", code: message.code ?? "EIO" }));
    });
    maker.once("error", (error) => resolve(failed("listen", error)));
    maker.once("close", () => resolve(fail({ step: "listen", code: "EIO" })));
  });
}

/** What arrives is Node's own object around the descriptor, as its cluster module hands it to workers. */
function isBareSocket(received: unknown): received is ListeningSocket {
  return (
    typeof received === "object" &&
    received !== null &&
    "fd" in received &&
    typeof received.fd === "number" &&
    "close" in received
  );
}

function attempt(step: ListenProblem["step"], work: () => void): ListenProblem | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return { step, code: errnoCode(error) ?? "EIO" };
  }
}

function failed(step: ListenProblem["step"], error: unknown): Opened {
  return fail({ step, code: errnoCode(error) ?? "EIO" });
}

const MAKER = fileURLToPath(new URL("./listening-socket-maker.js", import.meta.url));
