/** The kernel's control groups in memory, with those of its rules that matter here. */
import type { ControlGroups } from "@gateway-engine/core/control-groups";

export class MemoryControlGroups implements ControlGroups {
  readonly files = new Map<string, string>();
  readonly folders = new Set<string>();
  readonly #own: string | undefined;

  /** @param root a group that is not the root of the hierarchy, with these processes in it */
  constructor(root: string | undefined, controllers: string, pids: readonly number[] = []) {
    this.#own = root;
    if (root === undefined) return;
    this.make(root);
    this.files.set(`${root}/cgroup.controllers`, controllers);
    this.files.set(`${root}/cgroup.procs`, pids.map((pid) => `${pid}\n`).join(""));
  }

  own(): string | undefined {
    return this.#own;
  }

  read(path: string): string | undefined {
    return this.files.get(path);
  }

  write(path: string, text: string): string | undefined {
    const [, folder = "", file = ""] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
    if (!this.folders.has(folder)) return "no such file or directory";
    if (file === "cgroup.procs") return this.#move(folder, text);
    if (file === "cgroup.subtree_control") {
      if (this.files.get(`${folder}/cgroup.procs`) !== "") return "device or resource busy";
      this.files.set(path, text.replaceAll("+", ""));
      return undefined;
    }
    this.files.set(path, text);
    return undefined;
  }

  make(folder: string): string | undefined {
    this.folders.add(folder);
    for (const [file, text] of [
      ["cgroup.type", "domain\n"],
      ["cgroup.procs", ""],
      ["memory.events", "oom_kill 0\n"],
    ]) {
      if (!this.files.has(`${folder}/${file}`)) this.files.set(`${folder}/${file}`, text ?? "");
    }
    return undefined;
  }

  remove(folder: string): void {
    if (this.files.get(`${folder}/cgroup.procs`) !== "") return;
    this.folders.delete(folder);
    for (const path of [...this.files.keys()]) if (path.startsWith(`${folder}/`)) this.files.delete(path);
  }

  list(folder: string): readonly string[] {
    return [...this.folders]
      .filter((name) => name.startsWith(`${folder}/`))
      .map((name) => name.slice(folder.length + 1));
  }

  #move(folder: string, pid: string): undefined {
    for (const [path, text] of this.files) {
      if (path.endsWith("/cgroup.procs")) this.files.set(path, text.replace(`${pid}\n`, ""));
    }
    this.files.set(`${folder}/cgroup.procs`, `${this.files.get(`${folder}/cgroup.procs`) ?? ""}${pid}\n`);
    return undefined;
  }
}
