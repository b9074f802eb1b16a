/**
 * gwe.json: what a package says about itself.
 *
 * @see docs/reference/gwe-json.md
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { type InstallAction, installActions } from "./install-actions.ts";
import { absolutePath, command } from "./json-paths.ts";
import { checked, dictionary, flag, list, number, object, oneOf, type Shape, text } from "./json-shape.ts";
import { parseJson } from "./json-text.ts";

export interface AppManifest {
  /** Seconds for which the program has to run well; undefined: as the gateway is configured. */
  readonly probation: number | undefined;
  readonly health: HealthCheck | undefined;
  /** The release is trusted only once the server has answered since its program was started. */
  readonly needsServer: boolean;
  /** Oldest release of the engine that it works with. */
  readonly minimumEngine: string | undefined;
  /** As Node names them; empty: any. */
  readonly architectures: readonly string[];
  readonly depends: readonly Dependency[];
  readonly data: readonly DataPath[];
  /** Account that the install script and the program run as; undefined: the engine's and the supervisor's own. */
  readonly user: string | undefined;
  /** Seconds for the install script; undefined: as the gateway is configured. */
  readonly timeLimit: number | undefined;
  readonly undo: "overlay" | "script";
  /** In place of install.sh. */
  readonly install: readonly InstallAction[] | undefined;
  /** The part of the engine that the package replaces. */
  readonly component: Component | undefined;
}

/** Ways to ask a program whether it is well, at least one; all of them have to say so. */
export interface HealthCheck {
  /** Runs in the release folder; exit status 0 is well. */
  readonly command: readonly string[] | undefined;
  /** Address that answers with a status of 200 to 399. */
  readonly http: string | undefined;
  /** `host:port` that takes a connection. */
  readonly tcp: string | undefined;
  /** Seconds from one round to the next. */
  readonly interval: number;
  /** Seconds for each answer. */
  readonly timeout: number;
}

export interface Dependency {
  readonly app: string;
  /** Empty: any. */
  readonly versions: readonly string[];
}

export interface DataPath {
  readonly path: string;
  readonly onRollback: "keep" | "snapshot";
}

export const COMPONENTS = ["gwe", "gmq", "gwe-runtime", "supervisor"] as const;
/** A part of the engine that can be replaced by a package. */
export type Component = (typeof COMPONENTS)[number];

/** Name of the file, beside install.sh. */
export const MANIFEST_FILE = "gwe.json";

/** Of a package without a gwe.json. */
export const NO_MANIFEST: AppManifest = manifestOf({});

/** @returns the manifest; or which line is not JSON, or which field is not as it must be */
export function parseAppManifest(json: string): Result<AppManifest, string> {
  if (Buffer.byteLength(json) > MAX_MANIFEST_BYTES) return fail(`it is larger than ${MAX_MANIFEST_BYTES} bytes`);
  const parsed = parseJson(json);
  if (!parsed.ok) return parsed;
  const keys = manifestKeys(parsed.value, "");
  return keys.ok ? ok(manifestOf(keys.value)) : keys;
}

const MAX_MANIFEST_BYTES = 65_536;
const A_DAY = 86_400;

interface HealthKeys {
  readonly command: readonly string[];
  readonly http: string;
  readonly tcp: string;
  readonly interval: number;
  readonly timeout: number;
}

interface ManifestKeys {
  readonly probation: number;
  readonly health: Partial<HealthKeys>;
  readonly needs_server: boolean;
  readonly minimum_engine: string;
  readonly architectures: readonly string[];
  readonly depends: ReadonlyMap<string, readonly string[]>;
  readonly data: readonly Partial<DataKeys>[];
  readonly user: string;
  readonly time_limit: number;
  readonly undo: "overlay" | "script";
  readonly install: readonly InstallAction[];
  readonly component: Component;
}

interface DataKeys {
  readonly path: string;
  readonly on_rollback: "keep" | "snapshot";
}

const health: Shape<Partial<HealthKeys>> = checked(
  object<HealthKeys>({
    command,
    http: text("an http or https address", isHttpAddress),
    tcp: text('host and port such as "127.0.0.1:1883"', isTcpAddress),
    interval: number(0.1, 3600),
    timeout: number(0.1, 600),
  }),
  (keys) => ((keys.command ?? keys.http ?? keys.tcp) === undefined ? "needs one of command, http, tcp" : undefined),
);

const version: Shape<string> = text("a version as in a package's name", (value) =>
  /^[^\s/\x00-\x1f\x7f]{1,100}$/.test(value),
);

const versions: Shape<readonly string[]> = (raw, at) => {
  if (raw === "*") return ok([]);
  return typeof raw === "string" ? list(version, 1)([raw], at) : list(version, 100)(raw, at);
};

const appName: Shape<string> = text("the name of an application", (name) => /^\w[\w-]{0,99}$/.test(name));

const dataPath: Shape<Partial<DataKeys>> = checked(
  object<DataKeys>({
    path: checked(absolutePath, (path) =>
      /^\/(proc|sys|dev)(\/|$)/.test(path) ? "must not be in /proc, /sys or /dev" : undefined,
    ),
    on_rollback: oneOf("keep", "snapshot"),
  }),
  ({ path }) => (path === undefined ? 'needs a "path"' : undefined),
);

const manifestKeys: Shape<Partial<ManifestKeys>> = object<ManifestKeys>({
  probation: number(0, A_DAY),
  health,
  needs_server: flag,
  minimum_engine: text('a version such as "2.0.0"', (value) => /^\d{1,9}(\.\d{1,9}){0,2}$/.test(value)),
  architectures: list(oneOf("x64", "arm64", "arm", "ia32", "riscv64", "ppc64", "s390x", "loong64"), 8),
  depends: dictionary(appName, versions),
  data: list(dataPath, 32),
  user: text("the name of an account", (name) => /^[A-Za-z0-9_][\w.-]{0,63}$/.test(name)),
  time_limit: number(1, A_DAY),
  undo: oneOf("overlay", "script"),
  install: installActions,
  component: oneOf(...COMPONENTS),
});

function manifestOf(keys: Partial<ManifestKeys>): AppManifest {
  return {
    probation: keys.probation,
    health: keys.health === undefined ? undefined : healthOf(keys.health),
    needsServer: keys.needs_server ?? false,
    minimumEngine: keys.minimum_engine,
    architectures: keys.architectures ?? [],
    depends: [...(keys.depends ?? [])].map(([app, of]) => ({ app, versions: of })),
    data: (keys.data ?? []).map(({ path = "", on_rollback = "keep" }) => ({ path, onRollback: on_rollback })),
    user: keys.user,
    timeLimit: keys.time_limit,
    undo: keys.undo ?? "overlay",
    install: keys.install,
    component: keys.component,
  };
}

function healthOf({ command: line, http, tcp, interval = 5, timeout = 5 }: Partial<HealthKeys>): HealthCheck {
  return { command: line, http, tcp, interval, timeout };
}

function isHttpAddress(address: string): boolean {
  return address.length <= 2048 && URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

function isTcpAddress(address: string): boolean {
  const port = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253}):(\d{1,5})$/.exec(address)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}
