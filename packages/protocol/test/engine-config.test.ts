import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type EngineConfig,
  FRESH_ENGINE_CONFIG,
  formatApps,
  isServerUrl,
  parseEngineConfig,
  serverAddress,
  withEngineConfigValue,
} from "../src/engine-config.ts";
import { DEFAULT_METRICS_CONFIG } from "../src/metrics-config.ts";
import { DEFAULT_REPORT_POLICY } from "../src/report-policy.ts";

const DEFAULTS: EngineConfig = {
  updateInterval: 14_400,
  debugLevel: "INFO",
  userAgent: "",
  server: "",
  tls: { cert: "", key: "", ca: "" },
  maxSupervisorRpcAttempts: 3,
  probation: 60,
  keptReleases: 2,
  requireSignature: "auto",
  downloadRate: 0,
  installFolder: "",
  allowRun: false,
  apps: [],
  alerts: {
    every: 60,
    hold: 60,
    limits: { disk: 90, memory: 90, temperature: 85, restarts: 5, queue: 10_000, certificate: 14 },
  },
  metrics: DEFAULT_METRICS_CONFIG,
  traffic: { sockets: false },
  reports: DEFAULT_REPORT_POLICY,
};

const engine = (lines: string) => parseEngineConfig(`[engine]\n${lines}\n`);

describe("reading", () => {
  test.each(["", FRESH_ENGINE_CONFIG, "[engine]\n", "[other]\nx = 1\n"])("%j is the defaults", (text) => {
    expect(parseEngineConfig(text)).toEqual({ ok: true, value: DEFAULTS });
  });

  test.each([
    ["update_interval = 0.5", { updateInterval: 0.5 }],
    ["debug_level = warning", { debugLevel: "WARNING" }],
    ["user_agent = My Agent/1", { userAgent: "My Agent/1" }],
    ["server = http://127.0.0.1:8080", { server: "http://127.0.0.1:8080" }],
    ["tls_cert = /c.pem\ntls_key = /k.pem", { tls: { cert: "/c.pem", key: "/k.pem", ca: "" } }],
    ["tls_ca = /ca.pem", { tls: { cert: "", key: "", ca: "/ca.pem" } }],
    ["max_supervisor_rpc_attempts = 5", { maxSupervisorRpcAttempts: 5 }],
    ["probation = 0", { probation: 0 }],
    ["keep_releases = 3", { keptReleases: 3 }],
    ["require_signature = always", { requireSignature: "always" }],
    ["download_rate = 64KB", { downloadRate: 65_536 }],
    ["install_folder = /media/usb", { installFolder: "/media/usb" }],
    ["allow_run = true", { allowRun: true }],
    [
      'apps = [{"counter": "1"}, {"a": "1.5.RC68"}]',
      {
        apps: [
          { name: "counter", version: "1" },
          { name: "a", version: "1.5.RC68" },
        ],
      },
    ],
    [
      "apps = [{'counter': 1}, {'ntp_updater': 1}]",
      {
        apps: [
          { name: "counter", version: "1" },
          { name: "ntp_updater", version: "1" },
        ],
      },
    ],
    ["apps = [{u'counter': u'1'}]", { apps: [{ name: "counter", version: "1" }] }],
    [
      'apps = [{"a": "1"},\n  {"b": "2"}]',
      {
        apps: [
          { name: "a", version: "1" },
          { name: "b", version: "2" },
        ],
      },
    ],
  ])("%j is %j", (line, values) => {
    expect(engine(line)).toEqual({ ok: true, value: { ...DEFAULTS, ...values } });
  });

  test.each([
    ["update_interval = 0", "a number of seconds above 0"],
    ["update_interval = often", "a number of seconds above 0"],
    ["debug_level = LOUD", "one of DEBUG, INFO, WARNING, ERROR, CRITICAL"],
    ["max_supervisor_rpc_attempts = 1.5", "a whole number above 0"],
    ["server = fleet", "an address such as https://fleet.example.com"],
    ["server = ftp://fleet", "an address such as https://fleet.example.com"],
    ["probation = -1", "a number of seconds, 0 or more"],
    ["keep_releases = 0", "a whole number above 0"],
    ["require_signature = maybe", "one of auto, always, never"],
    ["download_rate = fast", "bytes a second such as 65536 or 64KB, or 0"],
    ["install_folder = usb", "an absolute path"],
    ["allow_run = yes", "true or false"],
    ["apps = {}", 'a list such as [{"counter": "1"}]'],
    ["apps = [1]", 'a list such as [{"counter": "1"}]'],
    ["apps = [", 'a list such as [{"counter": "1"}]'],
  ])("%j is refused, with its line and what it must be", (line, want) => {
    const parsed = engine(line);
    expect(parsed).toMatchObject({ ok: false, problem: { line: 2 } });
    if (!parsed.ok) expect(parsed.problem.problem).toContain(`must be ${want}`);
  });

  test("ends for every version table", () => {
    fc.assert(fc.property(fc.string(), (table) => void engine(`apps = ${table.replaceAll("\n", " ")}`)));
    fc.assert(fc.property(fc.json(), (table) => void engine(`apps = ${table}`)));
  });
});

describe("changing one value", () => {
  test("is read back, for every version table", () => {
    const app = fc.record(
      { name: fc.stringMatching(/^[a-zA-Z0-9_'"-]{1,12}$/), version: fc.stringMatching(/^[0-9A-Za-z.'"_-]{1,12}$/) },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(app), (apps) => {
        const text = withEngineConfigValue(FRESH_ENGINE_CONFIG, "apps", formatApps(apps));
        expect(parseEngineConfig(text)).toEqual({ ok: true, value: { ...DEFAULTS, apps } });
      }),
    );
  });

  test("stores nothing as ''", () => {
    const text = withEngineConfigValue("[engine]\nserver = http://a\n", "server", "");
    expect(text).toBe("[engine]\nserver = ''\n");
  });
});

test.each([
  ["http://e:1/", "http://c", "p", "http://e:1"],
  [undefined, "http://c//", "p", "http://c"],
  ["", "", "p", "https://p.m2.exosite.io"],
])("with GWE_SERVER %j and server %j, product %j is at %s", (environment, configured, product, address) => {
  expect(serverAddress(environment, configured, product)).toBe(address);
});

test.each([
  ["https://a.example", true],
  ["http://127.0.0.1:8080", true],
  ["a.example", false],
  ["ftp://a", false],
  ["", false],
])("%j is the address of a server: %s", (text, expected) => {
  expect(isServerUrl(text)).toBe(expected);
});
