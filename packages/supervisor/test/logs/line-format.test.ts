import { describe, expect, test } from "vitest";
import { jsonLine, stampedLine, syslogLine } from "../../src/logs/line-format.ts";
import { LineSink } from "../../src/logs/line-sink.ts";
import type { OutputSink } from "../../src/logs/output-sink.ts";

const ORIGIN = {
  config: { program: "web", group: "site", name: "web_00" },
  channel: "stderr",
  pid: () => 4711,
  now: () => Date.UTC(2026, 10, 23, 4, 36, 8, 123),
} as const;

describe("a line", () => {
  test("is stamped with the time and its process, and keeps its bytes", () => {
    const line = Buffer.from([0x68, 0xff, 0x69]);
    const stamped = Buffer.from(stampedLine(ORIGIN)(line));
    expect(stamped.toString("latin1")).toBe("2026-11-23T04:36:08.123Z web_00 h\xffi\n");
  });

  test("becomes a JSON object, in which broken UTF-8 is replaced", () => {
    const written = Buffer.from(jsonLine(ORIGIN)(Buffer.from([0x22, 0xff, 0x1b]))).toString();
    expect(written.endsWith("}\n")).toBe(true);
    expect(JSON.parse(written)).toEqual({
      time: "2026-11-23T04:36:08.123Z",
      program: "web",
      group: "site",
      process: "web_00",
      pid: 4711,
      channel: "stderr",
      message: '"\ufffd\u001b',
    });
  });
});

describe("a sink of lines", () => {
  test("holds back what was begun until it is complete, or its process has ended", () => {
    const target = new RecordingSink();
    const sink = new LineSink(syslogLine(ORIGIN), target);
    const shared = Buffer.from("one\ntw");
    sink.write(shared);
    expect(target.text).toBe("web_00 one\n");
    shared.fill("x");
    sink.write(Buffer.from("o\nthr"));
    expect(target.text).toBe("web_00 one\nweb_00 two\n");
    sink.flush();
    expect(target.text).toBe("web_00 one\nweb_00 two\nweb_00 thr\n");
    sink.close();
    expect(target.text).toBe("web_00 one\nweb_00 two\nweb_00 thr\n");
  });
});

class RecordingSink implements OutputSink {
  text = "";

  write(chunk: Uint8Array): void {
    this.text += Buffer.from(chunk).toString();
  }

  open(): void {}
  flush(): void {}
  reopen(): void {}
  clear(): void {}
  close(): void {}
}
