import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listNetworkInterfaces } from "../src/network-interfaces.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "net-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function makeInterface(name: string, address: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "address"), `${address}\n`);
}

test("an interface without an address is listed with its MAC in upper case", () => {
  makeInterface("zz-test0", "00:2f:ac:43:55:a0");
  expect(listNetworkInterfaces(folder)).toContainEqual({ name: "zz-test0", mac: "00:2F:AC:43:55:A0", addresses: [] });
});

test("a tunnel has no MAC", () => {
  makeInterface("zz-ppp0", "");
  makeInterface("zz-ib0", "80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:0a:09:95");
  makeInterface("zz-zero", "00:00:00:00:00:00");
  const macs = listNetworkInterfaces(folder).filter(({ name }) => name.startsWith("zz-"));
  expect(macs.map(({ mac }) => mac)).toEqual(["", "", ""]);
});

test("loopback and files that are no interface are left out", () => {
  makeInterface("lo", "00:00:00:00:00:00");
  writeFileSync(join(folder, "bonding_masters"), "");
  const names = listNetworkInterfaces(folder).map(({ name }) => name);
  expect(names).not.toContain("lo");
  expect(names).not.toContain("bonding_masters");
});

test("on this machine every address carries the length of its prefix", () => {
  for (const { addresses } of listNetworkInterfaces()) {
    for (const address of addresses) expect(address).toMatch(/\/\d+$/);
  }
});
