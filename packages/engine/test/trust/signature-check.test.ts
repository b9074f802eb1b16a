import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PrivateKey } from "@gateway-engine/artifact/trust/private-key";
import { TrustFile } from "@gateway-engine/artifact/trust/trust-file";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import type { EngineConfig } from "@gateway-engine/protocol/engine-config";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, expect, onTestFinished, test } from "vitest";
import { JOURNAL_SCHEMA } from "../../src/journal/schema.ts";
import { KnownTime } from "../../src/trust/known-time.ts";
import { RollbackFloors } from "../../src/trust/rollback-floors.ts";
import { type CheckedPackage, SignatureCheck } from "../../src/trust/signature-check.ts";
import { at, detached, newKey, type Root, rootOf, signed, signedRoot, trust } from "../support/signing.ts";

const [alice, bob] = [newKey("alice"), newKey("bob")];
const both = [alice, bob];
const plain = goodPackage();
const { signal } = new AbortController();

/** What a gateway knows when a package arrives. */
interface Situation {
  readonly root?: Root;
  readonly rule?: EngineConfig["requireSignature"];
  readonly floor?: number;
  /** The latest time that was told. */
  readonly known?: number;
  /** The server's clock; undefined when there is no line. */
  readonly server?: number;
  readonly package?: PackageFixture;
  /** Content of the `.sig` that came with it. */
  readonly sig?: Buffer;
}

class Gate {
  readonly trustDir: string;
  readonly floors: RollbackFloors;
  readonly time: KnownTime;
  readonly #check: SignatureCheck;
  readonly #folder: string;
  readonly #package: PackageFixture;
  asked = 0;

  constructor(situation: Situation) {
    const temporary = temporaryFolder("trust");
    onTestFinished(() => temporary.remove());
    this.#folder = temporary.path;
    this.trustDir = join(temporary.path, "trust");
    this.#package = situation.package ?? plain;
    const database = openSqlite(":memory:", JOURNAL_SCHEMA);
    onTestFinished(() => database.close());
    this.floors = new RollbackFloors(database);
    this.time = new KnownTime(database);
    if (situation.root !== undefined) trust(this, situation.root);
    if (situation.floor !== undefined) this.floors.raise("app", situation.floor);
    this.time.note(situation.known ?? 0);
    writeFileSync(join(this.#folder, "package.tar.gz"), this.#package.bytes);
    if (situation.sig !== undefined) writeFileSync(join(this.#folder, "package.sig"), situation.sig);
    const lock = () => ({ release: () => {} });
    this.#check = new SignatureCheck({
      files: nodeFiles,
      trust: new TrustFile({ files: nodeFiles, clock: systemClock, lock, folder: this.trustDir }),
      floors: this.floors,
      time: this.time,
      rule: () => Promise.resolve(situation.rule ?? "auto"),
      serverTime: () => {
        this.asked += 1;
        return Promise.resolve(situation.server);
      },
    });
  }

  check(): Promise<CheckedPackage> {
    const [file, signatureFile] = ["package.tar.gz", "package.sig"].map((name) => join(this.#folder, name));
    return this.#check.check(
      { name: this.#package.fileName, app: "app", file: file ?? "", signatureFile: signatureFile ?? "" },
      signal,
    );
  }

  /** The refusal of a release that these have signed when it was installed, or "taken". */
  async verdictAgain(keys: readonly PrivateKey[]): Promise<string> {
    const signature = { keys: keys.map((key) => key.public.id), sequence: 1 };
    return this.#check.checkAgain("app version 1", signature).then(() => "taken", String);
  }

  wantsDetached(): Promise<boolean> {
    return this.#check.wantsDetached(join(this.#folder, "package.tar.gz"));
  }

  /** The code of the refusal, or what the checks say. */
  async verdict(): Promise<string> {
    try {
      const { results } = await this.check();
      return results.map(({ verdict, message }) => `${verdict} ${message}`).join() || "taken";
    } catch (error) {
      if (error instanceof Error && "code" in error) return `${error.code}: ${error.message}`;
      throw error;
    }
  }
}

const trusting: Root = { keys: [alice] };
const byAlice = signed(plain, { by: [alice] });
const byBob = signed(plain, { by: [bob] });

describe("a package", () => {
  const rows: readonly (Situation & { readonly what: string; readonly verdict: RegExp })[] = [
    { what: "unsigned, nobody trusted", verdict: /^taken$/ },
    { what: "unsigned, nobody trusted, never", rule: "never", verdict: /^taken$/ },
    { what: "unsigned, nobody trusted, always", rule: "always", verdict: /^E_SIGNATURE_MISSING: app.v1.tar.gz is not/ },
    { what: "unsigned, a key trusted", root: trusting, verdict: /^E_SIGNATURE_MISSING/ },
    { what: "unsigned, a key trusted, always", root: trusting, rule: "always", verdict: /^E_SIGNATURE_MISSING/ },
    {
      what: "unsigned, a key trusted, never",
      root: trusting,
      rule: "never",
      verdict: /^WARN none, and none is required/,
    },
    { what: "signed, nobody trusted", package: byAlice, verdict: /^WARN it is signed, and nobody can say by whom/ },
    {
      what: "signed, nobody trusted, always",
      package: byAlice,
      rule: "always",
      verdict: /INVALID: .* no key is trusted/,
    },
    {
      what: "signed, the key trusted",
      package: byAlice,
      root: trusting,
      verdict: /^PASS signed by alice, sequence 1$/,
    },
    {
      what: "signed beside it, the key trusted",
      sig: detached(plain, { by: [alice] }),
      root: trusting,
      verdict: /^PASS signed by alice/,
    },
    { what: "signed by a stranger", package: byBob, root: trusting, verdict: /^E_SIGNATURE_INVALID/ },
    {
      what: "signed by a stranger, never",
      package: byBob,
      root: trusting,
      rule: "never",
      verdict: /^E_SIGNATURE_INVALID/,
    },
    {
      what: "signed by a stranger inside and rightly beside it",
      package: byBob,
      sig: detached(plain, { by: [alice] }),
      root: trusting,
      verdict: /^E_SIGNATURE_INVALID/,
    },
    {
      what: "with a .sig that is no envelope",
      sig: Buffer.from("{}"),
      root: trusting,
      verdict: /^E_SIGNATURE_INVALID/,
    },
    { what: "at the floor", package: byAlice, root: trusting, floor: 1, verdict: /^PASS/ },
    {
      what: "below the floor",
      package: byAlice,
      root: trusting,
      floor: 2,
      verdict: /^E_SIGNATURE_OLD: app.v1.tar.gz has the sequence 1, and app takes nothing below 2 any more/,
    },
    { what: "unsigned, with a floor", root: trusting, floor: 2, verdict: /^E_SIGNATURE_OLD: .* is not signed/ },
    { what: "unsigned, with a floor, never", root: trusting, rule: "never", floor: 2, verdict: /^E_SIGNATURE_OLD/ },
    {
      what: "signed, with a floor, nobody trusted",
      package: byAlice,
      floor: 2,
      verdict: /^E_SIGNATURE_OLD: .* none is/,
    },
  ];
  test.each(rows)("$what: $verdict", async ({ verdict, ...situation }) => {
    expect(await new Gate(situation).verdict()).toMatch(verdict);
  });

  test("is refused while root.json is damaged, whatever the rule: it is not taken for a missing one", async () => {
    const gate = new Gate({ rule: "never" });
    mkdirSync(gate.trustDir);
    writeFileSync(join(gate.trustDir, "root.json"), "");
    expect(await gate.verdict()).toMatch(/^E_TRUST: .*root.json: it is no JSON/);
  });

  test("that is signed is unpacked only as far as it is signed", async () => {
    const { content, signature } = await new Gate({ package: byAlice, root: trusting }).check();
    const pieces: Uint8Array[] = [];
    for await (const piece of content()) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(plain.bytes)).toBe(true);
    expect(signature).toEqual({ keys: [alice.public.id], sequence: 1 });
  });

  test.each([
    { what: "unsigned, a key trusted", situation: { root: trusting }, wanted: true },
    { what: "unsigned, a key trusted, never", situation: { root: trusting, rule: "never" } as const, wanted: false },
    { what: "unsigned, nobody trusted", situation: {}, wanted: false },
    { what: "signed inside", situation: { root: trusting, package: byBob }, wanted: false },
  ])("$what: a signature is looked for beside it: $wanted", async ({ situation, wanted }) => {
    expect(await new Gate(situation).wantsDetached()).toBe(wanted);
  });
});

describe("time", () => {
  const [issued, expires] = [at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z")];
  const [before, after] = [expires - 1000, expires + 1000];
  const shortLived = signed(plain, { by: [alice], claims: { issued, expires } });
  const timeless = signed(plain, { by: [alice], claims: { issued } });
  const rows: readonly (Situation & { readonly what: string; readonly good: boolean })[] = [
    { what: "nobody has ever told the time", good: true },
    { what: "the server says it is before", server: before, good: true },
    { what: "the server says it is after", server: after, good: false },
    { what: "the server's clock stands at 1970, and nothing else is known", server: 0, good: true },
    { what: "it is known to be after, and there is no line", known: after, good: false },
    { what: "it is known to be after, and the server says before", known: after, server: before, good: false },
    { what: "it is known to be before, and the server says after", known: before, server: after, good: false },
    {
      what: "the list of trusted keys is over",
      root: { ...trusting, expires },
      package: timeless,
      server: after,
      good: false,
    },
    { what: "neither expires, whatever the time", package: timeless, server: after, known: after, good: true },
  ];
  test.each(rows)("$what: good is $good", async ({ good, ...situation }) => {
    const gate = new Gate({ root: trusting, package: shortLived, ...situation });
    expect(await gate.verdict()).toMatch(good ? /^PASS/ : /^E_SIGNATURE_EXPIRED/);
  });

  test("is asked of the server only where something expires", async () => {
    const gate = new Gate({ root: trusting, package: timeless, server: after });
    await gate.check();
    expect(gate.asked).toBe(0);
  });

  test("is taken from what was signed, and never goes back", async () => {
    const gate = new Gate({ root: trusting, package: timeless });
    await gate.check();
    expect(gate.time.latest).toBe(issued);
    gate.time.note(before);
    await gate.check();
    expect(gate.time.latest).toBe(before);
  });

  test("is not taken from a statement that a stranger signed", async () => {
    const gate = new Gate({ root: { keys: [bob] }, package: timeless });
    await gate.verdict();
    expect(gate.time.latest).toBe(0);
  });
});

describe("a rotation that a package carries", () => {
  const toBob = signedRoot({ version: 2, keys: [bob] }, [alice, bob]);
  const rotating = (by: Root["keys"]) => signed(plain, { by, rotations: [toBob] });
  const trusted = (gate: Gate) => JSON.parse(readFileSync(join(gate.trustDir, "root.json"), "utf8")).keys[0].name;

  test("is in force from then on, for this package too", async () => {
    const gate = new Gate({ root: trusting, package: rotating([bob]) });
    expect(await gate.verdict()).toMatch(/^PASS signed by bob/);
    expect(trusted(gate)).toBe("bob");
    expect(await gate.verdict()).toMatch(/^PASS signed by bob/);
  });

  test("stays in force when the package itself is refused", async () => {
    const gate = new Gate({ root: trusting, package: rotating([alice]) });
    expect(await gate.verdict()).toMatch(/^E_SIGNATURE_INVALID: .* those that signed it are not trusted here/);
    expect(trusted(gate)).toBe("bob");
  });

  test("changes nothing when it does not hold, and the package is refused", async () => {
    const forged = signedRoot({ version: 2, keys: [bob] }, [bob]);
    const gate = new Gate({ root: trusting, package: signed(plain, { by: [alice], rotations: [forged] }) });
    expect(await gate.verdict()).toMatch(/^E_SIGNATURE_INVALID: .* version 2 of the trusted keys does not hold/);
    expect(trusted(gate)).toBe("alice");
  });

  test("is not taken from a package when nobody is trusted: the first key comes from a person", async () => {
    const gate = new Gate({ package: rotating([bob]) });
    expect(await gate.verdict()).toMatch(/^WARN/);
    expect(() => trusted(gate)).toThrow(/ENOENT/);
  });

  test("has no say over a key that was revoked by hand meanwhile", async () => {
    const root = rootOf({ keys: [alice], revoked: [bob.public.id] });
    const gate = new Gate({ root: { ...root, keys: [alice] }, package: rotating([bob]) });
    expect(await gate.verdict()).toMatch(/^E_SIGNATURE_INVALID: .* 1 of the new keys, and has 0/);
    expect(trusted(gate)).toBe("alice");
  });
});

describe("a release that is to be put in force again", () => {
  const revoked = [bob.public.id];
  const rows: readonly (Situation & { readonly what: string; readonly by: typeof both; readonly verdict: RegExp })[] = [
    { what: "nobody is trusted", by: [bob], verdict: /^taken$/ },
    { what: "its key is trusted", root: { keys: [alice] }, by: [alice], verdict: /^taken$/ },
    { what: "its key is revoked", root: { keys: [alice], revoked }, by: [bob], verdict: /revoked since/ },
    {
      what: "its key is revoked, never",
      root: { keys: [alice], revoked },
      rule: "never",
      by: [bob],
      verdict: /^taken$/,
    },
    { what: "one of two is revoked", root: { keys: [alice], revoked }, by: both, verdict: /^taken$/ },
    {
      what: "one of two is revoked, and two have to sign",
      root: { keys: [alice], revoked, threshold: 2 },
      by: both,
      verdict: /app version 1 does not hold: .* revoked since/,
    },
  ];
  test.each(rows)("$what", async ({ by, verdict, ...situation }) => {
    expect(await new Gate(situation).verdictAgain(by)).toMatch(verdict);
  });
});
