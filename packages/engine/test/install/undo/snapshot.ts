/** Everything of a tree that an undo has to put back, as text. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

export function snapshot(root: string): string {
  const lines: string[] = [];
  const walk = (folder: Buffer, shown: string): void => {
    for (const name of readdirSync(folder, "latin1").sort()) {
      const path = Buffer.concat([folder, Buffer.from(`/${name}`, "latin1")]);
      const { mode, uid, gid, rdev, size } = lstatSync(path);
      const kind = mode & 0o170000;
      const content = kind === 0o100000 ? JSON.stringify(readFileSync(path, "latin1")) : "";
      const target = kind === 0o120000 ? readlinkSync(path) : "";
      lines.push(
        [
          JSON.stringify(`${shown}/${name}`),
          mode.toString(8),
          uid,
          gid,
          rdev,
          kind === 0o040000 ? "" : size,
          content,
          target,
        ].join(" "),
      );
      if (kind === 0o040000) walk(path, `${shown}/${name}`);
    }
  };
  walk(Buffer.from(root), "");
  return lines.join("\n");
}
