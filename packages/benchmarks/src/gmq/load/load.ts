/** The load that one round puts on one peer, and what came of it. What load-main is told, and what it answers. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ProtocolName } from "./protocols.ts";

export interface Load {
  readonly protocol: ProtocolName;
  /** On 127.0.0.1. */
  readonly port: number;
  /** On whose behalf, where messages belong to devices: one queue for each. One unless told. */
  readonly devices?: number;
  /** Each sends its next message when the one before is acknowledged. */
  readonly connections: number;
  /** Sent before anything is counted. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  /** Acknowledged, the warm-up included. */
  readonly accepted: number;
  /** Acknowledged per second, without the warm-up. */
  readonly perSecond: number;
  /** From the request's first byte to the answer's last. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

const GENERATOR = join(import.meta.dirname, "../../load-main.js");

/**
 * Runs the load generator, a process of its own that is the same for every peer.
 *
 * @throws Error when a message was refused or a connection was lost; the generator has said which on stderr
 */
export async function putLoad(load: Load): Promise<LoadResult> {
  const generator = fork(GENERATOR, [JSON.stringify(load)], { execArgv: ["--max-semi-space-size=64"] });
  const results: LoadResult[] = [];
  generator.on("message", (result) => results.push(result as LoadResult));
  const [status] = (await once(generator, "close")) as [number | null];
  const [result] = results;
  if (result === undefined) throw new Error(`the load on ${load.protocol} ended with ${status}`);
  return result;
}
