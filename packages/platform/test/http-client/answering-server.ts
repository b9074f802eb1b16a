import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { SecureContextOptions, TLSSocket, TlsOptions } from "node:tls";
import { listenOnLoopback } from "@gateway-engine/testkit/loopback";

export interface AnsweringServer extends AsyncDisposable {
  readonly port: number;
  /** Common names of the client certificates of each request; empty without one. */
  readonly clients: readonly string[];
}

/** Answers by path: `/chunked`, `/error`, `/cut` and `/hang` do what they say, all else gives the body of the request back. */
export async function startAnsweringServer(tls?: SecureContextOptions & TlsOptions): Promise<AnsweringServer> {
  const clients: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    clients.push(commonNameOf(request));
    void respond(request, response);
  };
  const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  const port = await listenOnLoopback(server);
  return {
    port,
    clients,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  switch (request.url) {
    case "/chunked":
      response.write("first,");
      await new Promise((resolve) => setImmediate(resolve));
      return void response.end("second");
    case "/error":
      return void response.writeHead(500).end("it broke");
    case "/cut":
      return void response.writeHead(200, { "Content-Length": "1000" }).write("half", () => response.destroy());
    case "/hang":
      return;
    default:
      return void response.end(body);
  }
}

function commonNameOf({ socket }: IncomingMessage): string {
  const name = "getPeerCertificate" in socket ? (socket as TLSSocket).getPeerCertificate().subject?.CN : undefined;
  return typeof name === "string" ? name : "";
}
