/** Before all tests: a folder in which they note what they have tried. */
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import type { TestProject } from "vitest/node";

export default function setup(project: TestProject): () => void {
  const folder = temporaryFolder("black-box-coverage");
  project.provide("blackBoxCoverage", folder.path);
  return () => folder.remove();
}
