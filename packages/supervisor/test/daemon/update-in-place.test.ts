/** update_in_place, through our supervisorctl. */
import { expect, test } from "vitest";
import { isAlive, superviseFolder } from "./gateway.ts";

const web = (numprocs: number) => `[program:web]
command=sleep 1000
process_name=w%(process_num)d
numprocs=${numprocs}
startsecs=0
`;

test("more and fewer processes of a program leave the others running", async () => {
  const folder = superviseFolder(`${web(2)}[gateway-engine]\nupdate_in_place=true\n`);
  await folder.start();
  const pids = [(await folder.until("web:w0", "RUNNING")).pid, (await folder.until("web:w1", "RUNNING")).pid];
  folder.configure(`${web(3)}[gateway-engine]\nupdate_in_place=true\n`);
  expect(folder.ctl("update")).toMatchObject({ stdout: "web: updated process group\n", status: 0 });
  await folder.until("web:w2", "RUNNING");
  expect([(await folder.info("web:w0")).pid, (await folder.info("web:w1")).pid]).toEqual(pids);
  folder.configure(`${web(1)}[gateway-engine]\nupdate_in_place=true\n`);
  expect(folder.ctl("update").stdout).toBe("web: updated process group\n");
  expect(pids.map(isAlive)).toEqual([true, false]);
  expect(folder.ctl("status").stdout).toMatch(/^web:w0 +RUNNING .*\n$/);
  expect(folder.ctl("update").stdout).toBe("");
});

test("without it the whole group is restarted, as by the original", async () => {
  const folder = superviseFolder(web(2));
  await folder.start();
  const { pid } = await folder.until("web:w0", "RUNNING");
  folder.configure(web(3));
  expect(folder.ctl("update").stdout).toBe("web: stopped\nweb: updated process group\n");
  expect((await folder.until("web:w0", "RUNNING")).pid).not.toBe(pid);
});
