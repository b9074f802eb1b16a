import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { paxPath, type TarEntry } from "@gateway-engine/testkit/tar-writer";
import { type Exhibit, type ExhibitClass, endsWith, refused } from "../support/exhibit.ts";

/** A file's name that is refused. */
function badEntry(what: string, says: string, ...others: readonly TarEntry[]): Exhibit {
  return {
    what: `a file's name: ${what}`,
    make: () => goodPackage({ version: "2", others }),
    expected: refused("E_PACKAGE_CONTENT", says),
  };
}

/** A file's name that is strange and allowed: the script finds it as it was written, and it goes away again. */
function strangeEntry(what: string, name: string): Exhibit {
  return {
    what: `a file's name: ${what}`,
    make: () =>
      goodPackage({ version: "2", install: `[ -f './${name}' ] && exit 7`, others: [paxPath(name), { path: "x" }] }),
    expected: endsWith(7),
  };
}

/** A package's own name that is refused. */
function badPackage(what: string, fileName: string, says: string): Exhibit {
  return {
    what: `a package's name: ${what}`,
    make: () => ({ ...goodPackage(), fileName }),
    expected: refused("E_PACKAGE_NAME", says),
  };
}

export const NAMES: ExhibitClass = {
  name: "names in every encoding",
  exhibits: [
    badEntry("Latin-1", "is not UTF-8", { path: Buffer.from("caf\u00e9", "latin1") }),
    badEntry("an overlong form of a slash", "is not UTF-8", {
      path: Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x65, 0x67, 0x67]),
    }),
    badEntry("half of a surrogate pair", "is not UTF-8", { path: Buffer.from([0x61, 0xed, 0xa0, 0x80]) }),
    badEntry("a NUL in it", "holds a control character", paxPath("egg\u0000.txt"), { path: "x" }),
    badEntry("a line break in it", "holds a control character", paxPath("egg\n[PASS] all is well"), { path: "x" }),
    badEntry("an escape sequence in it", "holds a control character", { path: "\u001b[2Jegg" }),
    badEntry("a control character of the second set", "holds a control character", { path: "egg\u009b2J" }),
    badEntry("one that is shown backwards", "direction", { path: "egg\u202egnp.exe" }),
    badEntry("`..` at the end", 'leads out of the package with ".."', { path: "a/.." }),
    badEntry("`..` between slashes", 'leads out of the package with ".."', { path: "a//..//..//egg" }),
    badEntry("none at all", "an entry has no name", { path: "" }),
    badEntry("that of the archive itself", "names the archive itself", { path: "./." }),
    badEntry(
      "one that is written in two ways",
      "are the same name",
      { path: "caf\u00e9", content: "one" },
      { path: "cafe\u0301", content: "two" },
    ),
    strangeEntry("a backslash, which is no separator here", "..\\..\\egg"),
    strangeEntry("percent signs", "%2e%2e%2fegg %(program_name)s"),
    strangeEntry("a dash in front", "-rf *"),
    strangeEntry("shell in it", "$(touch egg);`touch egg`"),
    strangeEntry("emoji and letters of other scripts", "\u{1f95a} \u4e2d\u6587 \u05d1\u05d9\u05e6\u05d4"),
    badPackage("a way out", "../../egg.v1.tar.gz", 'it holds a "/"'),
    badPackage("a dash in front", "-rf.v1.tar.gz", "may hold only letters"),
    badPackage("percent signs", "%2e%2e.v1.tar.gz", "may hold only letters"),
    badPackage("a backslash", "..\\egg.v1.tar.gz", "may hold only letters"),
    badPackage("letters that look like others", "\u0430pp.v2.tar.gz", "may hold only letters"),
    badPackage("no name in front", ".v1.tar.gz", "there is no name"),
    badPackage("no version", "app.v.tar.gz", "there is no version"),
    badPackage("a version of dots", "app.v...tar.gz", "nothing but dots"),
    badPackage("a version with a NUL", "app.v2\u0000.tar.gz", "is not a package name"),
    badPackage("a version that is shown backwards", "app.v\u202e2.tar.gz", "version"),
    badPackage("a version that nobody can see", "app.v\u200b.tar.gz", "version"),
    badPackage("a version that is written in two ways", "app.vcafe\u0301.tar.gz", "version"),
    {
      what: "a package's name: a version of shell, which is allowed",
      make: () => ({
        ...goodPackage({ install: '[ -f "$PWD/install.sh" ] && exit 7' }),
        fileName: "app.v$(x);'%n\"\\.tar.gz",
      }),
      expected: endsWith(7),
    },
  ],
};
