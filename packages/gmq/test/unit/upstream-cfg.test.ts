import { describe, expect, test } from "vitest";
import { parseGmqCfg } from "../../src/config/gmq-cfg.ts";
import { DEFAULT_MAIN_UPSTREAM } from "../../src/config/upstream-cfg.ts";

const HTTP = "url = https://fleet.example.com/";

test("without a section there is the main upstream, and nothing more", () => {
  const parsed = parseGmqCfg("[unq]\nbatch_qty = 5\n");
  expect(parsed.ok && parsed.value.upstreams).toEqual([DEFAULT_MAIN_UPSTREAM]);
});

test("the main upstream comes first, the others in the order of their sections", () => {
  const text = `[upstream:b]\n${HTTP}\n[upstream:a]\nurl = mqtts://{product}.m2.exosite.io\ntransport = mqtt\n[upstream:main]\ntimeout = 2.5\n`;
  const parsed = parseGmqCfg(text);
  expect(parsed.ok && parsed.value.upstreams).toMatchObject([
    { name: "main", url: undefined, timeoutMs: 2500 },
    { name: "b", url: "https://fleet.example.com", transport: "http", record: "auto", timeoutMs: 30_000 },
    { name: "a", url: "mqtts://{product}.m2.exosite.io", transport: "mqtt" },
  ]);
});

describe("refused with the line that is meant", () => {
  test.each([
    { text: "[upstream:]\n", line: 1, problem: "needs a name" },
    { text: "[upstream:a b]\n", line: 1, problem: "needs a name" },
    { text: "[upstream:a]\n", line: 1, problem: "url of [upstream:a]" },
    { text: "[upstream:main]\ntransport = mqtt\n", line: 1, problem: "url of [upstream:main]" },
    { text: `[upstream:a]\n${HTTP}\ntransport = mqtt\n`, line: 2, problem: "such as mqtts://example.com" },
    { text: "[upstream:a]\nurl = mqtt://x\n", line: 2, problem: "such as https://example.com" },
    { text: "[upstream:a]\nurl = https://x/?a=b\n", line: 2, problem: "such as https://example.com" },
    { text: "[upstream:a]\nurl = mqtts://x/path\ntransport = mqtt\n", line: 2, problem: "such as mqtts://example.com" },
    { text: `[upstream:a]\n${HTTP}\ntransport = coap\n`, line: 3, problem: "http or mqtt" },
    { text: `[upstream:a]\n${HTTP}\nrecord = old\n`, line: 3, problem: "auto, record or alias" },
    { text: `[upstream:a]\n${HTTP}\ntimeout = 0\n`, line: 3, problem: "a number of seconds above 0" },
    { text: `[upstream:a]\n${HTTP}\ncertificate = a.crt\n`, line: 1, problem: "go together" },
    { text: `[upstream:a]\n${HTTP}\ncik = ${"c".repeat(40)}\n`, line: 3, problem: "no option cik; it has url," },
  ])("$text", ({ text, line, problem }) => {
    const parsed = parseGmqCfg(text);
    expect(parsed.ok ? undefined : parsed.problem).toMatchObject({ line, problem: expect.stringContaining(problem) });
  });
});

test("a password in an address is refused, and not repeated", () => {
  const parsed = parseGmqCfg("[upstream:a]\nurl = https://user:secret@example.com\n");
  expect(parsed.ok ? undefined : parsed.problem).toMatchObject({
    line: 2,
    problem: expect.stringContaining("without"),
  });
  expect(JSON.stringify(parsed)).not.toContain("secret");
});
