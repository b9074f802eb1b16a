import { BOMBS } from "./classes/bombs.ts";
import { DELETING } from "./classes/deleting.ts";
import { DEVICES } from "./classes/devices.ts";
import { DIGESTS } from "./classes/digests.ts";
import { DOWNGRADES } from "./classes/downgrades.ts";
import { ENTRIES } from "./classes/entries.ts";
import { FILLING } from "./classes/filling.ts";
import { FORKING } from "./classes/forking.ts";
import { KILLING } from "./classes/killing.ts";
import { LINKS } from "./classes/links.ts";
import { NAMES } from "./classes/names.ts";
import { REPLAYS } from "./classes/replays.ts";
import { SIGNATURES } from "./classes/signatures.ts";
import { SPARSE } from "./classes/sparse.ts";
import { WAITING } from "./classes/waiting.ts";
import type { ExhibitClass } from "./support/exhibit.ts";

/** On a gateway that trusts keys. */
export const SIGNED: readonly ExhibitClass[] = [SIGNATURES, REPLAYS, DOWNGRADES];

export const GALLERY: readonly ExhibitClass[] = [
  LINKS,
  DEVICES,
  BOMBS,
  DIGESTS,
  ...SIGNED,
  NAMES,
  SPARSE,
  ENTRIES,
  DELETING,
  KILLING,
  FORKING,
  FILLING,
  WAITING,
];
