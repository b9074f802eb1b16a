/** The limits that the daemon raises for itself and its programs, or does not start without. */
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { byDesign } from "./differences.ts";
import { onBothDaemons, refusal } from "./suite.ts";

const PRLIMIT = "/usr/bin/prlimit";

const PROGRAMS = `[program:files]
command=/bin/sh -c "ulimit -n > $HERE/files.tmp; mv $HERE/files.tmp $HERE/files.out; exec sleep infinity"
startsecs=0
[program:processes]
command=/bin/bash -c "ulimit -u > $HERE/processes.tmp; mv $HERE/processes.tmp $HERE/processes.out; exec sleep infinity"
startsecs=0
`;

onBothDaemons("limits", ({ kind, spec }) => {
  const raised = async (setup: { readonly supervisord?: string; readonly args?: readonly string[] }) => {
    const through = [PRLIMIT, "--nofile=256:4096", "--nproc=3000:20000"];
    await using daemon = await Daemon.start(kind, { programs: PROGRAMS, through, ...setup });
    return [await daemon.untilFile("files.out", "\n"), await daemon.untilFile("processes.out", "\n")];
  };

  spec("are raised as the file says", ["option supervisord minfds", "option supervisord minprocs"], async () => {
    expect(await raised({ supervisord: "minfds=2048\nminprocs=5000" })).toEqual(["2048\n", "5000\n"]);
  });

  spec("are raised as the command line says", ["command line -a", "command line --minprocs"], async () => {
    const args = ["-a", "2048", "--minprocs", "5000"];
    expect(await raised({ supervisord: "minfds=300", args })).toEqual(["2048\n", "5000\n"]);
  });

  spec(
    "that are no numbers keep the daemon from starting",
    ["command line -a", "command line --minprocs"],
    async () => {
      for (const option of ["-a", "--minprocs"]) {
        expect(await refusal(kind, { args: [option, "many"] })).toContain(
          byDesign(kind, "what is no number is named in plain words", {
            ours: `invalid value for ${option} 'many': a whole number is expected, not 'many'`,
            real: `invalid value for ${option} 'many': invalid literal for int() with base 10: 'many'`,
          }),
        );
      }
      expect(await refusal(kind, { args: ["-k", "many"] })).toContain(
        "positional arguments are not supported: ['many']",
      );
    },
  );

  spec("that cannot be raised keep the daemon from starting", ["start-up limits that cannot be raised"], async () => {
    const through = [PRLIMIT, "--nofile=256:256", "/usr/bin/setpriv", "--reuid", "nobody", "--clear-groups"];
    expect(await refusal(kind, { supervisord: "minfds=1024", through })).toContain(
      "The minimum number of file descriptors required to run this process is 1024",
    );
  });
});
