import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { nodeFiles } from "@gateway-engine/platform/files";
import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../src/digest.ts";
import { readPackage } from "../../src/read-package.ts";
import { type Envelope, formatEnvelope, parseEnvelope, signStatement } from "../../src/trust/envelope.ts";
import { writePackageStatement } from "../../src/trust/package-statement.ts";
import { findSignatureMember, MAX_MEMBER_BYTES, signatureMember } from "../../src/trust/signature-member.ts";
import { digestOfSigned, takeApart } from "../../src/trust/signed-package.ts";
import { openEnvelope, vouch } from "../../src/trust/vouch.ts";
import { inPieces, neverAborted, temporaryFolder } from "../helpers.ts";
import { ISSUED, newKey, rootOf } from "./support.ts";

const alice = newKey("alice");
const root = rootOf({ keys: [alice] });
const { fileName: name, bytes: archive } = goodPackage();

async function envelopeFor(bytes: Uint8Array): Promise<Envelope> {
  const { sha256, bytes: length } = await digestOf(inPieces(bytes));
  const statement = writePackageStatement({ name, length, sha256, sequence: 1, issued: ISSUED });
  return { ...signStatement(statement, [alice]), rotations: [] };
}

const envelope = await envelopeFor(archive);
const signed = Buffer.concat([archive, signatureMember(envelope)]);

describe("an envelope inside a package", () => {
  test("is found again, and the signed bytes end where it begins", async () => {
    const file = join(temporaryFolder(), name);
    writeFileSync(file, signed);
    const { length, envelope: found } = await takeApart(nodeFiles, file);
    expect(length).toBe(archive.length);
    expect(found && parseEnvelope(found)).toEqual({ ok: true, value: envelope });
    expect(await digestOfSigned(nodeFiles, file, length)).toEqual(await digestOf(inPieces(archive)));
  });

  test("is read over by gunzip, by tar and by our own reader", async () => {
    const file = join(temporaryFolder(), name);
    writeFileSync(file, signed);
    expect(gunzipSync(signed)).toEqual(gunzipSync(archive));
    expect(execFileSync("tar", ["tzf", file], { encoding: "utf8" })).toBe("install.sh\n");
    const { entries } = await readPackage({ name, source: inPieces(readFileSync(file)), signal: neverAborted });
    expect(entries.map(({ path }) => path)).toEqual(["install.sh"]);
  });

  test("is not found in a package that has none, nor in an empty file", async () => {
    const file = join(temporaryFolder(), name);
    for (const bytes of [archive, Buffer.alloc(0)]) {
      writeFileSync(file, bytes);
      expect(await takeApart(nodeFiles, file)).toEqual({ length: bytes.length, envelope: undefined });
    }
  });

  test("is found whatever its length, and only as long as nothing follows it", () => {
    fc.assert(
      fc.property(fc.nat({ max: 30_000 }), fc.uint8Array({ maxLength: 40 }), (length, before) => {
        const long = { signed: "x".repeat(length), text: "", signatures: [], rotations: [] };
        const member = signatureMember(long);
        expect(member.length).toBeLessThanOrEqual(MAX_MEMBER_BYTES);
        const found = findSignatureMember(Buffer.concat([before, member]));
        expect(found?.bytes).toBe(member.length);
        expect(Buffer.from(found?.envelope ?? []).toString()).toBe(formatEnvelope(long));
        expect(findSignatureMember(Buffer.concat([member, Buffer.from([0])]))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  test("is never longer than 32 KiB", () => {
    const long = { signed: "x".repeat(32_768), text: "", signatures: [], rotations: [] };
    expect(() => signatureMember(long)).toThrow(RangeError);
    expect(parseEnvelope(Buffer.from(formatEnvelope(long)))).toEqual({
      ok: false,
      problem: "it is longer than 32768 bytes",
    });
  });
});

/** What an installer that requires a signature does: the files of the package, or why it is refused. */
async function installed(bytes: Buffer): Promise<string> {
  const found = findSignatureMember(bytes.subarray(-MAX_MEMBER_BYTES));
  if (found === undefined) return "E_SIGNATURE_MISSING";
  const content = bytes.subarray(0, bytes.length - found.bytes);
  try {
    const opened = openEnvelope(name, found.envelope);
    vouch({ name, digest: await digestOf(inPieces(content)), envelope: opened, root });
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "another error";
  }
  return content.toString("base64");
}

describe("with a byte changed", () => {
  test("anywhere, the package is refused, or what is installed is the same", async () => {
    const whole = await installed(signed);
    expect(whole).toBe(archive.toString("base64"));
    const change = fc.tuple(fc.nat({ max: signed.length - 1 }), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([place, flip]) => {
        const changed = Buffer.from(signed);
        changed[place] = (changed[place] ?? 0) ^ flip;
        expect([whole, "E_SIGNATURE_MISSING", "E_SIGNATURE_INVALID"]).toContain(await installed(changed));
        if (place < archive.length) expect(await installed(changed)).toBe("E_SIGNATURE_INVALID");
      }),
      { numRuns: 500 },
    );
  });

  test("cut off or added anywhere, the same", async () => {
    const whole = await installed(signed);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: signed.length }), fc.uint8Array({ maxLength: 5 }), async (place, added) => {
        const changed = Buffer.concat([signed.subarray(0, place), added, signed.subarray(place + 1)]);
        expect([whole, "E_SIGNATURE_MISSING", "E_SIGNATURE_INVALID"]).toContain(await installed(changed));
      }),
      { numRuns: 300 },
    );
  });
});

describe("parseEnvelope", () => {
  test("reads what formatEnvelope wrote", () => {
    const whole: Envelope = { ...envelope, rotations: [signStatement({ a: 1 }, [alice])] };
    expect(parseEnvelope(Buffer.from(formatEnvelope(whole)))).toEqual({ ok: true, value: whole });
  });

  const [signature] = envelope.signatures;
  test.each([
    { what: "no JSON", json: "{", problem: "it is no JSON in UTF-8" },
    { what: "a byte order mark", json: "\uFEFF{}", problem: "it is no JSON in UTF-8" },
    { what: "a list", json: "[]", problem: "it is not an object" },
    { what: "no signatures", json: '{"signed":1}', problem: "signatures is not a list" },
    { what: "nothing signed", json: '{"signatures":[]}', problem: /what is signed cannot be used/ },
    {
      what: "a fraction in what is signed",
      json: '{"signed":1.5,"signatures":[]}',
      problem: /1.5 is not a whole number/,
    },
    { what: "a key nobody knows", json: '{"signed":1,"signatures":[],"x":1}', problem: /"x", which nobody knows/ },
    {
      what: "a short signature",
      json: JSON.stringify({ signed: 1, signatures: [{ ...signature, sig: "AAAA" }] }),
      problem: /64 bytes in base64/,
    },
    { what: "rotations that are no list", json: '{"signed":1,"signatures":[],"rotations":{}}', problem: /not a list/ },
    {
      what: "a rotation with rotations of its own",
      json: '{"signed":1,"signatures":[],"rotations":[{"signed":1,"signatures":[],"rotations":[]}]}',
      problem: /a rotation cannot be used/,
    },
  ])("refuses $what", ({ json, problem }) => {
    const parsed = parseEnvelope(Buffer.from(json));
    expect(parsed.ok ? "taken" : parsed.problem).toMatch(problem);
  });

  test("answers every bytes without throwing", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          expect(typeof parseEnvelope(bytes).ok).toBe("boolean");
        },
      ),
    );
  });
});
