/** [fcgi-program:x]: one listening socket, made by the daemon, as standard input of all its processes. */
import { statSync } from "node:fs";
import { connect } from "node:net";
import { resolve } from "node:path";
import { freePort } from "@gateway-engine/testkit/free-port";
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { onBothDaemons, refusal } from "./suite.ts";

const APP = `/usr/bin/python3 ${resolve(import.meta.dirname, "fcgi-app.py")}`;

/** What the server sends to whoever connects. */
function askedOf(address: string | number): Promise<string> {
  return new Promise((done, reject) => {
    let text = "";
    const socket = typeof address === "string" ? connect(address) : connect(address, "127.0.0.1");
    socket.on("data", (part) => {
      text += part.toString();
    });
    socket.on("end", () => done(text));
    socket.on("error", reject);
  });
}

function connects(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => done(true));
    socket.on("error", () => done(false));
    socket.unref();
  });
}

onBothDaemons("a FastCGI program", ({ kind, spec }) => {
  spec(
    "serves a unix socket with the owner and the mode that are configured, as long as one of its processes lives",
    ["option fcgi-program socket", "option fcgi-program socket_owner", "option fcgi-program socket_mode"],
    async () => {
      await using daemon = await Daemon.start(kind, {
        programs: `[fcgi-program:app]
command=${APP}
socket=unix://$HERE/%(program_name)s.fcgi
socket_owner=nobody:nogroup
socket_mode=0640
process_name=%(program_name)s_%(process_num)d
numprocs=2
startsecs=0`,
      });
      await daemon.until("app:app_0", "RUNNING");
      await daemon.until("app:app_1", "RUNNING");
      const path = daemon.file("app.fcgi");
      expect(await askedOf(path)).toMatch(/^app_[01]$/);
      const { uid, mode } = statSync(path);
      expect([uid, mode & 0o777]).toEqual([65534, 0o640]);

      await daemon.call("stopProcess", "app:app_0");
      expect(await askedOf(path)).toBe("app_1");
      await daemon.call("stopProcess", "app:app_1");
      await daemon.eventually("nobody at the socket", async () => !(await connects(path)));
      await daemon.call("startProcess", "app:app_0");
      expect(await askedOf(path)).toBe("app_0");
    },
  );

  spec("serves a TCP port", ["option fcgi-program socket"], async () => {
    const port = await freePort();
    await using daemon = await Daemon.start(kind, {
      programs: `[fcgi-program:app]\ncommand=${APP}\nsocket=tcp://127.0.0.1:${port}\nstartsecs=0\n`,
    });
    await daemon.until("app", "RUNNING");
    expect(await askedOf(port)).toBe("app");
  });

  spec("lets no more wait than socket_backlog says", ["option fcgi-program socket_backlog"], async () => {
    await using daemon = await Daemon.start(kind, {
      programs: `[fcgi-program:busy]\ncommand=sleep infinity\nsocket=unix://$HERE/busy.fcgi\nsocket_backlog=1\nstartsecs=0\n`,
    });
    await daemon.until("busy", "RUNNING");
    const waiting: boolean[] = [];
    for (let count = 0; count < 3; count += 1) waiting.push(await connects(daemon.file("busy.fcgi")));
    expect(waiting).toEqual([true, true, false]);
  });

  spec(
    "keeps the daemon from starting when its section is wrong",
    [
      "option fcgi-program socket",
      "option fcgi-program socket_backlog",
      "option fcgi-program socket_owner",
      "option fcgi-program socket_mode",
    ],
    async () => {
      const refused = (lines: string) => refusal(kind, { programs: `[fcgi-program:x]\ncommand=cat\n${lines}\n` });
      const socket = "socket=unix:///tmp/x.fcgi";
      expect(await refused("")).toContain('[fcgi-program:x] section requires a "socket" line');
      expect(await refused("socket=junk")).toMatch(/Bad socket format.*junk.* in \[fcgi-program:x\] socket/);
      expect(await refused(`${socket}\nsocket_backlog=0`)).toContain("Invalid socket_backlog value 0");
      expect(await refused(`${socket}\nsocket_owner=nosuch`)).toContain("Invalid socket_owner value nosuch");
      expect(await refused(`${socket}\nsocket_mode=9`)).toContain("Invalid socket_mode value 9");
    },
  );
});
