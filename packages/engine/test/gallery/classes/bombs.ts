import { gzipSync } from "node:zlib";
import { goodPackage, installScript } from "@gateway-engine/testkit/package-fixtures";
import { gnuLongName, paxHeader, paxPath, type TarEntry, tar, tarGz } from "@gateway-engine/testkit/tar-writer";
import { type Exhibit, type ExhibitClass, refused } from "../support/exhibit.ts";

const MEBIBYTE = 1024 ** 2;

function bomb(what: string, [code, says]: readonly [string, string], entries: () => readonly TarEntry[]): Exhibit {
  return {
    what,
    make: () => goodPackage({ version: "2", others: entries() }),
    expected: refused(code, says),
  };
}

function file(bytes: Buffer) {
  return { fileName: "app.v2.tar.gz", bytes };
}

export const BOMBS: ExhibitClass = {
  name: "bombs",
  exhibits: [
    bomb(
      "a file that unpacks to a thousand times its size",
      ["E_PACKAGE_LIMIT", "more than 500 times its size"],
      () => [{ path: "zeros", content: Buffer.alloc(40 * MEBIBYTE) }],
    ),
    {
      what: "zeros after the end of the archive",
      make: () => file(gzipSync(Buffer.concat([tar([installScript("true")]), Buffer.alloc(40 * MEBIBYTE)]))),
      expected: refused("E_PACKAGE_LIMIT", "more than 500 times its size"),
    },
    {
      what: "one gzip stream after another",
      make: () => {
        const zeros = gzipSync(Buffer.alloc(2 * MEBIBYTE));
        return file(Buffer.concat([tarGz([installScript("true")]), ...Array<Buffer>(12).fill(zeros)]));
      },
      expected: refused("E_PACKAGE_LIMIT", "more than 500 times its size"),
    },
    bomb("a path of 1,025 bytes", ["E_PACKAGE_LIMIT", "longer than 1024 bytes"], () => [
      paxPath(`${"12345678/".repeat(113)}12345678`),
      { path: "short" },
    ]),
    bomb("folders 65 deep", ["E_PACKAGE_LIMIT", "more than 64 folders deep"], () => [
      gnuLongName("d/".repeat(65)),
      { path: "short", type: "5" },
    ]),
    bomb("one name of 256 bytes", ["E_PACKAGE_CONTENT", "holds a name longer than 255 bytes"], () => [
      paxPath("n".repeat(256)),
      { path: "short" },
    ]),
    bomb("a header that says 8 EiB, and nothing behind it", ["E_PACKAGE_LIMIT", "it unpacks to more than"], () => [
      { path: "huge", claimedSize: 2 ** 62 },
    ]),
    bomb("a header that says less than nothing", ["E_PACKAGE_FORMAT", "a tar header is damaged"], () => [
      { path: "negative", claimedSize: -512 },
    ]),
    bomb("a pax header that says another size than there is", ["E_PACKAGE_FORMAT", "a tar header is damaged"], () => [
      paxHeader({ size: "0" }),
      { path: "hidden", content: "x".repeat(512) },
    ]),
    bomb("a pax header with a size that is no number", ["E_PACKAGE_FORMAT", "a tar header is damaged"], () => [
      paxHeader({ size: "plenty" }),
      { path: "hidden", content: "x" },
    ]),
    bomb("a name of 5 MiB", ["E_PACKAGE_FORMAT", "a tar header is damaged"], () => [
      gnuLongName("n".repeat(5 * MEBIBYTE)),
      { path: "short" },
    ]),
    bomb("headers without end that belong to no entry", ["E_PACKAGE_LIMIT", "more than 500 times its size"], () => [
      ...Array<TarEntry>(10).fill(paxHeader({ comment: "c".repeat(3 * MEBIBYTE) })),
    ]),
  ],
};
