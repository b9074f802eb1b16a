/**
 * Opens a listening socket, hands it to the process that started this one, and is gone.
 *
 * Node begins to accept connections at the next turn of its event loop. This process ends before there is one, and
 * whoever receives the bare socket does not begin: so no connection is ever accepted but by a child that is given it.
 */
import { createServer, type ListenOptions } from "node:net";

const server = createServer();
server.once("error", (error: NodeJS.ErrnoException) => process.send?.({ code: error.code ?? "EIO" }));
// Nobody may connect to a socket file before it has its owner and mode.
process.umask(0o777);
server.listen(JSON.parse(process.argv[2] ?? "{}") as ListenOptions, () => {
  const socket = "_handle" in server ? (server._handle as never) : undefined;
  process.send?.({}, socket);
  // Any other end would first remove the socket file.
  process.kill(process.pid, "SIGKILL");
});
