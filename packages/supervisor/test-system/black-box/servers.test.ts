/** The servers: their options, their answers in HTTP, and logs that are followed. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { Agent, request } from "node:http";
import { freePort } from "@gateway-engine/testkit/free-port";
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { callMethod, exchange, rawExchange } from "./http.ts";
import { onBothDaemons, sharedDaemon } from "./suite.ts";

const GET_STATE = "<methodCall><methodName>supervisor.getState</methodName></methodCall>";

function basic(username: string, password: string): Readonly<Record<string, string>> {
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

onBothDaemons("the unix socket", ({ kind, spec }) => {
  const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    daemon().request({ method: "POST", path, body, headers });
  const daemon = sharedDaemon(kind, {
    server: "chmod=0640\nchown=nobody:nogroup",
    programs: `[program:cat]
command=/bin/sh -c "echo complaint >&2; exec cat"
startsecs=0
[program:silent]
command=sleep infinity
stdout_logfile=NONE
startsecs=0
`,
  });

  spec(
    "has the name, the mode and the owner that are configured",
    ["option unix_http_server file", "option unix_http_server chmod", "option unix_http_server chown"],
    async () => {
      const { mode, uid, gid } = statSync(daemon().socket);
      expect([mode & 0o777, uid, gid]).toEqual([0o640, 65534, 65534]);
    },
  );

  spec("answers calls on any path below /RPC2", ["http 200 on any path below /RPC2"], async () => {
    for (const path of ["/RPC2", "/RPC2/", "/RPC2/more"]) {
      const { status, headers, body } = await post(path, GET_STATE);
      expect([status, headers["content-type"]]).toEqual([200, "text/xml"]);
      expect(body).toContain("<string>RUNNING</string>");
    }
  });

  spec(
    "says what is wrong with a request",
    [
      "http 400 for GET /RPC2",
      "http 400 for what is no XML-RPC",
      "http 404 for an unknown path",
      "http 411 without a length",
    ],
    async () => {
      const statusOf = async (answer: Promise<{ readonly status: number }>) => (await answer).status;
      expect(await statusOf(daemon().request({ path: "/RPC2" }))).toBe(400);
      expect(await statusOf(post("/RPC2", "garbage"))).toBe(400);
      expect(await statusOf(post("/RPC2", "<methodCall><params/></methodCall>"))).toBe(400);
      expect(await statusOf(daemon().request({ path: "/nosuchpage" }))).toBe(404);
      expect(await rawExchange(daemon().socket, "POST /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n")).toContain(" 411 ");
    },
  );

  spec("keeps a connection for further requests", ["http keep-alive"], async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const reused: boolean[] = [];
    for (let count = 0; count < 3; count += 1) reused.push(await askedOver(agent, daemon().socket));
    expect(reused).toEqual([false, true, true]);
    agent.destroy();
  });

  spec(
    "streams logs as they grow",
    ["http /logtail of stdout", "http /logtail of stderr", "http /mainlogtail", "http /logtail 404"],
    async () => {
      await daemon().until("cat", "RUNNING");
      await daemon().call("sendProcessStdin", "cat", `${"x".repeat(2000)}\nbefore\n`);
      const both = daemon().follow("/logtail/cat", /later\n$/);
      await daemon().follow("/logtail/cat/stdout", /before\n$/);
      await daemon().call("sendProcessStdin", "cat", "later\n");
      expect(await both).toMatch(/^x+\nbefore\nlater\n$/);
      expect((await both).length).toBeLessThanOrEqual(1024 + "later\n".length);
      expect(await daemon().follow("/logtail/cat/stderr", /\n$/)).toBe("complaint\n");
      expect(await daemon().follow("/mainlogtail", /entered RUNNING/)).toMatch(/INFO/);
      for (const path of ["/logtail/nosuch", "/logtail/silent"]) {
        expect((await daemon().request({ path })).status).toBe(404);
      }
    },
  );
});

onBothDaemons("a server with a password", ({ kind, spec }) => {
  const locked = async (password: string) => Daemon.start(kind, { server: `username=anna\npassword=${password}` });

  for (const [how, password] of [
    ["in clear", "sesame"],
    ["as SHA-1", `{SHA}${createHash("sha1").update("sesame").digest("hex")}`],
  ] as const) {
    spec(
      `${how} lets in who knows it`,
      ["option unix_http_server username", "option unix_http_server password", "http 401 without the password"],
      async () => {
        await using daemon = await locked(password);
        const ask = (path: string, headers: Readonly<Record<string, string>> = {}) => daemon.request({ path, headers });
        expect((await ask("/nosuch", basic("anna", "sesame"))).status).toBe(404);
        const refused = [
          {},
          basic("anna", "wrong"),
          basic("otto", "sesame"),
          basic("anna", ""),
          { Authorization: "x" },
        ];
        for (const headers of refused) {
          const answer = await ask("/mainlogtail", headers);
          expect(answer.status).toBe(401);
          expect(answer.headers["www-authenticate"]).toBe('Basic realm="default"');
        }
      },
    );
  }
});

onBothDaemons("a port", ({ kind, spec }) => {
  spec(
    "is served as the socket is, with a password of its own",
    ["option inet_http_server port", "option inet_http_server username", "option inet_http_server password"],
    async () => {
      const port = await freePort();
      await using daemon = await Daemon.start(kind, {
        sections: `[inet_http_server]\nport=127.0.0.1:${port}\nusername=anna\npassword=sesame`,
      });
      expect((await exchange(port, { path: "/RPC2" })).status).toBe(401);
      expect((await exchange(port, { path: "/nosuch", headers: basic("anna", "sesame") })).status).toBe(404);
      const call = { method: "POST", path: "/RPC2", body: GET_STATE };
      expect((await exchange(port, call)).status).toBe(401);
      expect((await exchange(port, { ...call, headers: basic("anna", "sesame") })).body).toContain("RUNNING");
      expect(await callMethod(daemon.socket, "supervisor.getAPIVersion", [])).toBe("3.0");
    },
  );
});

onBothDaemons("[rpcinterface:x]", ({ kind, spec }) => {
  spec("is what makes the methods of supervisor", ["option rpcinterface supervisor.rpcinterface_factory"], async () => {
    await using daemon = new Daemon(kind);
    daemon.write("s.conf", daemon.read("s.conf").replace(/\[rpcinterface:supervisor\]\n.*\n/, ""));
    await daemon.start();
    expect(await daemon.call("system.listMethods")).toEqual([
      "system.listMethods",
      "system.methodHelp",
      "system.methodSignature",
      "system.multicall",
    ]);
    await expect(daemon.call("getState")).rejects.toThrow("UNKNOWN_METHOD");
  });
});

/** Asks once. @returns whether that was over the connection of the question before */
function askedOver(agent: Agent, socketPath: string): Promise<boolean> {
  return new Promise((done, reject) => {
    const sent = request({ agent, socketPath, method: "POST", path: "/RPC2" }, (response) => {
      response.resume();
      response.on("end", () => setImmediate(() => done(sent.reusedSocket)));
    });
    sent.on("error", reject);
    sent.setHeader("Content-Length", GET_STATE.length);
    sent.end(GET_STATE);
  });
}
