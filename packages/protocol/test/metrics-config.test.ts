import { describe, expect, test } from "vitest";
import { parseEngineConfig } from "../src/engine-config.ts";
import { DEFAULT_METRICS_CONFIG } from "../src/metrics-config.ts";

const metrics = (line: string) => parseEngineConfig(`[engine]\n\n[metrics]\n${line}\n`);

describe("the section [metrics]", () => {
  test.each([
    ["", {}],
    ["listen = off", {}],
    ["listen = 127.0.0.1:9273", { listen: { host: "127.0.0.1", port: 9273 } }],
    ["listen = localhost:0", { listen: { host: "localhost", port: 0 } }],
    ["listen = [::1]:9273", { listen: { host: "::1", port: 9273 } }],
    ["listen = 0.0.0.0:9273", { listen: { host: "0.0.0.0", port: 9273 } }],
    ["socket = on", { socket: true }],
    ["text_folder = /var/lib/metrics", { textFolder: "/var/lib/metrics" }],
    ["text_folder = ''", {}],
    ["otlp = https://c.example:4318/v1/metrics", { otlp: { kind: "http", url: "https://c.example:4318/v1/metrics" } }],
    ["otlp = gmq:metrics", { otlp: { kind: "queue", alias: "metrics" } }],
    ["otlp_every = 60", { otlpEvery: 60 }],
  ])("%j is %j", (line, values) => {
    const parsed = metrics(line);
    expect(parsed.ok && parsed.value.metrics).toEqual({ ...DEFAULT_METRICS_CONFIG, ...values });
  });

  test.each([
    ["listen = 9273", "off, or an address such as 127.0.0.1:9273"],
    ["listen = :9273", "off, or an address such as 127.0.0.1:9273"],
    ["listen = 127.0.0.1:99999", "off, or an address such as 127.0.0.1:9273"],
    ["listen = gateway.example.com:9273", "off, or an address such as 127.0.0.1:9273"],
    ["socket = 1", "on or off"],
    ["text_folder = metrics", "an absolute path"],
    ["otlp = collector", "an address such as https://collector.example.com/v1/metrics, or gmq:metrics"],
    ["otlp = gmq:", "an address such as https://collector.example.com/v1/metrics, or gmq:metrics"],
    ["otlp_every = 0", "a number of seconds, 1 or more"],
    ["otlp_every = often", "a number of seconds, 1 or more"],
  ])("%j is refused, with its line and what it must be", (line, want) => {
    const parsed = metrics(line);
    expect(parsed).toMatchObject({ ok: false, problem: { line: 4 } });
    if (!parsed.ok) expect(parsed.problem.problem).toContain(`must be ${want}`);
  });
});
