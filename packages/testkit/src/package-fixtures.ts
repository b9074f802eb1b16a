import { gzipSync } from "node:zlib";
import { paxPath, type TarEntry, tar, tarGz } from "./tar-writer.ts";

/** An application package, sound or broken, as the bytes of its file. */
export interface PackageFixture {
  readonly fileName: string;
  readonly bytes: Buffer;
}

export interface GoodPackageOptions {
  readonly name?: string;
  readonly version?: string;
  /** Body of install.sh, after the line `#!/bin/sh`. */
  readonly install?: string;
  /** Text of supervisor.conf; without it the package is a one-off application. */
  readonly supervisorConf?: string;
  readonly others?: readonly TarEntry[];
}

/** A package that keeps every rule. */
export function goodPackage(options: GoodPackageOptions = {}): PackageFixture {
  const { name = "app", version = "1", install = "echo installed", supervisorConf, others = [] } = options;
  const entries = [installScript(install), ...others];
  if (supervisorConf !== undefined) entries.push({ path: "supervisor.conf", content: supervisorConf });
  return { fileName: `${name}.v${version}.tar.gz`, bytes: tarGz(entries) };
}

/** A package whose program runs until it is stopped. */
export function longRunningPackage(options: GoodPackageOptions = {}): PackageFixture {
  return goodPackage({ supervisorConf: "[supervisord]\ncommand = /bin/sleep 100000\n", ...options });
}

export function installScript(body: string): TarEntry {
  return { path: "install.sh", mode: 0o755, content: `#!/bin/sh\n${body}\n` };
}

/** Packages that must be refused before anything in them runs, by what is wrong with them. */
export type BrokenPackage =
  | "name-breaks-rule"
  | "not-gzip"
  | "empty-file"
  | "gzip-of-no-tar"
  | "truncated-gzip"
  | "truncated-tar"
  | "damaged-gzip"
  | "damaged-header"
  | "empty-archive"
  | "dot-dot-path"
  | "absolute-path"
  | "control-character-in-name"
  | "symlink-out"
  | "symlink-absolute"
  | "symlink-out-through-links"
  | "symlink-circle"
  | "file-below-symlink"
  | "hard-link-out"
  | "hard-link-to-nothing"
  | "fifo"
  | "device"
  | "duplicate"
  | "huge"
  | "no-installer"
  | "no-x-bit"
  | "no-shebang"
  | "windows-line-ends"
  | "supervisor-conf-without-section";

/** All of them, for tests that want a table. */
export const BROKEN_PACKAGES: Readonly<Record<BrokenPackage, () => PackageFixture>> = {
  "name-breaks-rule": () => ({ ...goodPackage(), fileName: "my app.tar.gz" }),
  "not-gzip": () => file(Buffer.from("This is no archive at all.\n")),
  "empty-file": () => file(Buffer.alloc(0)),
  "gzip-of-no-tar": () => file(gzipSync(Buffer.alloc(2048, "no tar "))),
  "truncated-gzip": () => file(bigGoodBytes().subarray(0, -100)),
  "truncated-tar": () => file(gzipSync(tar([installScript("echo x".repeat(1000))]).subarray(0, 2000))),
  "damaged-gzip": () => file(withByteFlipped(bigGoodBytes())),
  "damaged-header": () => file(gzipSync(withByteFlipped(tar([installScript("true")]), 10))),
  "empty-archive": () => file(tarGz([])),
  "dot-dot-path": () => withEntries({ path: "../../escaped", content: "out" }),
  "absolute-path": () => withEntries({ path: "/tmp/escaped", content: "out" }),
  "control-character-in-name": () => withEntries(paxPath("a\u0000b"), { path: "placeholder" }),
  "symlink-out": () => withEntries({ path: "bin/link", type: "2", target: "../../escaped" }),
  "symlink-absolute": () => withEntries({ path: "link", type: "2", target: "/etc/passwd" }),
  "symlink-out-through-links": () =>
    withEntries(
      { path: "deep/folder/top", type: "2", target: "../.." },
      // As it is written it stays inside; followed, it does not.
      { path: "link", type: "2", target: "deep/folder/top/../escaped" },
    ),
  "symlink-circle": () =>
    withEntries({ path: "one", type: "2", target: "two" }, { path: "two", type: "2", target: "one" }),
  "file-below-symlink": () =>
    withEntries({ path: "sub", type: "2", target: "." }, { path: "sub/escaped", content: "through a link" }),
  "hard-link-out": () => withEntries({ path: "passwd", type: "1", target: "../../etc/passwd" }),
  "hard-link-to-nothing": () => withEntries({ path: "copy", type: "1", target: "not-here" }),
  fifo: () => withEntries({ path: "pipe", type: "6" }),
  device: () => withEntries({ path: "null", type: "3" }),
  duplicate: () => withEntries(installScript("echo another")),
  huge: () => withEntries({ path: "zeros", content: Buffer.alloc(40 * 1024 ** 2) }),
  "no-installer": () => file(tarGz([{ path: "app.py", content: "print(1)" }])),
  "no-x-bit": () => file(tarGz([{ ...installScript("true"), mode: 0o644 }])),
  "no-shebang": () => file(tarGz([{ path: "install.sh", mode: 0o755, content: "echo installed\n" }])),
  "windows-line-ends": () => file(tarGz([{ path: "install.sh", mode: 0o755, content: "#!/bin/sh\r\ntrue\r\n" }])),
  "supervisor-conf-without-section": () => goodPackage({ supervisorConf: "[program:app]\ncommand = /bin/true\n" }),
};

function withEntries(...others: readonly TarEntry[]): PackageFixture {
  return goodPackage({ others });
}

function file(bytes: Buffer): PackageFixture {
  return { fileName: "app.v1.tar.gz", bytes };
}

/** Not compressible, so that a cut or a flipped byte falls into the data. */
function bigGoodBytes(): Buffer {
  const noise = Buffer.alloc(20_000);
  for (let index = 0, state = 1; index < noise.length; index += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    noise[index] = state >> 16;
  }
  return goodPackage({ others: [{ path: "noise", content: noise }] }).bytes;
}

function withByteFlipped(bytes: Buffer, at: number = bytes.length - 4000): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}
