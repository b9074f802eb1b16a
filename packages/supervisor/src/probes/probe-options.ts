/** The options `ready_*` and `health_*` of a `[gateway-engine:x]`. */
import { fail, ok } from "@gateway-engine/core/result";
import { type Converter, count, inetAddress, text } from "../config/convert.ts";
import { duration, type OptionFamily } from "../config/extra-types.ts";
import { pythonRepr } from "../config/python-repr.ts";
import type { SectionReader } from "../config/reader.ts";
import type { Health, Probe, Readiness } from "./probe.ts";

export const READINESS_OPTIONS: OptionFamily<Readiness | undefined> = {
  options: ["ready_command", "ready_tcp", "ready_http", "ready_interval", "ready_timeout"],
  read: (reader) => {
    const probe = readProbe(reader, "ready");
    const timing = {
      intervalMs: reader.read("ready_interval", interval, 1000),
      timeoutMs: reader.read("ready_timeout", duration, 30_000),
    };
    return probe === undefined ? rejectWithoutProbe(reader, "ready", READINESS_OPTIONS.options) : { probe, ...timing };
  },
};

export const HEALTH_OPTIONS: OptionFamily<Health | undefined> = {
  options: [
    ...["health_command", "health_tcp", "health_http"],
    ...["health_interval", "health_timeout", "health_retries", "health_start_period"],
  ],
  read: (reader) => {
    const probe = readProbe(reader, "health");
    const timing = {
      intervalMs: reader.read("health_interval", interval, 30_000),
      timeoutMs: reader.read("health_timeout", duration, 5000),
      retries: reader.read("health_retries", count, 3),
      startPeriodMs: reader.read("health_start_period", duration, 0),
    };
    return probe === undefined ? rejectWithoutProbe(reader, "health", HEALTH_OPTIONS.options) : { probe, ...timing };
  },
};

/** @throws ConfigRejection when more than one way is named */
function readProbe(reader: SectionReader, prefix: "ready" | "health"): Probe | undefined {
  const probes = PROBE_KINDS.flatMap(([kind, convert]) => {
    const probe = reader.read(`${prefix}_${kind}`, convert, undefined);
    return probe === undefined ? [] : [{ option: `${prefix}_${kind}`, probe }];
  });
  const [first, second] = probes;
  if (first !== undefined && second !== undefined) {
    reader.reject(`${first.option} is set already, and a program has one such check`, second.option);
  }
  return first?.probe;
}

/** What says how to check, without a check, is a slip. */
function rejectWithoutProbe(reader: SectionReader, prefix: string, options: readonly string[]): undefined {
  const stray = options.find((option) => reader.has(option));
  if (stray === undefined) return undefined;
  return reader.reject(`it needs one of ${prefix}_command, ${prefix}_tcp and ${prefix}_http beside it`, stray);
}

/** So that a check is not run without a pause. */
const interval: Converter<number> = (raw) => {
  const read = duration(raw);
  return read.ok && read.value < SHORTEST_INTERVAL_MS ? fail("at least 100ms are expected") : read;
};

const command: Converter<Probe> = (raw) => {
  const read = text(raw);
  if (!read.ok || raw.trim() === "") return fail("a command is expected");
  return ok({ kind: "command", command: read.value });
};

const tcp: Converter<Probe> = (raw) => {
  const address = inetAddress(raw);
  if (!address.ok) return fail(`[host:]port is expected, not ${pythonRepr(raw)}`);
  const { host, port } = address.value;
  return ok({ kind: "tcp", host: host === "" ? LOOPBACK : host.replace(/^\[(.*)\]$/, "$1"), port });
};

const http: Converter<Probe> = (raw) => {
  const url = URL.canParse(raw) ? new URL(raw) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:"
    ? ok({ kind: "http", url: url.href })
    : fail(`an address such as http://localhost:8080/health is expected, not ${pythonRepr(raw)}`);
};

const PROBE_KINDS = [
  ["command", command],
  ["tcp", tcp],
  ["http", http],
] as const;

const SHORTEST_INTERVAL_MS = 100;
const LOOPBACK = "127.0.0.1";
