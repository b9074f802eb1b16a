/** What a measurement is, and what it finds. */

export interface Measurement<SomePeer extends Peer> {
  /** How it is chosen on the command line. */
  readonly name: string;
  readonly about: string;
  readonly run: (context: MeasurementContext<SomePeer>) => Promise<readonly Row[]>;
}

/** A program to be measured: ours, or one that does the same work. */
export interface Peer {
  /** As the table's columns name it. */
  readonly name: string;
  /** Gets it, where it can be got. */
  readonly prepare: () => Promise<Availability>;
}

export type Availability =
  | { readonly kind: "available"; readonly version: string }
  | { readonly kind: "missing"; readonly reason: string };

export interface MeasurementContext<SomePeer extends Peer> {
  /** Those that are there. */
  readonly peers: readonly SomePeer[];
  /** An empty folder, removed afterwards. */
  readonly folder: string;
  /** A third of the rounds is enough: for a look, not for a figure to be quoted. */
  readonly quick: boolean;
  /** Tells whoever watches what is going on. */
  readonly progress: (what: string) => void;
}

/** One figure of all peers. */
export interface Row {
  readonly figure: string;
  readonly unit: string;
  /** By the name of the peer. */
  readonly values: ReadonlyMap<string, Value>;
  readonly targets: readonly Target[];
}

/** A number; or a lower bound, when it was not waited for; or why there is no number. */
export type Value = number | { readonly moreThan: number } | { readonly none: string };

/** What the program of this repository has to reach. */
export type Target =
  | { readonly kind: "below"; readonly limit: number }
  | { readonly kind: "at-least"; readonly limit: number }
  | { readonly kind: "no-more-than"; readonly peer: string }
  /** `share` of what the peer reaches; all of it unless told. */
  | { readonly kind: "no-less-than"; readonly peer: string; readonly share?: number };
