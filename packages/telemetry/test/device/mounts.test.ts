import { expect, test } from "vitest";
import { type Mount, parseMountinfo, reportedMounts } from "../../src/device/mounts.ts";

function mount(change: Partial<Mount>): Mount {
  return { device: "8:1", fileSystemRoot: "/", mountPoint: "/", type: "ext4", source: "/dev/sda1", ...change };
}

test("a line of mountinfo is read, with and without optional fields", () => {
  const lines =
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw\n40 1 0:9 / /a\\134b rw - tmpfs t rw\n";
  expect(parseMountinfo(lines)).toEqual([
    { device: "98:0", fileSystemRoot: "/mnt1", mountPoint: "/mnt2", type: "ext3", source: "/dev/root" },
    { device: "0:9", fileSystemRoot: "/", mountPoint: "/a\\b", type: "tmpfs", source: "t" },
  ]);
});

test("lines that are cut short are left out", () => {
  expect(parseMountinfo("36 35 98:0\n\n36 35 98:0 / /x rw\n")).toEqual([]);
});

test.each([
  ["a bind mount of a part", [mount({}), mount({ mountPoint: "/srv", fileSystemRoot: "/data" })], ["/"]],
  ["the longer of two mount points", [mount({ mountPoint: "/mnt/long" }), mount({ mountPoint: "/mnt" })], ["/mnt"]],
  [
    "a part, though its mount point is shorter",
    [mount({ mountPoint: "/mnt/whole" }), mount({ mountPoint: "/etc", fileSystemRoot: "/etc" })],
    ["/mnt/whole"],
  ],
  ["a source that is no path", [mount({ source: "overlay" }), mount({ mountPoint: "/longer" })], ["/longer"]],
  ["what another mount hides", [mount({ device: "0:1" }), mount({})], ["/"]],
  ["what has no files", [mount({ type: "proc" }), mount({ device: "0:2", type: "sysfs" })], []],
  ["what is on another machine", [mount({ type: "nfs" }), mount({ source: "//nas/share", device: "0:3" })], []],
])("%s is left out", (_, mounts, mountPoints) => {
  expect(reportedMounts(mounts).map(({ mountPoint }) => mountPoint)).toEqual(mountPoints);
});
