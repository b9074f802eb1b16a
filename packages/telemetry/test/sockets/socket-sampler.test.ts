import { mkdir, symlink, writeFile } from "node:fs/promises";
import type { CommandResult, CommandRunner } from "@gateway-engine/core/processes";
import { nodeFiles } from "@gateway-engine/platform/files";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { SocketSampler } from "../../src/sockets/socket-sampler.ts";
import type { TrafficEntry } from "../../src/traffic/traffic-book.ts";

const NEVER = new AbortController().signal;

/** A machine on which the program 100 has a child 101, and 200 is a stranger. */
class Stage {
  readonly entries: TrafficEntry[] = [];
  readonly sampler: SocketSampler;
  ends: CommandResult = { kind: "exited", status: 0 };
  sockets: readonly string[] = [];

  private constructor(root: string) {
    const commands: CommandRunner = {
      run: async ({ onOutput }) => {
        onOutput?.(Buffer.from(this.sockets.join("")));
        return this.ends;
      },
    };
    this.sampler = new SocketSampler(
      {
        commands,
        files: nodeFiles,
        root,
        programs: async () => [{ application: "counter", pid: 100 }],
        interface: () => "wwan0",
        book: { record: (entry) => this.entries.push(entry) },
      },
      {},
    );
  }

  static async open(): Promise<Stage> {
    const folder = temporaryFolder("sockets");
    onTestFinished(() => folder.remove());
    await makeProcess(folder.path, { pid: 100, group: 100, inodes: [11] });
    await makeProcess(folder.path, { pid: 101, group: 100, inodes: [12, 13] });
    await makeProcess(folder.path, { pid: 200, group: 200, inodes: [21] });
    return new Stage(folder.path);
  }
}

test("an application is told what its processes have moved since the look before", async () => {
  const stage = await Stage.open();
  stage.sockets = [socket(11, "203.0.113.9:443", [1000, 500, 10]), socket(21, "203.0.113.9:443", [5, 5, 1])];
  await stage.sampler.sample(NEVER);
  expect(stage.entries).toEqual([]);

  stage.sockets = [
    socket(11, "203.0.113.9:443", [1300, 600, 14]),
    socket(12, "203.0.113.9:80", [40, 30, 3]),
    socket(21, "203.0.113.9:443", [900, 900, 9]),
  ];
  await stage.sampler.sample(NEVER);
  expect(stage.entries).toEqual([
    {
      application: "counter",
      purpose: "sockets",
      interface: "wwan0",
      requests: 0,
      sent: 340,
      received: 130,
      wireSent: 340 + 7 * 52,
      wireReceived: 130 + 7 * 52,
      exact: false,
    },
  ]);
});

test("a later socket that has the inode of an earlier one is counted from its beginning", async () => {
  const stage = await Stage.open();
  stage.sockets = [socket(11, "203.0.113.9:443", [1000, 500, 10])];
  await stage.sampler.sample(NEVER);
  stage.sockets = [socket(11, "203.0.113.10:443", [90, 80, 2])];
  await stage.sampler.sample(NEVER);
  expect(stage.entries.map(({ sent, received }) => [sent, received])).toEqual([[90, 80]]);
});

test("what stays on this machine is told apart", async () => {
  const stage = await Stage.open();
  await stage.sampler.sample(NEVER);
  stage.sockets = [
    socket(12, "203.0.113.9:80", [1, 1, 1]),
    socket(13, "127.0.0.1:8090", [70, 7, 2]).replace("10.0.0.5", "127.0.0.1"),
  ];
  await stage.sampler.sample(NEVER);
  expect(stage.entries.map(({ interface: name, sent }) => [name, sent])).toEqual([
    ["wwan0", 1],
    ["lo", 70],
  ]);
});

test("a machine without ss says so", async () => {
  const stage = await Stage.open();
  stage.ends = { kind: "not-started", reason: "no such file or directory" };
  await expect(stage.sampler.sample(NEVER)).rejects.toThrow("program ss did not start: no such file or directory");
});

interface MadeProcess {
  readonly pid: number;
  readonly group: number;
  readonly inodes: readonly number[];
}

async function makeProcess(root: string, { pid, group, inodes }: MadeProcess): Promise<void> {
  const folder = `${root}/proc/${pid}`;
  await mkdir(`${folder}/fd`, { recursive: true });
  await writeFile(`${folder}/stat`, `${pid} (a (b) c) S 1 ${group} ${group} 0 -1 4194560 1 0\n`);
  await symlink("/dev/null", `${folder}/fd/0`);
  for (const [index, inode] of inodes.entries()) await symlink(`socket:[${inode}]`, `${folder}/fd/${index + 3}`);
}

type Counts = readonly [sent: number, received: number, packets: number];

function socket(inode: number, peer: string, [sent, received, packets]: Counts): string {
  const counts = `bytes_sent:${sent} bytes_acked:${sent} bytes_received:${received} segs_out:${packets} segs_in:${packets}`;
  return `ESTAB 0 0 10.0.0.5:41322 ${peer} ino:${inode} sk:1 <->\n\t cubic mss:1448 ${counts}\n`;
}
