/** Making the TCP connection that TLS then runs over. */
import { connect, type Socket } from "node:net";
import type { TransportError } from "@gateway-engine/core/errors";
import type { TrafficCount } from "./http-traffic.ts";

/** On whose behalf a connection is made. */
export interface Dialling {
  readonly timeout: { readonly ms: number; readonly error: () => TransportError };
  readonly signal: AbortSignal;
  readonly traffic: TrafficCount;
}

export function dial(host: string, port: number, { timeout, signal, traffic }: Dialling): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    traffic.isCarriedBy(socket, false);
    const cancel = () => socket.destroy(new Error("cancelled"));
    signal.addEventListener("abort", cancel, { once: true });
    socket.setTimeout(timeout.ms, () => socket.destroy(timeout.error()));
    socket.once("error", reject);
    socket.once("close", () => signal.removeEventListener("abort", cancel));
    socket.once("connect", () => {
      signal.removeEventListener("abort", cancel);
      socket.removeAllListeners("timeout").setTimeout(0);
      // From now on its failures show on the TLS socket above it.
      socket.on("error", () => {});
      resolve(socket);
    });
    if (signal.aborted) cancel();
  });
}
