/** A command that runs to its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Whose rights it has, if not ours. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Exit statuses that are no failure. */
  readonly accept?: readonly number[];
}

/**
 * @returns what it printed
 * @throws Error with its last words when it fails
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  { env, cwd, user, accept = [0] }: CommandOptions = {},
): Promise<string> {
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], ...user });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== null && accept.includes(status)) return said.out;
  throw new Error(`${[file, ...args].join(" ")} ended with ${status}: ${(said.err || said.out).trim().slice(-500)}`);
}
