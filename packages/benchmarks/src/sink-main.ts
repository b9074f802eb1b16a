/**
 * sink-main: a server that forwarders find no fault with, and that costs as little as one can. Gives each device that
 * activates a CIK, reads every other body to its end, and answers 204.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((request, response) => {
  const identity = createHash("sha1");
  request.on("data", (chunk: Buffer) => {
    if (request.url === "/provision/activate") identity.update(chunk);
  });
  request.on("end", () => {
    if (request.url === "/provision/activate") response.writeHead(200).end(identity.digest("hex"));
    else response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
