import { dirname } from "node:path/posix";
import type { ExactFiles } from "@gateway-engine/core/exact-files";
import type { Change } from "./change.ts";

/** A layer as whoever applies or undoes its changes needs it; paths are of `ExactFiles`. */
export interface LayerFolders {
  /** The folder that is layered; empty for `/`. */
  readonly lower: string;
  /** On the same mount: `upper`, `backup`, `trash`, `kept`. */
  readonly home: string;
}

/** Folders of a layer with which its changes are carried out. Made before the script runs, which may leave no room for them. */
export const CHANGE_FOLDERS: readonly string[] = ["backup", "trash"];

/** Where the files of one change are at which time. */
export interface ChangePlaces {
  /** In the layer, until it is applied. */
  readonly source: string;
  readonly target: string;
  /** What was there before. */
  readonly backup: string;
  /** Where a new file goes when it is taken back. */
  readonly trash: string;
  /** Where it goes when somebody has changed it since. */
  readonly kept: string;
}

export function placesOf(change: Change, index: number, layers: readonly LayerFolders[]): ChangePlaces {
  const { lower, home } = layers[change.layer] ?? { lower: "", home: "" };
  const relative = change.path.slice(lower.length);
  return {
    source: `${home}/upper${relative}`,
    target: change.path,
    backup: `${home}/backup/${index}`,
    trash: `${home}/trash/${index}`,
    kept: `${home}/kept${relative}`,
  };
}

/** Moves a file or folder, making the folder that it goes into. */
export async function moveTo(files: ExactFiles, from: string, to: string): Promise<void> {
  await files.makeFolder(dirname(to));
  await files.rename(from, to);
}
