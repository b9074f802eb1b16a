/** Measurements of one program of this repository and its peers. */
import type { Measurement, Peer, Row } from "./measurement.ts";
import { formatTable } from "./report/table.ts";

export interface Area<SomePeer extends Peer> {
  /** How it is chosen on the command line. */
  readonly name: string;
  /** The first is the program of this repository. */
  readonly peers: readonly [SomePeer, ...SomePeer[]];
  readonly measurements: readonly Measurement<SomePeer>[];
}

export interface RunOptions {
  /** A new folder for one measurement. */
  readonly makeFolder: (measurement: string) => { readonly path: string; readonly remove: () => void };
  readonly quick: boolean;
  readonly print: (text: string) => void;
  readonly progress: (text: string) => void;
}

/** An area, whatever its peers are. */
export interface RunnableArea {
  readonly name: string;
  readonly measurements: readonly Pick<Measurement<Peer>, "name" | "about">[];
  /** @param names of the measurements to run; all of them when it is empty */
  readonly run: (names: readonly string[], options: RunOptions) => Promise<void>;
}

export function runnable<SomePeer extends Peer>(area: Area<SomePeer>): RunnableArea {
  const { name, measurements } = area;
  return { name, measurements, run: (names, options) => runArea(area, names, options) };
}

async function runArea<SomePeer extends Peer>(
  area: Area<SomePeer>,
  names: readonly string[],
  { makeFolder, quick, print, progress }: RunOptions,
): Promise<void> {
  const peers: SomePeer[] = [];
  for (const peer of area.peers) {
    const availability = await peer.prepare();
    if (availability.kind === "available") peers.push(peer);
    print(`${peer.name}: ${availability.kind === "available" ? availability.version : availability.reason}\n`);
  }
  const rows: Row[] = [];
  for (const { name, run } of area.measurements.filter((known) => names.length === 0 || names.includes(known.name))) {
    const folder = makeFolder(name);
    try {
      const found = await run({
        peers,
        folder: folder.path,
        quick,
        progress: (what) => progress(`${area.name} ${name}: ${what}\n`),
      });
      rows.push(...found);
    } finally {
      folder.remove();
    }
  }
  const [own, ...others] = area.peers.map(({ name }) => name);
  const measured = others.filter((name) => rows.some(({ values }) => values.has(name)));
  print(`\n${formatTable(rows, [own ?? "", ...measured])}`);
}

/** What can be asked for. */
export function catalogueOf(areas: readonly RunnableArea[]): string {
  const lines = areas.flatMap(({ name: area, measurements }) => [
    `npm run bench -- ${area}`,
    ...measurements.map(({ name, about }) => `npm run bench -- ${area} ${name.padEnd(9)} ${about}`),
  ]);
  return `${lines.join("\n")}\n`;
}
