/**
 * The mounted file systems that are worth reporting, as `df` picks them.
 *
 * @see proc_pid_mountinfo(5)
 */
export interface Mount {
  /** `major:minor`, the same for every mount of one file system. */
  readonly device: string;
  /** The folder inside the file system that is mounted; `/` unless it is a bind mount. */
  readonly fileSystemRoot: string;
  readonly mountPoint: string;
  readonly type: string;
  /** `/dev/vda1`, `tmpfs`, `server:/export`. */
  readonly source: string;
}

export function parseMountinfo(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const [before, after] = line.split(" - ", 2);
    const [, , device, fileSystemRoot, mountPoint] = (before ?? "").split(" ");
    const [type, source] = (after ?? "").split(" ");
    if (device === undefined || fileSystemRoot === undefined || mountPoint === undefined) return [];
    if (type === undefined || source === undefined) return [];
    return [
      {
        device,
        fileSystemRoot: unescapePath(fileSystemRoot),
        mountPoint: unescapePath(mountPoint),
        type,
        source: unescapePath(source),
      },
    ];
  });
}

/**
 * Leaves out what holds no files of its own and what lies on another machine (asking that could wait for ever),
 * and keeps one mount of each file system: one whose source is a path before one that is not, then the shorter mount point.
 */
export function reportedMounts(mounts: readonly Mount[]): readonly Mount[] {
  const kept = new Map<string, Mount>();
  for (const mount of topmost(mounts)) {
    if (PSEUDO_TYPES.has(mount.type) || isRemote(mount)) continue;
    const other = kept.get(mount.device);
    if (other === undefined || isBetter(mount, other)) kept.set(mount.device, mount);
  }
  return [...kept.values()];
}

/** Of mounts on one folder only the last can be seen; it takes the place of the first in the list. */
function topmost(mounts: readonly Mount[]): Iterable<Mount> {
  return new Map(mounts.map((mount) => [mount.mountPoint, mount])).values();
}

function isBetter(mount: Mount, other: Mount): boolean {
  if (mount.source.includes("/") !== other.source.includes("/")) return mount.source.includes("/");
  const nearerTop = mount.mountPoint.length < other.mountPoint.length;
  return nearerTop && mount.fileSystemRoot.length <= other.fileSystemRoot.length;
}

function isRemote({ type, source }: Mount): boolean {
  return source.includes(":") || source.startsWith("//") || REMOTE_TYPES.has(type);
}

const PSEUDO_TYPES: ReadonlySet<string> = new Set([
  "autofs",
  "proc",
  "subfs",
  "debugfs",
  "devpts",
  "fusectl",
  "fuse.portal",
  "mqueue",
  "rpc_pipefs",
  "sysfs",
  "devfs",
  "kernfs",
  "ignore",
]);

const REMOTE_TYPES: ReadonlySet<string> = new Set([
  "nfs",
  "nfs4",
  "cifs",
  "smbfs",
  "smb3",
  "acfs",
  "afs",
  "coda",
  "auristorfs",
  "fhgfs",
  "gpfs",
  "ibrix",
  "ocfs2",
  "vxfs",
  "ceph",
  "9p",
  "fuse.sshfs",
  "fuse.glusterfs",
]);

/** The kernel writes white space and backslashes as `\040`. */
function unescapePath(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
