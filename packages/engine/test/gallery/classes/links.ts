import { goodPackage, installScript } from "@gateway-engine/testkit/package-fixtures";
import { type TarEntry, tarGz } from "@gateway-engine/testkit/tar-writer";
import { type Exhibit, type ExhibitClass, endsWith, refused, type Target } from "../support/exhibit.ts";

/** What an escape would write, or overwrite. */
const EGG = "an egg of another bird\n";

function linkTo(path: string, target: string): TarEntry {
  return { path, type: "2", target };
}

function refusedLink(what: string, says: string, entries: (target: Target) => readonly TarEntry[]): Exhibit {
  return {
    what,
    make: (target) => goodPackage({ version: "2", others: entries(target) }),
    expected: refused("E_PACKAGE_CONTENT", says),
  };
}

export const LINKS: ExhibitClass = {
  name: "links",
  exhibits: [
    refusedLink("a symbolic link to an absolute path", 'the link "out" points out of the package', ({ canary }) => [
      linkTo("out", canary),
    ]),
    refusedLink(
      "a symbolic link that climbs out",
      'the link "bin/out" points out of the package',
      ({ wayToCanary }) => [linkTo("bin/out", `../${wayToCanary}`)],
    ),
    refusedLink("a file written through a link that leads out", '"nest/egg" lies below "nest"', ({ canary }) => [
      linkTo("nest", canary),
      { path: "nest/egg", content: EGG },
    ]),
    refusedLink("a file written over a link that leads out", '"bird" is in the archive twice', ({ canary }) => [
      linkTo("bird", `${canary}/bird`),
      { path: "bird", content: EGG },
    ]),
    refusedLink("a folder in the place of a link that leads out", '"nest" is in the archive twice', ({ canary }) => [
      linkTo("nest", canary),
      { path: "nest/", type: "5", mode: 0o777 },
    ]),
    refusedLink("a link that leads out only when it is followed", 'the link "b" points out', ({ wayToCanary }) => [
      linkTo("deep/folder/top", "../.."),
      linkTo("b", `deep/folder/top/${wayToCanary}`),
    ]),
    refusedLink("links in a circle", "leads in a circle", () => [linkTo("one", "two"), linkTo("two", "one")]),
    refusedLink("more links in a row than the kernel follows", "leads in a circle", () =>
      Array.from({ length: 60 }, (_, index) => linkTo(`link-${index}`, `link-${index + 1}`)),
    ),
    refusedLink("a hard link to a file outside", "is absolute", ({ canary }) => [
      { path: "bird", type: "1", target: `${canary}/bird` },
    ]),
    refusedLink("a hard link that climbs out", 'leads out of the package with ".."', ({ wayToCanary }) => [
      { path: "bird", type: "1", target: `${wayToCanary}/bird` },
    ]),
    refusedLink("a hard link to a link that leads out", "points out of the package", ({ canary }) => [
      linkTo("soft", `${canary}/bird`),
      { path: "hard", type: "1", target: "soft" },
    ]),
    {
      what: "install.sh that is a link to a shell",
      make: () => ({ fileName: "app.v2.tar.gz", bytes: tarGz([linkTo("install.sh", "sh"), linkTo("sh", "/bin/sh")]) }),
      expected: refused("E_PACKAGE_CONTENT", "points out of the package"),
    },
    {
      what: "supervisor.conf that is a link within the package",
      make: () => ({
        fileName: "app.v2.tar.gz",
        bytes: tarGz([installScript("exit 7"), { path: "conf" }, linkTo("supervisor.conf", "conf")]),
      }),
      expected: refused("E_PACKAGE_CONTENT", "it is not a plain file"),
    },
    {
      what: "a link to what only install.sh would make, outside",
      make: ({ canary }) =>
        goodPackage({
          version: "2",
          install: `ln -s ${canary} made && [ -L later ] && exit 7`,
          others: [linkTo("later", "made/bird")],
        }),
      expected: endsWith(7),
    },
  ],
};
