import { createHash } from "node:crypto";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { type Exhibit, type ExhibitClass, refused } from "../support/exhibit.ts";

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Sound by itself: only the order tells that it is not the right one. */
function ordered(): PackageFixture {
  return goodPackage({ version: "2", install: "touch ../../../../../escaped" });
}

function other(): Buffer {
  return goodPackage({ version: "2", install: "touch ../../../../../ESCAPED" }).bytes;
}

function wrong(what: string, says: string, exhibit: Pick<Exhibit, "order" | "lie">): Exhibit {
  return { what, make: ordered, expected: refused("E_PACKAGE_DIGEST", says), ...exhibit };
}

const IN_FULL = { order: (bytes: Uint8Array) => ({ sha256: sha256(bytes), size: bytes.length }) };
const BY_DIGEST = { order: (bytes: Uint8Array) => ({ sha256: sha256(bytes) }) };

function same(bytes: Uint8Array) {
  return { size: () => bytes.length, bytes: () => bytes };
}

export const DIGESTS: ExhibitClass = {
  name: "wrong digests",
  exhibits: [
    wrong("an order for another content", "was ordered", { order: () => ({ sha256: sha256(Buffer.from("other")) }) }),
    wrong("an order for a content of another length", "bytes, and 1 were ordered", { order: () => ({ size: 1 }) }),
    wrong("a content that was cut short", "were ordered", {
      ...IN_FULL,
      lie: ({ bytes }) => same(bytes.subarray(0, -1)),
    }),
    wrong("a content that was cut short, ordered by its digest alone", "was ordered", {
      ...BY_DIGEST,
      lie: ({ bytes }) => same(bytes.subarray(0, -1)),
    }),
    wrong("a content with something appended", "was ordered", {
      ...BY_DIGEST,
      lie: ({ bytes }) => same(Buffer.concat([bytes, Buffer.alloc(512)])),
    }),
    wrong("a content with one bit flipped", "was ordered", {
      ...IN_FULL,
      lie: ({ bytes }) => same(bytes.with(bytes.length - 20, (bytes.at(-20) ?? 0) ^ 1)),
    }),
    wrong("a content that is replaced between the question and the download", "was ordered", {
      ...IN_FULL,
      lie: ({ bytes }) => ({ size: () => bytes.length, bytes: () => padded(other(), bytes.length) }),
    }),
    wrong("a server that says another length than it sends, and then sends something else", "were ordered", {
      ...BY_DIGEST,
      order: (bytes) => ({ sha256: sha256(bytes), size: bytes.length }),
      lie: ({ bytes }) => ({
        size: (question) => (question === 1 ? bytes.length : bytes.length + 9),
        bytes: () => Buffer.concat([bytes, Buffer.alloc(9)]),
      }),
    }),
  ],
};

/** The same number of bytes, so that only the digest gives it away. */
function padded(bytes: Uint8Array, length: number): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length))]).subarray(0, length);
}
