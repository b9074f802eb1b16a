/**
 * The section `[metrics]` of Engine.config: who may read the gateway's metrics, and who brings some.
 *
 * @see docs/reference/metrics.md
 */
import type { IniDocument, IniProblem } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { onOrOff, SectionOptions } from "./section-options.ts";

export interface MetricsConfig {
  /** Where they are served over HTTP; undefined: nowhere but on the control socket. */
  readonly listen: MetricsAddress | undefined;
  /** Whether applications may bring theirs over a socket of their own. */
  readonly socket: boolean;
  /** A folder with `*.prom` files of applications; empty: none. */
  readonly textFolder: string;
  /** Where they are sent to; undefined: nowhere. */
  readonly otlp: OtlpTarget | undefined;
  /** Seconds between two times. */
  readonly otlpEvery: number;
}

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

export type OtlpTarget =
  /** An OTLP/HTTP receiver, asked directly. */
  | { readonly kind: "http"; readonly url: string }
  /** The queue, which forwards it as values of this alias. */
  | { readonly kind: "queue"; readonly alias: string };

export const DEFAULT_METRICS_CONFIG: MetricsConfig = {
  listen: undefined,
  socket: false,
  textFolder: "",
  otlp: undefined,
  otlpEvery: 300,
};

export function parseMetricsConfig(document: IniDocument): Result<MetricsConfig, IniProblem> {
  const options = new SectionOptions(document, "metrics");
  const { listen, socket, textFolder, otlp, otlpEvery } = DEFAULT_METRICS_CONFIG;
  const config: MetricsConfig = {
    listen: options.read("listen", { fallback: listen, parse: parseAddress, want: ADDRESSES }),
    socket: options.read("socket", { fallback: socket, parse: onOrOff, want: "on or off" }),
    textFolder: options.read("text_folder", { fallback: textFolder, parse: emptyOrAbsolute, want: "an absolute path" }),
    otlp: options.read("otlp", { fallback: otlp, parse: parseTarget, want: TARGETS }),
    otlpEvery: options.read("otlp_every", { fallback: otlpEvery, parse: secondsFromOne, want: SECONDS }),
  };
  return options.problem === undefined ? ok(config) : fail(options.problem);
}

const ADDRESSES = "off, or an address such as 127.0.0.1:9273";
const TARGETS = "an address such as https://collector.example.com/v1/metrics, or gmq:metrics";
const SECONDS = "a number of seconds, 1 or more";

/** An IPv4 address, an IPv6 address in brackets, or localhost. */
function parseAddress(text: string): MetricsAddress | undefined | null {
  if (text === "off" || text === "") return undefined;
  const [, host, port] = /^(localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) return null;
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

function parseTarget(text: string): OtlpTarget | undefined | null {
  if (text === "") return undefined;
  const alias = /^gmq:([A-Za-z0-9_.-]+)$/.exec(text)?.[1];
  if (alias !== undefined) return { kind: "queue", alias };
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? { kind: "http", url: text } : null;
}

function emptyOrAbsolute(text: string): string | null {
  return text === "" || text.startsWith("/") ? text : null;
}

function secondsFromOne(text: string): number | null {
  const seconds = Number(text);
  return text !== "" && Number.isFinite(seconds) && seconds >= 1 ? seconds : null;
}
