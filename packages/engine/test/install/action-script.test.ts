/** The script is run by the real shell, since that is what has to understand it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InstallAction } from "@gateway-engine/artifact/install-actions";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { actionScript } from "../../src/install/action-script.ts";

function workshop() {
  const { path, remove } = temporaryFolder("actions");
  onTestFinished(remove);
  const [release, root] = [join(path, "release"), join(path, "root")];
  mkdirSync(join(release, "bin"), { recursive: true });
  writeFileSync(join(release, "bin/it's a tool"), "#!/bin/sh\necho tool\n", { mode: 0o644 });
  const run = (...actions: readonly InstallAction[]) =>
    spawnSync("/bin/sh", ["-c", actionScript(actions)], { cwd: release, env: { ...process.env, GWE_ROOT: root } });
  return { release, root, run, text: (file: string) => readFileSync(join(root, file), "utf8") };
}

const TOOL: InstallAction = {
  kind: "copy",
  from: "bin/it's a tool",
  to: "/usr/local/bin/tool",
  rights: { mode: "0755" },
};

test("files, folders and links come below the gateway's root, also a second time", () => {
  const { root, run, text } = workshop();
  const actions: readonly InstallAction[] = [
    TOOL,
    { kind: "copy", from: "bin", to: "/opt/all", rights: {} },
    { kind: "folder", path: "/var/lib/app", rights: { mode: "0700" } },
    { kind: "link", path: "/usr/local/bin/t", target: "tool" },
  ];
  expect(run(...actions).status).toBe(0);
  expect(run(...actions)).toMatchObject({ status: 0, stderr: Buffer.from("") });
  expect(text("usr/local/bin/tool")).toContain("echo tool");
  expect(statSync(join(root, "usr/local/bin/tool")).mode & 0o777).toBe(0o755);
  expect(text("opt/all/it's a tool")).toContain("echo tool");
  expect(statSync(join(root, "var/lib/app")).mode & 0o777).toBe(0o700);
  expect(readlinkSync(join(root, "usr/local/bin/t"))).toBe("tool");
});

test("a file that is in use is replaced, not written into", () => {
  const { root, run } = workshop();
  run(TOOL);
  const { ino } = statSync(join(root, "usr/local/bin/tool"));
  run(TOOL);
  expect(statSync(join(root, "usr/local/bin/tool")).ino).not.toBe(ino);
});

test("a command gets its arguments as they are written, in the release folder", () => {
  const { release, run } = workshop();
  const { stdout } = run({ kind: "run", command: ["/bin/sh", "-c", 'pwd; echo "$0" "$1"', "$HOME", "a'b\n`id`"] });
  expect(stdout.toString()).toContain(`${release}\n$HOME a'b\n\`id\`\n`);
});

test("the first action that fails ends it", () => {
  const { run, root } = workshop();
  const after: InstallAction = { kind: "folder", path: "/after", rights: {} };
  expect(run({ kind: "run", command: ["/bin/false"] }, after).status).not.toBe(0);
  expect(() => statSync(join(root, "after"))).toThrow("ENOENT");
});
