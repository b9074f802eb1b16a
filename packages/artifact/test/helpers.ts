import * as testkit from "@gateway-engine/testkit/temporary-folder";
import { onTestFinished } from "vitest";

export const neverAborted: AbortSignal = new AbortController().signal;

/** The bytes in pieces, as a file or a download gives them. */
export async function* inPieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = testkit.temporaryFolder("artifact");
  onTestFinished(() => folder.remove());
  return folder.path;
}
