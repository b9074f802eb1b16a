import { type AppManifest, NO_MANIFEST } from "@gateway-engine/artifact/app-manifest";
import { expect, test } from "vitest";
import { compareVersions, incompatibility } from "../../../src/install/admission/compatibility.ts";

const GATEWAY = {
  engine: "2.1.0",
  machine: "x86_64",
  apps: [
    { name: "driver", version: "2" },
    { name: "lib", version: "1.0" },
  ],
};

interface Row {
  readonly asks: Partial<AppManifest>;
  readonly on?: Partial<typeof GATEWAY>;
  readonly answer: string;
}

const rows: readonly Row[] = [
  { asks: {}, answer: "fits" },
  { asks: { minimumEngine: "2.1.0" }, answer: "fits" },
  { asks: { minimumEngine: "2.0.9" }, answer: "fits" },
  { asks: { minimumEngine: "2.1.1" }, answer: "E_INCOMPATIBLE: it needs release 2.1.1 of the engine or a newer one" },
  { asks: { minimumEngine: "10" }, answer: "E_INCOMPATIBLE: it needs release 10 of the engine" },
  { asks: { architectures: ["arm64", "x64"] }, answer: "fits" },
  { asks: { architectures: ["arm64"] }, answer: "E_INCOMPATIBLE: it is made for arm64, and this is x64 (x86_64)" },
  { asks: { architectures: ["arm64"] }, on: { machine: "aarch64" }, answer: "fits" },
  { asks: { architectures: ["arm"] }, on: { machine: "armv7l" }, answer: "fits" },
  { asks: { architectures: ["arm"] }, on: { machine: "aarch64" }, answer: "E_INCOMPATIBLE: it is made for arm" },
  { asks: { architectures: ["riscv64"] }, on: { machine: "riscv64" }, answer: "fits" },
  { asks: { depends: [{ app: "driver", versions: [] }] }, answer: "fits" },
  { asks: { depends: [{ app: "driver", versions: ["1", "2"] }] }, answer: "fits" },
  {
    asks: { depends: [{ app: "driver", versions: ["3", "4"] }] },
    answer: "E_DEPENDENCY: driver in version 3 or 4, but version 2 is installed",
  },
  {
    asks: {
      depends: [
        { app: "lib", versions: [] },
        { app: "other", versions: [] },
      ],
    },
    answer: "E_DEPENDENCY: other, but it is not installed",
  },
];

test.each(rows)("$asks on $on: $answer", ({ asks, on, answer }) => {
  const problem = incompatibility("app.v1.tar.gz", { ...NO_MANIFEST, ...asks }, { ...GATEWAY, ...on });
  const text = problem === undefined ? "fits" : `${problem.code}: ${problem.message.replace(/^.*?(: | needs )/, "")}`;
  expect(text).toContain(answer);
});

test.each([
  ["2.0.0", "2.0.0", 0],
  ["2.0.0", "2", 0],
  ["2.0.1-rc1", "2.0.1", 0],
  ["2.0.9", "2.0.10", -1],
  ["3", "2.99.99", 1],
])("%s against %s: %i", (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
});
