import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { type TarEntry, tarGz } from "@gateway-engine/testkit/tar-writer";
import { type Exhibit, type ExhibitClass, endsWith, refused } from "../support/exhibit.ts";

function refusedNode(what: string, says: string, node: TarEntry): Exhibit {
  return {
    what,
    make: () => goodPackage({ version: "2", others: [node] }),
    expected: refused("E_PACKAGE_CONTENT", says),
  };
}

export const DEVICES: ExhibitClass = {
  name: "devices",
  exhibits: [
    refusedNode("a character device: the machine's memory", '"mem" is a character-device', {
      path: "mem",
      type: "3",
      device: [1, 1],
    }),
    refusedNode("a block device: the first disk", '"disk" is a block-device', {
      path: "disk",
      type: "4",
      device: [8, 0],
      mode: 0o666,
    }),
    refusedNode("a device 0:0, by which a layer of files says that one is deleted", '"opt/app" is a character-device', {
      path: "opt/app",
      type: "3",
      device: [0, 0],
    }),
    refusedNode("a FIFO, which who reads it waits for", '"pipe" is a fifo', { path: "pipe", type: "6", mode: 0o666 }),
    refusedNode("a socket", '"sock" is a special file', { path: "sock", type: "s" }),
    refusedNode("a device with setuid", '"mem" is a character-device', {
      path: "mem",
      type: "3",
      device: [1, 1],
      mode: 0o6777,
    }),
    {
      what: "install.sh that is a device",
      make: () => ({ fileName: "app.v2.tar.gz", bytes: tarGz([{ path: "install.sh", type: "3", mode: 0o755 }]) }),
      expected: refused("E_PACKAGE_CONTENT", '"install.sh" is a character-device'),
    },
    {
      what: "programs with setuid, setgid and sticky bits, which they lose",
      make: () =>
        goodPackage({
          version: "2",
          install: "[ -u shell ] || [ -g shell ] || [ -k place ] || exit 7",
          others: [
            { path: "shell", mode: 0o6755, content: "#!/bin/sh\n" },
            { path: "place/", type: "5", mode: 0o1777 },
          ],
        }),
      expected: endsWith(7),
    },
  ],
};
