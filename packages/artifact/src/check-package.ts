/**
 * The rules that a package must keep before it may be installed, one line a rule.
 *
 * @see docs/reference/application-package.md#checks
 */
import { PackageError } from "@gateway-engine/core/errors";
import { type AppManifest, MANIFEST_FILE } from "./app-manifest.ts";
import { checkManifest } from "./check-manifest.ts";
import { type CheckResult, fail, pass, warn } from "./check-result.ts";
import type { PackageEntry, PackageLimits } from "./package-entry.ts";
import { parsePackageName } from "./package-name.ts";
import { type PackageContents, readPackage } from "./read-package.ts";
import { programSection } from "./supervisor-section.ts";

export type { CheckResult, CheckVerdict } from "./check-result.ts";

export interface PackageCheck {
  /** No rule is broken; there may be warnings. */
  readonly ok: boolean;
  readonly results: readonly CheckResult[];
}

export interface CheckPackageOptions {
  readonly fileName: string;
  /** The bytes of the .tar.gz file. */
  readonly source: AsyncIterable<Uint8Array>;
  readonly limits?: PackageLimits;
  readonly signal: AbortSignal;
}

/** Checks a package without unpacking it. What is wrong with it is in the results; only I/O failures are thrown. */
export async function checkPackage({ fileName, source, limits, signal }: CheckPackageOptions): Promise<PackageCheck> {
  const rules = new PackageRules(fileName);
  return rules.judge(
    readPackage({
      name: fileName,
      source,
      signal,
      ...(limits === undefined ? {} : { limits }),
      visit: async (entry, content) => {
        for await (const _ of rules.watch(entry, content));
      },
    }),
  );
}

/** The rules, for whoever reads a package: shown each entry's content as it is read, they judge when all has been read. */
export class PackageRules {
  readonly #fileName: string;
  readonly #texts = new SmallTexts();

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  /** Passes an entry's content on. */
  watch(entry: PackageEntry, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return this.#texts.watch(entry, content);
  }

  /** @param reading a failure of it that is the package's fault becomes a result; others are thrown */
  async judge(reading: Promise<PackageContents>): Promise<PackageCheck> {
    const results: CheckResult[] = [checkName(this.#fileName)];
    try {
      results.push(...checkContents(this.#fileName, await reading, this.#texts));
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      const rule = error.code === "E_PACKAGE_CONTENT" ? "structure" : "archive";
      results.push({ ...fail(rule, brokenArchive(error)), code: error.code });
    }
    return { ok: results.every(({ verdict }) => verdict !== "FAIL"), results };
  }
}

/** One line a rule: `[PASS] …`, `[WARN] …`, `[FAIL] …`. */
export function formatChecks(results: readonly CheckResult[]): readonly string[] {
  return results.map(({ verdict, rule, message }) => `[${verdict}] ${rule}: ${message}`);
}

function checkName(fileName: string): CheckResult {
  const name = parsePackageName(fileName);
  if (name.ok) return pass("name", `application ${name.value.name}, version ${name.value.version}`);
  return fail("name", `${name.problem.problem} (rename the file to <name>.v<version>.tar.gz)`);
}

function brokenArchive(error: PackageError): string {
  const problem = String(error.details["problem"]);
  switch (error.code) {
    case "E_PACKAGE_FORMAT":
      return `${problem} (make it with tar czf, or gwe --build-app, and copy it again)`;
    case "E_PACKAGE_LIMIT":
      return `${problem} (leave out what the gateway does not need)`;
    default:
      return `${problem} (build the package again without it)`;
  }
}

function checkContents(
  fileName: string,
  { entries, contentRoot, unpackedBytes }: PackageContents,
  texts: SmallTexts,
): CheckResult[] {
  const below = (name: string) => (contentRoot === "" ? name : `${contentRoot}/${name}`);
  const find = (name: string) => entries.find(({ path }) => path === below(name));
  const has = (name: string) => entries.some(({ path }) => path === below(name) || path.startsWith(`${below(name)}/`));
  const name = parsePackageName(fileName);
  const { results, manifest } = checkManifest({
    app: name.ok ? name.value.name : "",
    entry: find(MANIFEST_FILE),
    text: texts.get(below(MANIFEST_FILE)),
    has,
  });
  return [
    pass(
      "archive",
      `gzip-compressed tar, ${counted(entries.length, "entry", "entries")}, ${unpackedBytes} bytes unpacked`,
    ),
    pass("structure", contentRoot === "" ? "files at the top" : `everything in the folder ${contentRoot}`),
    ...results,
    ...checkInstaller(manifest, { script: find("install.sh"), setup: find("setup.py") }, texts),
    ...(manifest.component === undefined ? [checkSupervisorConf(find("supervisor.conf"), texts)] : []),
  ];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function checkInstaller(
  { component, install }: AppManifest,
  { script, setup }: { readonly script: PackageEntry | undefined; readonly setup: PackageEntry | undefined },
  texts: SmallTexts,
): CheckResult[] {
  if (component !== undefined) return [pass("installer", "none, which a part of the engine does not need")];
  if (install !== undefined) return [pass("installer", `gwe.json, ${counted(install.length, "action", "actions")}`)];
  if (script === undefined && setup !== undefined) {
    return [warn("installer", "setup.py, which needs Python on the gateway (an install.sh runs anywhere)")];
  }
  if (script === undefined) return [fail("installer", "neither install.sh nor setup.py (add an install.sh)")];
  if (script.kind !== "file") return [fail("installer", "install.sh is not a plain file (put the script itself in)")];
  return [pass("installer", "install.sh"), checkExecutable(script), checkShebang(texts.get(script.path) ?? "")];
}

function checkExecutable({ mode }: PackageEntry): CheckResult {
  if ((mode & 0o100) !== 0) return pass("x-bit", "install.sh may be executed");
  return fail("x-bit", "install.sh has no x bit (chmod +x install.sh)");
}

function checkShebang(text: string): CheckResult {
  const line = text.split("\n", 1)[0] ?? "";
  const add = '(make "#!/bin/sh" its first line)';
  if (!line.startsWith("#!")) return fail("shebang", `install.sh does not begin with "#!" ${add}`);
  if (line.endsWith("\r")) return fail("shebang", "install.sh has Windows line ends (convert it with dos2unix)");
  const interpreter = line.slice(2).trim();
  if (!interpreter.startsWith("/")) return fail("shebang", `"${line.slice(0, 80)}" names no program ${add}`);
  if (/(\/|\s)(sh|bash|dash|ash|ksh)(\s|$)/.test(interpreter)) return pass("shebang", line);
  return warn("shebang", `${line.slice(0, 80)} is no shell, and may be missing on the gateway ${add}`);
}

function checkSupervisorConf(entry: PackageEntry | undefined, texts: SmallTexts): CheckResult {
  const rule = "supervisor.conf";
  if (entry === undefined) return pass(rule, "none, a one-off application");
  const text = texts.get(entry.path);
  if (entry.kind !== "file" || text === undefined) {
    return fail(rule, `it is not a plain file of at most ${MAX_TEXT_BYTES} bytes (put the text itself in)`);
  }
  const section = programSection("app", text, "/var/log");
  if (!section.ok) return fail(rule, `${section.problem} (see "supervisor.conf" in the package reference)`);
  if (section.value.hasCommand) return pass(rule, "a long-running application");
  return warn(rule, "it has no command, so nothing can be started (add command = ...)");
}

/** Keeps the few small files that rules look into. Where the package's files lie is known only at its end. */
class SmallTexts {
  readonly #texts = new Map<string, string>();

  watch(entry: PackageEntry, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    if (entry.kind !== "file" || !/^([^/]+\/)?(install\.sh|supervisor\.conf|gwe\.json)$/.test(entry.path))
      return content;
    const isTooLarge = !entry.path.endsWith(".sh") && entry.size > MAX_TEXT_BYTES;
    return isTooLarge ? content : this.#remember(entry.path, content);
  }

  async *#remember(path: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of content) {
      if (bytes < MAX_TEXT_BYTES) chunks.push(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
    this.#texts.set(path, Buffer.concat(chunks).toString("utf8"));
  }

  get(path: string): string | undefined {
    return this.#texts.get(path);
  }
}

const MAX_TEXT_BYTES = 65_536;
