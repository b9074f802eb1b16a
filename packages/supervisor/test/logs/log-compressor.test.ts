import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { FileCompressor, FileCopy } from "@gateway-engine/core/file-compressor";
import { gzipCompressor } from "@gateway-engine/platform/file-compressor";
import { nodeSyncFiles } from "@gateway-engine/platform/sync-files";
import { describe, expect, onTestFinished, test } from "vitest";
import { LogCompressor } from "../../src/logs/log-compressor.ts";
import { eventually } from "../daemon/gateway.ts";

describe("what was put aside", () => {
  test("is compressed, the oldest first, and each plain file goes when its copy is whole", async () => {
    const log = oldLogs({ "x.1": "one", "x.2": "two" });
    log.putAside();
    await eventually(() => log.names().join(" ") === "x.1.gz x.2.gz");
    expect([log.unpacked("x.1.gz"), log.unpacked("x.2.gz")]).toEqual(["one", "two"]);
  });

  test("keeps its number when the log is put aside again before its copy is whole", async () => {
    const pausing = new PausingCompressor();
    const log = oldLogs({ "x.1": "first" }, pausing);
    log.putAside();
    await pausing.paused;
    log.rename("x.1", "x.2");
    log.write("x.1", "second");
    log.putAside();
    pausing.goOn();
    await eventually(() => log.names().join(" ") === "x.1.gz x.2.gz");
    expect([log.unpacked("x.1.gz"), log.unpacked("x.2.gz")]).toEqual(["second", "first"]);
  });

  test("leaves no copy behind when it has become too old meanwhile", async () => {
    const pausing = new PausingCompressor();
    const log = oldLogs({ "x.3": "oldest" }, pausing);
    log.putAside();
    await pausing.paused;
    rmSync(log.file("x.3"));
    pausing.goOn();
    await eventually(() => log.names().length === 0);
  });

  test("stays plain when the daemon ends in the middle, and is compressed the next time", async () => {
    const pausing = new PausingCompressor();
    const log = oldLogs({ "x.1": "text" }, pausing);
    log.putAside();
    await pausing.paused;
    const stopped = log.compressor.stop();
    pausing.goOn();
    await stopped;
    expect(log.names()).toEqual(["x.1"]);
    const next = oldLogs({ "x.1": "text", "x.gz.tmp": "half a copy that a killed daemon left" });
    next.putAside();
    await eventually(() => next.names().join(" ") === "x.1.gz");
    expect(next.unpacked("x.1.gz")).toBe("text");
  });

  test("is left alone where a compressed file of its number is there already", async () => {
    const log = oldLogs({ "x.1": "new", "x.2": "plain", "x.2.gz": "somebody's" });
    log.putAside();
    await eventually(() => existsSync(log.file("x.1.gz")) && !existsSync(log.file("x.1")));
    expect(log.read("x.2")).toBe("plain");
    expect(log.read("x.2.gz")).toBe("somebody's");
  });

  test("stays plain, and the log says why, when the copy cannot be written", async () => {
    const log = oldLogs({ "x.1": "text" }, { compress: () => Promise.reject(new Error("no space")) });
    log.putAside();
    await eventually(() => log.warnings.length > 0);
    log.putAside();
    await log.compressor.stop();
    expect(log.warnings).toEqual([`'${log.file("x")}' is not compressed: no space`]);
    expect(log.names()).toEqual(["x.1"]);
  });
});

/** A folder with old logs of a log `x`, of which three are kept. */
function oldLogs(texts: Readonly<Record<string, string>>, files: FileCompressor = gzipCompressor) {
  const folder = mkdtempSync(join(tmpdir(), "compress-"));
  const file = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFileSync(file(name), text);
  for (const [name, text] of Object.entries(texts)) write(name, text);
  const warnings: string[] = [];
  const warn = (problem: string) => void warnings.push(problem);
  const compressor = new LogCompressor({ files: nodeSyncFiles, compressor: files, warn });
  onTestFinished(async () => {
    await compressor.stop();
    rmSync(folder, { recursive: true });
  });
  return {
    ...{ compressor, file, warnings, write },
    putAside: () => compressor.compressBackups({ path: file("x"), backups: 3, compressed: true }),
    names: () => readdirSync(folder).sort(),
    read: (name: string) => readFileSync(file(name), "utf8"),
    rename: (from: string, to: string) => renameSync(file(from), file(to)),
    unpacked: (name: string) => gunzipSync(readFileSync(file(name))).toString(),
  };
}

/** Makes its first copy, and says that it is whole when it is told to go on. */
class PausingCompressor implements FileCompressor {
  readonly #begun = Promise.withResolvers<void>();
  readonly #release = Promise.withResolvers<void>();

  get paused(): Promise<void> {
    return this.#begun.promise;
  }

  goOn(): void {
    this.#release.resolve();
  }

  async compress(copy: FileCopy, whole: (identity: number) => void): Promise<void> {
    let read: number | undefined;
    await gzipCompressor.compress(copy, (identity) => {
      read = identity;
    });
    this.#begun.resolve();
    await this.#release.promise;
    if (copy.signal.aborted) {
      rmSync(copy.to);
      throw new Error("aborted");
    }
    whole(read ?? 0);
  }
}
