import { connect } from "node:net";
import { CancelledError } from "@gateway-engine/core/errors";
import type { TcpAddress, TcpDialer } from "@gateway-engine/core/tcp";
import { errnoReason } from "./errno.ts";

export const nodeTcpDialer: TcpDialer = { probe };

function probe({ host, port }: TcpAddress, timeoutMs: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      socket.destroy();
      settle();
    };
    const timer = setTimeout(() => end(() => resolve(`no connection within ${timeoutMs / 1000} seconds`)), timeoutMs);
    const cancel = () =>
      end(() =>
        reject(new CancelledError("E_CANCELLED", { what: `connecting to ${host}:${port}` }, { cause: signal.reason })),
      );
    socket.once("connect", () => end(() => resolve(undefined)));
    socket.on("error", (cause) => end(() => resolve(errnoReason(cause))));
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}
