import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseArguments } from "../../src/command/arguments.ts";
import { DEFAULT_GMQ_CFG, FRESH_GMQ_CFG, parseGmqCfg } from "../../src/config/gmq-cfg.ts";
import { DEFAULT_LOGGING, FRESH_LOGGING_CFG, parseLoggingCfg } from "../../src/config/logging-cfg.ts";
import { outcomeOf } from "../../src/forwarder/outcome.ts";
import { kinshipOf } from "../../src/identity/gateway-identity.ts";
import { identifySender } from "../../src/intake/sender.ts";

const CIK = "7f091cf4b16de3fb3172c253eb35109a6992d76b";

describe("the command line", () => {
  test.each([
    [[], { kind: "run" }],
    [["-v"], { kind: "version" }],
    [["--cfg-path"], { kind: "path", file: "cfg" }],
    [["-l"], { kind: "path", file: "log" }],
    [["cfg"], { kind: "show", file: "cfg" }],
    [["log", "get"], { kind: "get", file: "log", section: undefined, option: undefined }],
    [["cfg", "get", "unq", "batch_qty"], { kind: "get", file: "cfg", section: "unq", option: "batch_qty" }],
    [
      ["cfg", "set", "unq", "batch_qty", "1"],
      { kind: "set", file: "cfg", section: "unq", option: "batch_qty", value: "1" },
    ],
    [["reread"], { kind: "reread" }],
    [["status", "--json"], { kind: "status", json: true }],
  ])("%j is understood", (args, command) => {
    expect(parseArguments(args)).toEqual({ ok: true, value: command });
  });

  test.each([
    [["start"]],
    [["-v", "x"]],
    [["cfg", "set", "unq"]],
    [["cfg", "drop"]],
    [["cfg", "get", "a", "b", "c"]],
    [["constructor"]],
  ])("%j is refused", (args) => {
    expect(parseArguments(args).ok).toBe(false);
  });
});

describe("gmq.cfg", () => {
  test("a fresh file holds the defaults, and so does an empty one", () => {
    expect(parseGmqCfg(FRESH_GMQ_CFG)).toEqual({ ok: true, value: DEFAULT_GMQ_CFG });
    expect(parseGmqCfg("")).toEqual({ ok: true, value: DEFAULT_GMQ_CFG });
  });

  test("the listen address may be one of IPv6", () => {
    const parsed = parseGmqCfg("[server]\nlisten = [::1]:0\n");
    expect(parsed.ok && parsed.value.listen).toEqual({ host: "::1", port: 0 });
  });

  test.each([
    ["[unq]\nbatch_record_period = -1", 2],
    ["[unq]\nbatch_record_period =", 2],
    ["[unq]\n\nbatch_qty = 1.5", 3],
    ["[server]\nlisten = 8090", 2],
    ["[server]\nlisten = 127.0.0.1:70000", 2],
  ])("%j is refused with its line", (text, line) => {
    const parsed = parseGmqCfg(text);
    expect(parsed.ok ? undefined : parsed.problem.line).toBe(line);
  });

  test("any text is read or refused, and nothing is thrown", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseGmqCfg(`[unq]\n${text}`).ok === "boolean"));
  });
});

describe("logging.cfg", () => {
  test("a fresh file holds the defaults", () => {
    expect(parseLoggingCfg(FRESH_LOGGING_CFG)).toEqual({ ok: true, value: DEFAULT_LOGGING });
  });

  test.each([
    ["[logger_root]\nlevel = WARN", { root: "WARNING", db: "WARNING" }],
    ["[logger_db]\nlevel=debug", { root: "INFO", db: "DEBUG" }],
    ["[logger_root]\nlevel: NOTSET\n[handlers]\nkeys = x", { root: "DEBUG", db: "DEBUG" }],
  ])("%j is understood", (text, value) => {
    expect(parseLoggingCfg(text)).toEqual({ ok: true, value });
  });
});

describe("the sender", () => {
  const identity = { vendor: "v", model: "m", serial: "s 1" };
  test.each([
    ["v m s 1", undefined, { kind: "identity", identity, cik: undefined }],
    ["v m s 1", CIK, { kind: "identity", identity, cik: CIK }],
    ["v m s 1", "short", { kind: "identity", identity, cik: undefined }],
    ["", CIK, { kind: "cik", cik: CIK }],
    [undefined, ` ${CIK} `, { kind: "cik", cik: CIK }],
  ])("VMS %j with CIK %j is understood", (vms, cik, sender) => {
    expect(identifySender(vms, cik)).toEqual({ ok: true, value: sender });
  });

  test.each([
    [undefined, undefined, 401],
    ["", "short", 401],
    ["v m", CIK, 400],
  ])("VMS %j with CIK %j is refused", (vms, cik, status) => {
    const sender = identifySender(vms, cik);
    expect(sender.ok ? undefined : sender.problem.status).toBe(status);
  });
});

describe("how a device stands to the gateway", () => {
  const gateway = { vendor: "p", model: "p", uuid: "1", cik: "", serialPending: false };
  const device = (vendor: string, serial: string) => ({ vendor, model: vendor, serial });
  test.each([
    [device("p", "1"), gateway, "gateway"],
    [device("p", "2"), gateway, "other"],
    [device("q", "1"), gateway, "other"],
    [device("p", "2"), { ...gateway, uuid: "", serialPending: true }, "unclear"],
    [device("q", "2"), { ...gateway, uuid: "", serialPending: true }, "other"],
    [undefined, gateway, "other"],
  ])("%j beside %j: %s", (identity, known, kinship) => {
    expect(kinshipOf(identity, known)).toBe(kinship);
  });
});

test.each([
  [204, "accepted"],
  [200, "unavailable"],
  [302, "unavailable"],
  [400, "rejected"],
  [401, "unauthorized"],
  [403, "rejected"],
  [404, "unavailable"],
  [408, "unavailable"],
  [409, "conflict"],
  [413, "rejected"],
  [429, "unavailable"],
  [500, "unavailable"],
  [503, "unavailable"],
])("an answer of %d means %s", (status, kind) => {
  expect(outcomeOf({ status, body: "", retryAfterMs: undefined }).kind).toBe(kind);
});

test("a server that asks for a pause of a day is asked again after an hour", () => {
  const retryAfterMs = 86_400_000;
  expect(outcomeOf({ status: 503, body: "", retryAfterMs })).toMatchObject({ retryAfterMs: 3_600_000 });
});
