/** The engine's client at the original supervisord. */
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSupervisorClient, isFault, type SupervisorClient } from "../src/client.ts";
import { Daemon } from "./black-box/daemon.ts";
import { REAL } from "./black-box/kinds.ts";

const { signal } = new AbortController();
const http = createHttpClient();
let daemon: Daemon;
let client: SupervisorClient;

beforeAll(async () => {
  daemon = await Daemon.start(REAL, {
    supervisord: "identifier=oracle",
    programs:
      "[program:cat]\ncommand=/bin/sh -c 'echo hello; exec cat'\nstartsecs=0\n[program:off]\ncommand=false\nautostart=false",
  });
  client = createSupervisorClient({ http, socketPath: daemon.socket });
  await daemon.until("cat", "RUNNING");
});

afterAll(async () => {
  await daemon[Symbol.asyncDispose]();
  http.close();
});

test("tells the state of supervisord and of its processes", async () => {
  expect(await client.getVersion(signal)).toBe("3.0");
  expect(await client.getState(signal)).toEqual({ statecode: 1, statename: "RUNNING" });
  expect(await client.getAllProcessInfo(signal)).toMatchObject([
    { name: "cat", group: "cat", statename: "RUNNING", pid: expect.any(Number) },
    { name: "off", group: "off", statename: "STOPPED", pid: 0, exitstatus: 0 },
  ]);
  expect(await client.getProcessInfo("cat", signal)).toMatchObject({ name: "cat", state: 20 });
});

test("stops and starts a process, and a group", async () => {
  await client.stopProcess("cat", signal);
  await client.startProcess("cat", signal);
  expect(await client.stopProcessGroup("cat", signal)).toMatchObject([{ name: "cat", status: 80 }]);
  expect(await client.startProcessGroup("cat", signal)).toMatchObject([{ name: "cat", status: 80 }]);
});

test("reads the end of a log", async () => {
  const { stdout_logfile: file } = await client.getProcessInfo("cat", signal);
  expect(file).toContain("cat-stdout---oracle-");
  expect(await client.tailProcessStdoutLog("cat", { offset: 0, length: 6 }, signal)).toMatchObject({
    text: expect.stringMatching(/^(hello\n)?$/),
  });
});

test("update adds, changes and removes as supervisorctl does", async () => {
  daemon.write("conf.d/b.conf", "[program:new]\ncommand=cat\nstartsecs=0\n[program:other]\ncommand=cat\nstartsecs=0");
  expect(await client.update(["new"], signal)).toEqual([{ group: "new", did: "added" }]);
  daemon.write("conf.d/b.conf", "[program:new]\ncommand=sleep infinity\nstartsecs=0");
  expect(await client.update([], signal)).toEqual([
    { group: "new", did: "stopped" },
    { group: "new", did: "updated" },
  ]);
  daemon.remove("conf.d/b.conf");
  expect(await client.update([], signal)).toEqual([
    { group: "new", did: "stopped" },
    { group: "new", did: "removed" },
  ]);
  expect(await client.update([], signal)).toEqual([]);
});

test("a refusal is an error that carries the fault", async () => {
  const refused = client.startProcess("cat", signal);
  await expect(refused).rejects.toMatchObject({
    code: "E_SUPERVISOR_FAULT",
    details: { method: "supervisor.startProcess", fault: "ALREADY_STARTED: cat", faultCode: 60 },
  });
  expect(await refused.catch((error: unknown) => isFault(error, "ALREADY_STARTED"))).toBe(true);
  await expect(client.startProcess("off", signal)).rejects.toMatchObject({ details: { faultCode: 50 } });
});

test("a supervisord that is not there is an error that names the socket", async () => {
  const lost = createSupervisorClient({ http, socketPath: "/nonexistent/s.sock" });
  await expect(lost.getState(signal)).rejects.toMatchObject({
    code: "E_SUPERVISOR_UNREACHABLE",
    message: "no supervisor answers at /nonexistent/s.sock: no such file or folder",
  });
});
