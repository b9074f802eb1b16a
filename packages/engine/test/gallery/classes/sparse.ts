import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { paxHeader, sizeField, type TarEntry } from "@gateway-engine/testkit/tar-writer";
import { type Exhibit, type ExhibitClass, refused } from "../support/exhibit.ts";

const BLOCK = "d".repeat(512);
const EXBIBYTE = 2 ** 60;

function sparse(what: string, others: readonly TarEntry[], says = "sparse"): Exhibit {
  return {
    what,
    make: () => goodPackage({ version: "2", others }),
    expected: refused("E_PACKAGE_CONTENT", says),
  };
}

/** GNU's own kind of header: `sp[0]` at 386 (offset and length of a piece), whether more follow at 482, the whole size at 483. */
function gnuSparse(path: string, wholeSize: number, isExtended = "\0"): TarEntry {
  return {
    path,
    type: "S",
    content: BLOCK,
    raw: [
      { at: 257, bytes: "ustar  \0" },
      { at: 386, bytes: sizeField(wholeSize - 512) },
      { at: 398, bytes: sizeField(512) },
      { at: 482, bytes: isExtended },
      { at: 483, bytes: sizeField(wholeSize) },
    ],
  };
}

export const SPARSE: ExhibitClass = {
  name: "sparse files",
  exhibits: [
    sparse("GNU's old form", [gnuSparse("image", 1024 ** 2)], "is a special file"),
    sparse("GNU's old form, of an exbibyte", [gnuSparse("image", EXBIBYTE)], "is a special file"),
    sparse(
      "GNU's old form, with a map that goes on for ever",
      [gnuSparse("image", 1024 ** 2, "\u0001")],
      "is a special file",
    ),
    sparse("pax 0.0, of an exbibyte", [
      paxHeader({ "GNU.sparse.size": String(EXBIBYTE), "GNU.sparse.numblocks": "1", "GNU.sparse.offset": "0" }),
      { path: "image", content: BLOCK },
    ]),
    sparse("pax 0.1, with a map that overlaps itself", [
      paxHeader({ "GNU.sparse.size": "1024", "GNU.sparse.map": "0,512,0,512,-512,512" }),
      { path: "image", content: BLOCK },
    ]),
    sparse("pax 1.0, whose true name leads out", [
      paxHeader({
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "../../egg",
        "GNU.sparse.realsize": String(EXBIBYTE),
      }),
      { path: "GNUSparseFile.1/egg", content: "1\n0\n512\n".padEnd(512, "\0") + BLOCK },
    ]),
    sparse("star's form", [
      paxHeader({ "SCHILY.realsize": String(EXBIBYTE), "SCHILY.filetype": "sparse" }),
      { path: "image", content: BLOCK },
    ]),
    {
      what: "a plain file that claims an exbibyte",
      make: () => goodPackage({ version: "2", others: [{ path: "image", content: BLOCK, claimedSize: EXBIBYTE }] }),
      expected: refused("E_PACKAGE_LIMIT", "it unpacks to more than"),
    },
  ],
};
