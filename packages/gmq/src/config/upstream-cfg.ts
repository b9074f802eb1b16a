/**
 * The sections `[upstream:NAME]` of gmq.cfg: where data goes to, and how.
 *
 * @see docs/reference/gmq-upstreams.md
 */
import type { IniDocument, IniEntry, IniProblem, IniSection } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { MAIN_UPSTREAM } from "../spool/schema.ts";

export type Transport = "http" | "mqtt";

/** Which form of the record API: what the server turns out to take, or always this one. */
export type RecordChoice = "auto" | "record" | "alias";

export interface UpstreamCfg {
  readonly name: string;
  /** With `{product}` in place of a device's vendor; undefined: the gateway's own server, for the main upstream only. */
  readonly url: string | undefined;
  readonly transport: Transport;
  readonly record: RecordChoice;
  /** Milliseconds of silence. */
  readonly timeoutMs: number;
  /** One CIK for all devices; undefined: each device has its own. */
  readonly cikFile: string | undefined;
  readonly certificateFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly caFile: string | undefined;
}

export const DEFAULT_MAIN_UPSTREAM: UpstreamCfg = {
  name: MAIN_UPSTREAM,
  url: undefined,
  transport: "http",
  record: "auto",
  timeoutMs: 30_000,
  cikFile: undefined,
  certificateFile: undefined,
  keyFile: undefined,
  caFile: undefined,
};

/** @returns the main upstream, then the others in the order of their sections */
export function parseUpstreams(document: IniDocument): Result<readonly UpstreamCfg[], IniProblem> {
  let main = DEFAULT_MAIN_UPSTREAM;
  const others: UpstreamCfg[] = [];
  for (const section of document.values()) {
    if (!section.name.startsWith(PREFIX)) continue;
    const parsed = parseUpstream(section);
    if (!parsed.ok) return parsed;
    if (parsed.value.name === MAIN_UPSTREAM) main = parsed.value;
    else others.push(parsed.value);
  }
  return ok([main, ...others]);
}

const PREFIX = "upstream:";
const LONGEST_TIMEOUT_SECONDS = 3600;
const SCHEMES: Readonly<Record<Transport, RegExp>> = { http: /^https?:$/, mqtt: /^mqtts?:$/ };

function parseUpstream({ name: header, line, entries }: IniSection): Result<UpstreamCfg, IniProblem> {
  const name = header.slice(PREFIX.length).trim();
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(name)) {
    return fail({ line, problem: `[${header}] needs a name of letters, digits, - and _, as in [upstream:backup]` });
  }
  const read = (key: string): string | undefined => entries.get(key)?.value || undefined;
  const wrong = (key: string, want: string) => {
    const entry: Pick<IniEntry, "value" | "line"> = entries.get(key) ?? { value: "", line };
    return fail({ line: entry.line, problem: `${key} of [${header}] is "${entry.value}", but must be ${want}` });
  };
  const unknown = [...entries.values()].find(({ key }) => !KEYS.includes(key));
  if (unknown !== undefined) {
    return fail({ line: unknown.line, problem: `[${header}] has no option ${unknown.key}; it has ${KEYS.join(", ")}` });
  }
  const transport = oneOf(["http", "mqtt"], read("transport"));
  if (transport === undefined) return wrong("transport", "http or mqtt");
  const record = oneOf(["auto", "record", "alias"], read("record"));
  if (record === undefined) return wrong("record", "auto, record or alias");
  const url = read("url")?.replace(/\/+$/, "");
  const mayOmitUrl = name === MAIN_UPSTREAM && transport === "http";
  if (url !== undefined && holdsLogin(url)) {
    const problem = `url of [${header}] must be without a user and password, which gmq would log`;
    return fail({ line: entries.get("url")?.line ?? line, problem });
  }
  if (url === undefined ? !mayOmitUrl : !isUrl(url, transport)) {
    return wrong("url", `an address such as ${transport}s://example.com`);
  }
  const seconds = Number(read("timeout") ?? DEFAULT_MAIN_UPSTREAM.timeoutMs / 1000);
  if (!(seconds > 0 && seconds <= LONGEST_TIMEOUT_SECONDS)) {
    return wrong("timeout", `a number of seconds above 0, at most ${LONGEST_TIMEOUT_SECONDS}`);
  }
  const [certificateFile, keyFile] = [read("certificate"), read("key")];
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    return wrong(certificateFile === undefined ? "certificate" : "key", "a file: certificate and key go together");
  }
  return ok({
    name,
    url,
    transport,
    record,
    timeoutMs: seconds * 1000,
    cikFile: read("cik_file"),
    certificateFile,
    keyFile,
    caFile: read("ca"),
  });
}

const KEYS: readonly string[] = ["url", "transport", "record", "timeout", "cik_file", "certificate", "key", "ca"];

/** @returns the first of them when nothing is said, undefined when it is none of them */
function oneOf<Word extends string>(words: readonly [Word, ...Word[]], said = words[0] as string): Word | undefined {
  return words.find((word) => word === said);
}

function isUrl(text: string, transport: Transport): boolean {
  const url = parseUrl(text);
  if (url === undefined || !SCHEMES[transport].test(url.protocol) || url.hostname === "") return false;
  const hasPath = !/^\/?$/.test(url.pathname);
  return url.search === "" && url.hash === "" && !(transport === "mqtt" && hasPath);
}

function holdsLogin(text: string): boolean {
  const { username = "", password = "" } = parseUrl(text) ?? {};
  return username !== "" || password !== "";
}

function parseUrl(text: string): URL | undefined {
  const url = text.replaceAll("{product}", "product");
  return URL.canParse(url) ? new URL(url) : undefined;
}
