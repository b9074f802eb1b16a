import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { expect, test } from "vitest";
import { BroughtMetrics, LARGEST_TEXT_BYTES } from "../../src/metrics/brought-metrics.ts";
import { single } from "../../src/metrics/family.ts";
import { formatMetrics } from "../../src/metrics/write-text.ts";
import { fakeRoot } from "../helpers.ts";
import { brokenRules } from "./conformance.ts";

const brought = (textFolder: string) =>
  new BroughtMetrics({ files: nodeFiles, clock: { now: () => 1_795_400_000_500 }, textFolder });
const OWN = [single("gauge", "own", "Ours.", 1)];

async function linesOf(metrics: BroughtMetrics): Promise<readonly string[]> {
  const text = formatMetrics(await metrics.behind(OWN));
  expect(brokenRules(text)).toEqual([]);
  return text.split("\n").filter((line) => !line.startsWith("#"));
}

test("what several applications bring is one group a name, labelled with whose it is", async () => {
  const metrics = brought("");
  expect(metrics.put("sine", "# HELP level Level.\n# TYPE level gauge\nlevel 1\n").ok).toBe(true);
  expect(metrics.put("pump", '# TYPE level gauge\nlevel{application="mine",tank="2"} 2').ok).toBe(true);
  expect(await linesOf(metrics)).toEqual([
    "own 1",
    'level{application="sine"} 1',
    'level{application="pump",tank="2",exported_application="mine"} 2',
    'gwe_metrics_text_error{application="sine",source="http"} 0',
    'gwe_metrics_text_error{application="pump",source="http"} 0',
    'gwe_metrics_text_timestamp_seconds{application="sine",source="http"} 1795400000.5',
    'gwe_metrics_text_timestamp_seconds{application="pump",source="http"} 1795400000.5',
    "",
  ]);
});

test("a text takes the place of the one before, a wrong one does not, and what is removed is gone", async () => {
  const metrics = brought("");
  metrics.put("sine", "level 1");
  metrics.put("sine", "level 2");
  expect(metrics.put("sine", "level 3 x y")).toEqual({ ok: false, problem: expect.stringContaining("line 1: level:") });
  expect(await linesOf(metrics)).toContain('level{application="sine"} 2');
  metrics.remove("sine");
  expect(await linesOf(metrics)).toEqual(["own 1", ""]);
});

test.each([
  ["another type than another's", "# TYPE own counter\nown 2", "own is a gauge elsewhere, and a counter here"],
  ["a name of another's histogram", "# TYPE h histogram\nh_sum 1\nh_count 1", undefined],
])("a source with %s spoils nobody else's", async (_what, text, reason) => {
  const metrics = brought("");
  metrics.put("good", "level 1");
  metrics.put("plain", "h_sum 5");
  metrics.put("odd", text);
  const lines = await linesOf(metrics);
  expect(lines).toContain('level{application="good"} 1');
  const told = reason ?? "h_sum belongs to h_sum elsewhere";
  expect(lines).toContain(`gwe_metrics_text_error{application="odd",source="http",reason="${told}"} 1`);
});

test("files are read each time; each that cannot be used is named with the reason", async () => {
  const folder = fakeRoot({
    "good.prom": "level 1\n",
    "wrong.prom": "level 1\nlevel 1\n",
    "large.prom": `${"#".repeat(LARGEST_TEXT_BYTES)}\n`,
    "many.prom": Array.from({ length: 1001 }, (_, index) => `level{n="${index}"} 1\n`).join(""),
    "un named.prom": "level 1\n",
    "other.txt": "level x\n",
    ".hidden.prom": "level x\n",
    "both.prom": "level 5\n",
  });
  symlinkSync("/etc/passwd", join(folder, "link.prom"));
  const metrics = brought(folder);
  metrics.put("both", "level 6");
  const lines = await linesOf(metrics);
  expect(lines.filter((line) => line.startsWith("level"))).toEqual([
    'level{application="both"} 6',
    'level{application="good"} 1',
  ]);
  const reasons = Object.fromEntries(
    lines.flatMap((line) => {
      const [, application = "", reason = ""] =
        /error\{application="(.*?)",source="file",reason="(.*)"\} 1/.exec(line) ?? [];
      return application === "" ? [] : [[application, reason]];
    }),
  );
  expect(reasons).toEqual({
    both: "its metrics come over HTTP; the file is not read",
    large: `it is over ${LARGEST_TEXT_BYTES} bytes`,
    link: "it is no plain file",
    many: "line 1001: there are more than 1000 values",
    "un named": "an application's name has up to 64 letters, digits, dots, dashes and underscores",
    wrong: "line 2: level has two values with the same labels",
  });
  writeFileSync(join(folder, "good.prom"), "level 9\n");
  expect(await linesOf(metrics)).toContain('level{application="good"} 9');
});

test("so many applications are kept over HTTP, and no more", () => {
  const metrics = brought("");
  for (let app = 0; app < 64; app += 1) expect(metrics.put(`app-${app}`, "a 1").ok).toBe(true);
  expect(metrics.put("one-more", "a 1").ok).toBe(false);
  expect(metrics.put("app-0", "a 2").ok).toBe(true);
  metrics.remove("app-1");
  expect(metrics.put("one-more", "a 1").ok).toBe(true);
});
