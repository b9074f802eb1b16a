/**
 * The steps of `install` in gwe.json, which take the place of install.sh.
 *
 * @see docs/reference/gwe-json.md#install
 */
import { ok, type Result } from "@gateway-engine/core/result";
import { absolutePath, command, releasePath } from "./json-paths.ts";
import { checked, list, object, type Shape, text } from "./json-shape.ts";

export type InstallAction =
  /** A file or a folder of the release to a place of the gateway. */
  | { readonly kind: "copy"; readonly from: string; readonly to: string; readonly rights: Rights }
  | { readonly kind: "folder"; readonly path: string; readonly rights: Rights }
  /** A symbolic link at `path`. */
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  /** A command, in the release folder. */
  | { readonly kind: "run"; readonly command: readonly string[] };

export interface Rights {
  /** Octal, as chmod takes it; undefined: as it is. */
  readonly mode?: string;
  /** `user` or `user:group`, as chown takes it; undefined: whoever the engine runs as. */
  readonly owner?: string;
}

const MOST_ACTIONS = 1000;

interface ActionKeys {
  readonly copy: string;
  readonly folder: string;
  readonly link: string;
  readonly run: readonly string[];
  readonly to: string;
  readonly mode: string;
  readonly owner: string;
}

const keys: Shape<Partial<ActionKeys>> = object<ActionKeys>({
  copy: releasePath,
  folder: absolutePath,
  link: absolutePath,
  run: command,
  to: text("a path", (path) => /^[^\0]{1,4000}$/s.test(path)),
  mode: text('an octal text such as "0755"', (mode) => /^[0-7]{3,4}$/.test(mode)),
  owner: text('an account such as "nobody" or "www-data:www-data"', (owner) =>
    /^[A-Za-z0-9_][\w.-]{0,63}(:[A-Za-z0-9_][\w.-]{0,63})?$/.test(owner),
  ),
});

export const installActions: Shape<readonly InstallAction[]> = list(readAction, MOST_ACTIONS);

function readAction(raw: unknown, at: string): Result<InstallAction, string> {
  const read = checked(keys, problemOf)(raw, at);
  if (!read.ok) return read;
  const { copy, folder, link, run, to = "", mode, owner } = read.value;
  const rights = { ...(mode === undefined ? {} : { mode }), ...(owner === undefined ? {} : { owner }) };
  if (copy !== undefined) {
    const target = absolutePath(to, `${at}.to`);
    return target.ok ? ok({ kind: "copy", from: copy, to: target.value, rights }) : target;
  }
  if (folder !== undefined) return ok({ kind: "folder", path: folder, rights });
  if (link !== undefined) return ok({ kind: "link", path: link, target: to });
  return ok({ kind: "run", command: run ?? [] });
}

const ALLOWED: Readonly<Record<InstallAction["kind"], readonly string[]>> = {
  copy: ["copy", "to", "mode", "owner"],
  folder: ["folder", "mode", "owner"],
  link: ["link", "to"],
  run: ["run"],
};

function problemOf(action: Partial<ActionKeys>): string | undefined {
  const given = Object.keys(action);
  const kinds = (["copy", "folder", "link", "run"] as const).filter((kind) => given.includes(kind));
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined) return "must have exactly one of copy, folder, link, run";
  const stray = given.find((key) => !ALLOWED[kind].includes(key));
  if (stray !== undefined) return `has "${stray}", which does not go with "${kind}"`;
  if (ALLOWED[kind].includes("to") && action.to === undefined) return `has "${kind}" without "to"`;
  return undefined;
}
