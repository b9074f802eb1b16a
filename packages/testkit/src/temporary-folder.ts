import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryFolder extends Disposable {
  readonly path: string;
  /** Removes it with everything in it. */
  remove(): void;
}

/**
 * A new folder that removes itself: `using folder = temporaryFolder("gmq");`
 *
 * @param name says in a listing of /tmp whose it is
 */
export function temporaryFolder(name: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `gwe-${name}-`));
  // A program that is just ending may still add a file while the folder is emptied.
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  return { path, remove, [Symbol.dispose]: remove };
}
