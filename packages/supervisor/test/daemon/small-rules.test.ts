import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { expandPattern } from "../../src/config/glob.ts";
import { type GroupConfig, PROCESS_DEFAULTS, type ProcessConfig } from "../../src/config/model.ts";
import { findMainFile } from "../../src/daemon/main-file.ts";
import { compareGroups } from "../../src/groups/compare.ts";
import { isAuthorized } from "../../src/http/authentication.ts";
import { autoLogName, isAutoLog } from "../../src/logs/auto-log.ts";
import { readRange, tailRange } from "../../src/logs/ranges.ts";
import { stripAnsi } from "../../src/logs/strip-ansi.ts";
import { formatStopTime, formatUptime } from "../../src/rpc/process-info.ts";

describe("patterns of [include]", () => {
  const tree: Readonly<Record<string, readonly string[]>> = {
    "/": ["etc"],
    "/etc": ["conf.d", "main.conf"],
    "/etc/conf.d": [".hidden.conf", "a.conf", "b1.conf", "b2.conf", "notes.txt"],
  };
  const reader = {
    list: (folder: string) => tree[folder] ?? [],
    exists: (path: string) =>
      tree[path.slice(0, path.lastIndexOf("/")) || "/"]?.includes(path.split("/").at(-1) ?? "") === true,
  };
  test.each([
    ["/etc/conf.d/*.conf", ["/etc/conf.d/a.conf", "/etc/conf.d/b1.conf", "/etc/conf.d/b2.conf"]],
    ["/etc/conf.d/b?.conf", ["/etc/conf.d/b1.conf", "/etc/conf.d/b2.conf"]],
    ["/etc/conf.d/b[!1].conf", ["/etc/conf.d/b2.conf"]],
    ["/*/conf.d/a.conf", ["/etc/conf.d/a.conf"]],
    ["/etc/conf.d/.*", ["/etc/conf.d/.hidden.conf"]],
    ["/etc/missing.conf", []],
    ["/nowhere/*.conf", []],
  ])("%s", (pattern, found) => {
    expect(expandPattern(pattern, reader)).toEqual(found);
  });
});

describe("the configuration file", () => {
  const where = { given: undefined, gatewayRoot: undefined, workingDirectory: "/w", programDirectory: "/opt/x/bin" };
  test("is the one that is named, from where the daemon was started", () => {
    const found = findMainFile({ ...where, given: "s.conf", gatewayRoot: "/gw", exists: () => false });
    expect(found).toEqual({ ok: true, value: { path: "/w/s.conf" } });
  });
  test("is built in under GWE_ROOT", () => {
    const found = findMainFile({ ...where, gatewayRoot: "/gw", exists: () => true });
    expect(found.ok && found.value.text).toContain("file = /gw/run/supervisord.sock\n");
    expect(found.ok && found.value.path).toBe("/gw/etc/supervisor/supervisord.conf");
  });
  test("is searched where the original searches it", () => {
    const found = findMainFile({ ...where, exists: (path) => path === "/etc/supervisord.conf" });
    expect(found).toEqual({ ok: true, value: { path: "/etc/supervisord.conf" } });
    expect(findMainFile({ ...where, exists: () => false }).ok).toBe(false);
  });
});

describe("groups", () => {
  const web: ProcessConfig = { ...PROCESS_DEFAULTS, name: "web", group: "web", program: "web", command: "web" };
  const group = (config: ProcessConfig): GroupConfig => ({
    name: config.group,
    priority: 999,
    processes: [config],
    role: { kind: "programs" },
  });
  test.each<[string, Partial<ProcessConfig>, readonly string[]]>([
    ["are the same when nothing differs", {}, []],
    ["differ by any option", { stopwaitsecs: 11 }, ["web"]],
    ["differ by their environment", { environment: { A: "1" } }, ["web"]],
  ])("%s", (_what, difference, changed) => {
    expect(compareGroups([group({ ...web, ...difference })], [group(web)])).toEqual({
      added: [],
      changed,
      removed: [],
    });
  });
  test("are compared without the standard error that is not used", () => {
    const redirected = { ...web, redirectStderr: true };
    const other = { ...redirected, stderr: { ...redirected.stderr, backups: 3 } };
    expect(compareGroups([group(other)], [group(redirected)]).changed).toEqual([]);
  });
});

describe("ranges of a log of 100 bytes", () => {
  test.each([
    [0, 0, { offset: 0, length: 100 }],
    [90, 0, { offset: 90, length: 10 }],
    [10, 20, { offset: 10, length: 20 }],
    [-30, 0, { offset: 70, length: 30 }],
    [-300, 0, { offset: 0, length: 100 }],
  ])("readLog(%i, %i)", (offset, length, range) => {
    expect(readRange(100, { offset, length })).toEqual({ ok: true, value: range });
  });
  test.each([
    [-5, 3],
    [0, -1],
  ])("readLog(%i, %i) is refused", (offset, length) => {
    expect(readRange(100, { offset, length }).ok).toBe(false);
  });
  test.each([
    [0, 10, { offset: 90, length: 10, overflow: true }],
    [90, 10, { offset: 90, length: 10, overflow: false }],
    [95, 10, { offset: 90, length: 10, overflow: false }],
    [100, 10, { offset: 100, length: 0, overflow: false }],
    [0, 200, { offset: 0, length: 200, overflow: false }],
  ])("tailLog(%i, %i)", (offset, length, range) => {
    expect(tailRange(100, { offset, length })).toEqual(range);
  });
});

describe("words", () => {
  test.each([
    [0, "0:00:00"],
    [59, "0:00:59"],
    [3661, "1:01:01"],
    [86_400, "1 day, 0:00:00"],
    [2 * 86_400 + 5, "2 days, 0:00:05"],
    [-3, "0:00:00"],
  ])("%i seconds are %s", (seconds, shown) => {
    expect(formatUptime(seconds)).toBe(shown);
  });
  test("the time of a stop is shown as the original shows it", () => {
    expect(formatStopTime(new Date(2026, 10, 22, 21, 44).getTime())).toBe("Nov 22 09:44 PM");
    expect(formatStopTime(new Date(2026, 0, 3, 0, 5).getTime())).toBe("Jan 03 12:05 AM");
  });
  test("escape sequences are taken out, every other byte stays", () => {
    const bytes = Buffer.concat([Buffer.from("\u001b[31mred\u001b[0m "), Buffer.from([0xff, 0x00]), Buffer.from("\n")]);
    expect(Buffer.from(stripAnsi(bytes))).toEqual(
      Buffer.concat([Buffer.from("red "), Buffer.from([0xff, 0]), Buffer.from("\n")]),
    );
  });
  test("an AUTO log is known again by its name, and by its daemon's", () => {
    const random = { bytes: (count: number) => new Uint8Array(count).fill(3), fraction: () => 0.5 };
    const name = autoLogName({ process: "web", channel: "stdout", identifier: "one" }, random);
    expect(name).toBe("web-stdout---one-dddddddd.log");
    for (const rest of ["", ".2", ".2.gz", ".gz.tmp"]) expect(isAutoLog(name + rest, "one")).toBe(true);
    expect(isAutoLog(name, "two")).toBe(false);
    expect(isAutoLog("web.log", "one")).toBe(false);
  });
});

describe("a password", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  const clear = { username: "u", password: "p:w" };
  const hashed = { username: "u", password: `{SHA}${createHash("sha1").update("p:w").digest("hex")}` };
  test.each([
    ["the right one", basic("u:p:w"), true],
    ["a wrong one", basic("u:pw"), false],
    ["a wrong name", basic("x:p:w"), false],
    ["none", undefined, false],
    ["no basic authentication", "Bearer x", false],
  ])("%s", (_what, header, authorized) => {
    expect(isAuthorized(header, clear)).toBe(authorized);
    expect(isAuthorized(header, hashed)).toBe(authorized);
    expect(isAuthorized(header, undefined)).toBe(true);
  });
});
