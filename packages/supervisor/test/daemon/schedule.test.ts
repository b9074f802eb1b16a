import { expect, test } from "vitest";
import { eventually, superviseFolder } from "./gateway.ts";

test("a scheduled program waits for its time, is done when it ends, and is left alone while it runs", async () => {
  const folder = superviseFolder(`[program:quick]
command=sh -c "echo run >> $HERE/quick"
[program:slow]
command=sleep 1000
[gateway-engine:quick]
schedule=@every 1s
[gateway-engine:slow]
schedule=@every 1s
`);
  await folder.start();
  expect(await folder.info("quick")).toMatchObject({ statename: "STOPPED", description: "Not started" });
  const { pid } = await folder.until("slow", "RUNNING");
  await eventually(() => folder.read("quick") === "run\nrun\n");
  expect((await folder.until("quick", "EXITED")).exitstatus).toBe(0);
  expect((await folder.info("slow")).pid).toBe(pid);
  expect(folder.read("main.log")).toContain("'slow' is not started as scheduled: its last run is not over");
});
