import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { paxPath, type TarEntry } from "@gateway-engine/testkit/tar-writer";
import { type Exhibit, type ExhibitClass, type Expectation, endsWith, refused } from "../support/exhibit.ts";

/** With install.sh, as many as are allowed. */
const MOST = 99_999;

function many(
  what: string,
  count: number,
  expected: Expectation,
  make: (index: number) => readonly TarEntry[],
): Exhibit {
  const pack = (): PackageFixture => {
    const others = Array.from({ length: count }, (_, index) => make(index)).flat();
    return goodPackage({ version: "2", install: "exit 7", others });
  };
  return { what, make: pack, expected, needs: "time" };
}

const TOO_MANY = refused("E_PACKAGE_LIMIT", "more than 100000 entries");

export const ENTRIES: ExhibitClass = {
  name: "100,000 entries",
  exhibits: [
    many("just as many as are allowed", MOST, endsWith(7), (index) => [{ path: `${index % 100}/${index}` }]),
    many("one more, with long names", MOST + 1, TOO_MANY, (index) => [
      paxPath(`${"long/".repeat(20)}${index}`),
      { path: "short", type: "2", target: "." },
    ]),
    many("one more, all hard links to one file", MOST + 1, TOO_MANY, (index) => [
      { path: `link-${index}`, type: "1", target: "install.sh" },
    ]),
    many("one more, all links to the one before", MOST + 1, TOO_MANY, (index) => [
      { path: `link-${index}`, type: "2", target: `link-${index - 1}` },
    ]),
    many("one more, all the same folder", MOST + 1, TOO_MANY, () => [{ path: "folder/", type: "5", mode: 0o755 }]),
    many(
      "as many links as are allowed, each to the next",
      MOST,
      refused("E_PACKAGE_CONTENT", "in a circle"),
      (index) => [{ path: `link-${index}`, type: "2", target: `link-${index + 1}` }],
    ),
  ],
};
