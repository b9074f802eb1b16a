/// <reference lib="esnext.disposable" />
/** A folder that plays `/`, or a part of the real one, with the real layers over it. Needs root. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import type { CommandResult } from "@gateway-engine/core/processes";
import { systemClock } from "@gateway-engine/platform/clock";
import { exactFiles } from "@gateway-engine/platform/exact-files";
import { nodeFiles } from "@gateway-engine/platform/files";
import { layerMachine as machine } from "@gateway-engine/platform/layered";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { Layers, type ReadyLayers } from "../../../src/install/undo/layers.ts";
import { snapshot } from "../../../test/install/undo/snapshot.ts";

const ENVIRONMENT = { PATH: process.env["PATH"] ?? "" };

export class LayeredRoot implements Disposable {
  /** Where scripts work. */
  readonly folder: string;
  readonly layers: Layers;
  readonly paths: GatewayPaths;
  readonly #made: readonly string[];

  /** A gateway's root in a folder; the scripts work in another below it. */
  static inFolder(root?: string): LayeredRoot {
    const top = root ?? mkdtempSync("/tmp/gwe-layered-");
    const folder = join(top, "srv");
    mkdirSync(folder, { recursive: true });
    return new LayeredRoot(folder, gatewayPaths(top), root === undefined ? [top] : []);
  }

  /** The whole machine; the scripts work in a new folder below /opt, and the engine's state is in another. */
  static wholeMachine(): LayeredRoot {
    const folder = mkdtempSync("/opt/gwe-layered-");
    const stateDir = mkdtempSync("/var/lib/gwe-layered-");
    const paths = { ...gatewayPaths(), stateDir, undoDir: `${stateDir}/undo` };
    return new LayeredRoot(folder, paths, [folder, stateDir]);
  }

  private constructor(folder: string, paths: GatewayPaths, made: readonly string[]) {
    this.folder = folder;
    this.paths = paths;
    this.#made = made;
    mkdirSync(paths.stateDir, { recursive: true });
    this.layers = new Layers({
      files: nodeFiles,
      exactFiles,
      clock: systemClock,
      commands: nodeCommandRunner,
      paths,
      environment: ENVIRONMENT,
      machine,
    });
  }

  /** Runs a shell script in the folder over layers, and lists what it changed. @returns mounts that were not layered */
  async run(script: string, passed: readonly string[] = []): Promise<readonly string[]> {
    const ready = await this.layers.prepare(INSTALL, passed);
    const { result, output } = await this.#shell(ready, script);
    if (result.kind !== "exited" || result.status !== 0) throw new Error(`${JSON.stringify(result)}\n${output}`);
    await this.layers.endProcesses(INSTALL);
    const unlayered = await this.layers.list(INSTALL, new AbortController().signal);
    return [...ready.notUndoable, ...unlayered];
  }

  async #shell({ commands }: ReadyLayers, script: string): Promise<{ result: CommandResult; output: string }> {
    let output = "";
    const result = await commands.run({
      file: "/bin/sh",
      args: ["-euc", script],
      cwd: this.folder,
      env: ENVIRONMENT,
      timeoutMs: 60_000,
      graceMs: 0,
      signal: new AbortController().signal,
      onOutput: (chunk) => {
        output += Buffer.from(chunk).toString();
      },
    });
    return { result, output };
  }

  apply(): Promise<void> {
    return this.layers.apply(INSTALL);
  }

  undo(): Promise<readonly string[]> {
    return this.layers.undo(INSTALL);
  }

  settle(committed?: string): Promise<void> {
    return this.layers.settle(INSTALL, committed);
  }

  /** Runs a shell script as anybody else would. */
  directly(script: string): void {
    shell(this.folder, script);
  }

  content(): string {
    return wholeContent(this.folder);
  }

  [Symbol.dispose](): void {
    for (const folder of this.#made) rmSync(folder, { recursive: true, force: true });
  }
}

const INSTALL = "0190-test";

export function shell(folder: string, script: string): void {
  execFileSync("/bin/sh", ["-euc", script], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** Content, kinds, owners, modes, devices, extended attributes, and which names are those of one file. */
export function wholeContent(folder: string): string {
  const run = (program: string, ...args: readonly string[]) => execFileSync(program, args, { cwd: folder }).toString();
  const attributes = run("getfattr", "-dhR", "-m", "^(user|security)\\.", ".").split("\n\n").sort();
  const names = Map.groupBy(
    run("find", ".", "-type", "f", "-links", "+1", "-printf", "%i %p\\n")
      .split("\n")
      .filter((line) => line !== ""),
    (line) => line.split(" ")[0],
  );
  const groups = [...names.values()].map((lines) => lines.map((line) => line.slice(line.indexOf(" ") + 1)).sort());
  const sameFiles = groups.filter((group) => group.length > 1).map((group) => group.join(" = "));
  return [snapshot(folder), ...sameFiles.sort(), ...attributes].join("\n");
}

export function fixture(folder: string): void {
  mkdirSync(join(folder, "d"), { recursive: true });
  shell(folder, FIXTURE);
}

const FIXTURE = `
  umask 022
  echo file > file; echo other > other; ln other second-name; ln -s file link; mkfifo fifo; mknod device c 1 3
  mkdir -p d/e deep/er/still; echo 1 > d/one; echo 2 > d/two; echo 3 > d/e/three; echo 4 > deep/er/still/four
  echo run > program; chown 1000:1001 program; chmod 4755 program
  echo noted > noted; setfattr -n user.note -v old noted
  mkdir -m 1777 sticky; mkdir -m 700 private; chown 1000 private
  printf x > "$(printf 'caf\\351 and\\nline')"
`;
