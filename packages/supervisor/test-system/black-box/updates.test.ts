/** reread and update: what counts as a change, and what is left alone. */
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { onBothDaemons } from "./suite.ts";

function program(name: string, lines = ""): string {
  return `[program:${name}]\ncommand=sleep infinity\nstartsecs=0\n${lines}\n`;
}

onBothDaemons("a changed configuration", ({ kind, spec }) => {
  spec(
    "adds, changes and removes what it says, and nothing else",
    [
      "update added",
      "update changed",
      "update removed",
      "update unchanged keeps its pids",
      "update an invalid file keeps the old set",
      "supervisorctl reread",
      "supervisorctl update",
    ],
    async () => {
      await using daemon = await Daemon.start(kind, { programs: program("same") + program("other") + program("gone") });
      for (const name of ["same", "other", "gone"]) await daemon.until(name, "RUNNING");
      const before = await daemon.info("same");
      expect(await daemon.ctl("update")).toEqual({ printed: "", status: 0 });

      daemon.configure(program("same") + program("other", "stopwaitsecs=5") + program("new"));
      expect((await daemon.ctl("reread")).printed.trim().split("\n").sort()).toEqual([
        "gone: disappeared",
        "new: available",
        "other: changed",
      ]);
      expect((await daemon.info("other")).statename).toBe("RUNNING");
      expect((await daemon.ctl("update")).printed.trim().split("\n").sort()).toEqual([
        "gone: removed process group",
        "gone: stopped",
        "new: added process group",
        "other: stopped",
        "other: updated process group",
      ]);
      await daemon.until("new", "RUNNING");
      await daemon.until("other", "RUNNING");
      await expect(daemon.info("gone")).rejects.toThrow("BAD_NAME: gone");
      expect((await daemon.info("same")).pid).toBe(before.pid);

      daemon.configure(`${program("same", "priority=5")}[program:broken]\n`);
      const refused = await daemon.ctl("update");
      expect(refused.status).toBe(1);
      expect(refused.printed).toContain("CANT_REREAD: program section program:broken does not specify a command");
      expect(await daemon.info("same")).toMatchObject({ pid: before.pid, statename: "RUNNING" });
      expect((await daemon.info("new")).statename).toBe("RUNNING");
      // The set that was read last is still the one that groups are added from.
      await daemon.call("stopProcess", "new");
      await daemon.call("removeProcessGroup", "new");
      expect(await daemon.call("addProcessGroup", "new")).toBe(true);
    },
  );

  const changes: readonly (readonly [string, string, string])[] = [
    ["another command", "[program:x]\ncommand=cat", "[program:x]\ncommand=sleep infinity"],
    ["another environment", program("x", "environment=A=1"), program("x", "environment=A=2")],
    [
      "another number of processes",
      program("x", "process_name=%(process_num)d\nnumprocs=1"),
      program("x", "process_name=%(process_num)d\nnumprocs=2"),
    ],
    [
      "another priority of a group",
      `${program("a")}[group:x]\nprograms=a`,
      `${program("a")}[group:x]\nprograms=a\npriority=1`,
    ],
    [
      "another program in a group",
      `${program("a")}[group:x]\nprograms=a`,
      `${program("a")}${program("b")}[group:x]\nprograms=a,b`,
    ],
  ];
  spec("is seen in every option", ["update changed", "option group programs"], async () => {
    await using daemon = await Daemon.start(kind, { programs: "" });
    for (const [what, before, after] of changes) {
      daemon.configure(before);
      await daemon.call("reloadConfig");
      await daemon.call("addProcessGroup", "x");
      expect(await daemon.call("reloadConfig"), what).toEqual([[[], [], []]]);
      daemon.configure(after);
      expect(await daemon.call("reloadConfig"), what).toEqual([[[], ["x"], []]]);
      await daemon.call("stopProcessGroup", "x");
      await daemon.call("removeProcessGroup", "x");
    }
  });

  spec(
    "of [supervisord] takes effect at once for identifier, and changes every group for environment",
    ["update identifier at once", "update [supervisord] environment changes every group"],
    async () => {
      await using daemon = await Daemon.start(kind, {
        supervisord: "identifier=before",
        programs: program("a") + program("b"),
      });
      daemon.write("s.conf", daemon.read("s.conf").replace("identifier=before", "identifier=after"));
      expect(await daemon.call("reloadConfig")).toEqual([[[], [], []]]);
      expect(await daemon.call("getIdentification")).toBe("after");
      daemon.write("s.conf", daemon.read("s.conf").replace("identifier=after", "identifier=after\nenvironment=NEW=1"));
      expect(await daemon.call("reloadConfig")).toEqual([[[], ["a", "b"], []]]);
    },
  );
});
