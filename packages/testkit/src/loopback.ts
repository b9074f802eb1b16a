import { once } from "node:events";
import type { Server } from "node:net";

/** Lets a server listen on this machine alone. @param port 0: any that is free @returns the port */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}
