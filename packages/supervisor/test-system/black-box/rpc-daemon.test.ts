/** The remote methods about the daemon itself: who it is, its configuration, its end. */
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { expectFault, onBothDaemons, sharedDaemon } from "./suite.ts";

onBothDaemons("the daemon, asked from afar", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, { supervisord: "identifier=tester" });

  spec(
    "tells its versions",
    ["rpc supervisor.getAPIVersion", "rpc supervisor.getVersion", "rpc supervisor.getSupervisorVersion"],
    async () => {
      expect(await daemon().call("getAPIVersion")).toBe("3.0");
      expect(await daemon().call("getVersion")).toBe("3.0");
      expect(await daemon().call("getSupervisorVersion")).toBe("4.2.5");
    },
  );

  spec(
    "tells its name, its pid and its state",
    ["rpc supervisor.getIdentification", "rpc supervisor.getPID", "rpc supervisor.getState"],
    async () => {
      expect(await daemon().call("getIdentification")).toBe("tester");
      expect(await daemon().call("getPID")).toBe(daemon().pid);
      expect(await daemon().call("getState")).toEqual({ statecode: 1, statename: "RUNNING" });
    },
  );

  spec("takes events from anybody", ["rpc supervisor.sendRemoteCommEvent"], async () => {
    expect(await daemon().call("sendRemoteCommEvent", "type", "data")).toBe(true);
  });
});

onBothDaemons("groups, added and removed from afar", ({ kind, spec }) => {
  const KEPT = "[program:kept]\ncommand=sleep infinity\nstartsecs=0\n";

  spec(
    "come and go as the configuration says",
    [
      "rpc supervisor.reloadConfig",
      "fault supervisor.reloadConfig 92",
      "rpc supervisor.addProcessGroup",
      "fault supervisor.addProcessGroup 10",
      "fault supervisor.addProcessGroup 90",
      "rpc supervisor.removeProcessGroup",
      "fault supervisor.removeProcessGroup 10",
      "fault supervisor.removeProcessGroup 91",
    ],
    async () => {
      await using daemon = await Daemon.start(kind, { programs: KEPT });
      expect(await daemon.call("reloadConfig")).toEqual([[[], [], []]]);
      await expectFault(daemon.call("addProcessGroup", "new"), 10, "BAD_NAME: new");

      daemon.configure(`${KEPT}[program:new]\ncommand=sleep infinity\nstartsecs=0\n`);
      expect(await daemon.call("reloadConfig")).toEqual([[["new"], [], []]]);
      await expectFault(daemon.call("getProcessInfo", "new"), 10, "BAD_NAME: new");
      expect(await daemon.call("addProcessGroup", "new")).toBe(true);
      await expectFault(daemon.call("addProcessGroup", "new"), 90, "ALREADY_ADDED: new");
      await daemon.until("new", "RUNNING");

      await expectFault(daemon.call("removeProcessGroup", "nosuch"), 10, "BAD_NAME: nosuch");
      await expectFault(daemon.call("removeProcessGroup", "new"), 91, "STILL_RUNNING: new");
      await daemon.call("stopProcess", "new");
      expect(await daemon.call("removeProcessGroup", "new")).toBe(true);
      await expectFault(daemon.call("getProcessInfo", "new"), 10, "BAD_NAME: new");

      daemon.configure("[program:broken]\n");
      await expectFault(
        daemon.call("reloadConfig"),
        92,
        /^CANT_REREAD: program section program:broken does not specify a command in section 'program:broken' \(file: '.*programs\.conf'/,
      );
    },
  );
});

onBothDaemons("the end, asked for from afar", ({ kind, spec }) => {
  spec("shutdown answers at once, and the daemon ends with status 0", ["rpc supervisor.shutdown"], async () => {
    await using daemon = await Daemon.start(kind);
    expect(await daemon.call("shutdown")).toBe(true);
    expect((await daemon.ended()).status).toBe(0);
  });

  spec(
    "restart begins again in the same process, with what is configured now",
    ["rpc supervisor.restart"],
    async () => {
      await using daemon = await Daemon.start(kind, { programs: "[program:old]\ncommand=sleep infinity\nstartsecs=0" });
      const { pid } = await daemon.until("old", "RUNNING");
      daemon.configure("[program:new]\ncommand=sleep infinity\nstartsecs=0");
      expect(await daemon.call("restart")).toBe(true);
      await daemon.eventually("the program of the new configuration", async () => {
        const answer = await daemon.info("new").catch(() => undefined);
        return answer?.statename === "RUNNING";
      });
      expect(await daemon.call("getPID")).toBe(daemon.pid);
      expect(() => process.kill(pid, 0)).toThrow();
    },
  );
});
