/** What holds for every remote method alike, and the methods that tell of the others. */

import { expect } from "vitest";
import type { XmlRpcValue } from "../../src/xmlrpc/value.ts";
import { METHODS } from "./catalogue.ts";
import { Daemon } from "./daemon.ts";
import { byDesign } from "./differences.ts";
import { expectFault, onBothDaemons, sharedDaemon } from "./suite.ts";

type Method = keyof typeof METHODS;

const ALL = Object.keys(METHODS) as readonly Method[];

type RefusedAtTheEnd = { [Name in Method]: 6 extends (typeof METHODS)[Name][number] ? Name : never }[Method];

function isRefusedAtTheEnd(method: Method): method is RefusedAtTheEnd {
  return (METHODS[method] as readonly number[]).includes(6);
}

/** Parameters of the right number, for every method that has any. */
const PARAMETERS: Partial<Record<Method, readonly XmlRpcValue[]>> = {
  "supervisor.readLog": [0, 10],
  "supervisor.readMainLog": [0, 10],
  "supervisor.addProcessGroup": ["x"],
  "supervisor.removeProcessGroup": ["x"],
  "supervisor.startProcess": ["x"],
  "supervisor.startProcessGroup": ["x"],
  "supervisor.stopProcess": ["x"],
  "supervisor.stopProcessGroup": ["x"],
  "supervisor.signalProcess": ["x", "HUP"],
  "supervisor.signalProcessGroup": ["x", "HUP"],
  "supervisor.signalAllProcesses": ["HUP"],
  "supervisor.getProcessInfo": ["x"],
  "supervisor.readProcessLog": ["x", 0, 10],
  "supervisor.readProcessStdoutLog": ["x", 0, 10],
  "supervisor.readProcessStderrLog": ["x", 0, 10],
  "supervisor.tailProcessLog": ["x", 0, 10],
  "supervisor.tailProcessStdoutLog": ["x", 0, 10],
  "supervisor.tailProcessStderrLog": ["x", 0, 10],
  "supervisor.clearProcessLog": ["x"],
  "supervisor.clearProcessLogs": ["x"],
  "supervisor.sendProcessStdin": ["x", "text"],
  "supervisor.sendRemoteCommEvent": ["type", "data"],
};

onBothDaemons("every remote method", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, {});

  spec("is in system.listMethods", ["rpc system.listMethods"], async () => {
    const name = "`gateway.getDaemon` and `gateway.replaceDaemon` are there";
    const replacement = byDesign(kind, name, { ours: ["gateway.getDaemon", "gateway.replaceDaemon"], real: [] });
    const counts = { ours: ["gateway.getStartCounts"], real: [] };
    const more = [...replacement, ...byDesign(kind, "`gateway.getStartCounts` is there", counts)];
    expect(await daemon().call("system.listMethods")).toEqual([...ALL, ...more].sort());
  });

  for (const method of ALL) {
    spec(`${method} refuses a wrong number of parameters`, [`fault ${method} 2`], async () => {
      await expectFault(daemon().call(method, "a", "b", "c", "d", "e"), 2, "INCORRECT_PARAMETERS");
      const parameters = PARAMETERS[method];
      if (parameters === undefined) return;
      await expectFault(daemon().call(method, ...parameters.slice(1)), 2, "INCORRECT_PARAMETERS");
    });
  }

  spec("has a help text", ["rpc system.methodHelp", "fault system.methodHelp 4"], async () => {
    for (const method of ALL) expect(await daemon().call("system.methodHelp", method)).toMatch(/\S/);
    await expectFault(daemon().call("system.methodHelp", "supervisor.nosuch"), 4, "SIGNATURE_UNSUPPORTED");
  });

  spec(
    "has a signature: the type of its answer, then those of its parameters",
    ["rpc system.methodSignature", "fault system.methodSignature 4"],
    async () => {
      const signature = (method: string) => daemon().call("system.methodSignature", method);
      expect(await signature("supervisor.startProcess")).toEqual(["boolean", "string", "boolean"]);
      expect(await signature("supervisor.getState")).toEqual(["struct"]);
      expect(await signature("supervisor.tailProcessLog")).toEqual(["array", "string", "int", "int"]);
      await expectFault(signature("nosuch"), 4, "SIGNATURE_UNSUPPORTED");
    },
  );

  spec("is unknown under any other name", ["fault of an unknown method 1"], async () => {
    for (const name of ["supervisor.nosuch", "nosuch.getState", "supervisor._update", "a.b.c", "supervisor.getPID.x"]) {
      await expectFault(daemon().call(name), 1, "UNKNOWN_METHOD");
    }
  });

  spec("can be called with others in one system.multicall", ["rpc system.multicall"], async () => {
    const answers = await daemon().call("system.multicall", [
      { methodName: "supervisor.getAPIVersion", params: [] },
      { methodName: "supervisor.getProcessInfo", params: ["nosuch"] },
      { methodName: "supervisor.nosuch", params: [] },
      { methodName: "system.multicall", params: [[]] },
      { params: [] },
    ]);
    expect(answers).toEqual([
      "3.0",
      { faultCode: 10, faultString: "BAD_NAME: nosuch" },
      { faultCode: 1, faultString: "UNKNOWN_METHOD" },
      { faultCode: 2, faultString: "INCORRECT_PARAMETERS: Recursive system.multicall forbidden" },
      { faultCode: 2, faultString: "INCORRECT_PARAMETERS: No methodName" },
    ]);
  });
});

onBothDaemons("every remote method while the daemon ends", ({ kind, spec }) => {
  const answering = ALL.filter(isRefusedAtTheEnd);

  spec(
    "is refused, but for sendRemoteCommEvent and those of system",
    answering.map((method) => `fault ${method} 6` as const),
    async () => {
      await using daemon = await Daemon.start(kind, {
        programs: `[program:stubborn]
command=/bin/sh -c "trap '' TERM; echo deaf; while :; do sleep 0.1; done"
stdout_logfile=$HERE/stubborn.log
stopwaitsecs=60
startsecs=0
killasgroup=true`,
      });
      await daemon.untilFile("stubborn.log", "deaf");
      const { pid } = await daemon.info("stubborn");
      expect(await daemon.call("shutdown")).toBe(true);
      for (const method of answering) {
        await expectFault(daemon.call(method, ...(PARAMETERS[method] ?? [])), 6, "SHUTDOWN_STATE");
      }
      expect(await daemon.call("sendRemoteCommEvent", "type", "data")).toBe(true);
      expect(await daemon.call("system.listMethods")).toContain("supervisor.shutdown");
      process.kill(pid, "SIGKILL");
      expect((await daemon.ended()).status).toBe(0);
    },
  );
});
