/** How long an install takes, and what it needs in memory. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startPeak } from "../../machine/process-facts.ts";
import type { Measurement, MeasurementContext, Row } from "../../measurement.ts";
import { median } from "../../statistics.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { startFleet } from "../fleet.ts";
import { packageFile } from "../package-file.ts";
import type { Installed, InstallPeer, RunningInstaller } from "../peer.ts";
import { byHand } from "../peers/by-hand.ts";
import { ours } from "../peers/ours.ts";

const ROUNDS = 9;

/** The engine comes to rest: what it needed for its start is given back. */
const SETTLE_MS = 20_000;

export const time: Measurement<InstallPeer> = {
  name: "time",
  about: "package of 100 MB from the server until its script has run and all is on the disk, and the engine's memory",
  run,
};

type Context = MeasurementContext<InstallPeer>;

async function run(context: Context): Promise<readonly Row[]> {
  const { folder, peers, progress } = context;
  mkdirSync(join(folder, "fleet"));
  const fleet = await startFleet(join(folder, "fleet"));
  const installers = new Map<string, RunningInstaller>();
  try {
    for (const peer of peers) {
      const own = join(folder, peer.name.replace(" ", "-"));
      mkdirSync(own);
      installers.set(peer.name, await peer.start({ folder: own, fleet }));
    }
    progress(`the engine comes to rest for ${SETTLE_MS / 1000} s`);
    await wait(SETTLE_MS);
    const rows: Row[] = [];
    for (const kind of KINDS) {
      const { bytes, sha256 } = await packageFile(kind.hasProgram);
      let version = 0;
      const found = await inTurns(context, ROUNDS, async (peer) => {
        const installer = installers.get(peer.name);
        if (installer === undefined) throw new Error(`${peer.name} was not started`);
        version += 1;
        const name = `${kind.app}.v${version}.tar.gz`;
        await fleet.upload(name, bytes);
        const peak = installer.pid === undefined ? undefined : startPeak(installer.pid);
        const installed = await installer.install({ name, sha256 });
        return { ...installed, grown: peak?.grown() };
      });
      rows.push(...rowsOf(kind, bytes.length, found));
    }
    return rows;
  } finally {
    for (const installer of installers.values()) await installer.stop();
    await fleet.stop();
  }
}

interface Kind {
  readonly app: string;
  readonly what: string;
  readonly hasProgram: boolean;
  readonly timesByHand: number;
}

const KINDS: readonly Kind[] = [
  { app: "oneoff", what: "one-off", hasProgram: false, timesByHand: 1.5 },
  { app: "program", what: "program", hasProgram: true, timesByHand: 2.5 },
];

interface Found extends Installed {
  /** Megabytes. */
  readonly grown: number | undefined;
}

function rowsOf(kind: Kind, bytes: number, found: ReadonlyMap<string, readonly Found[]>): readonly Row[] {
  const own = found.get(ours.name) ?? [];
  const layers = own.some(({ overLayers }) => overLayers) ? " over layers" : "";
  const what = `install, ${kind.what} of ${(bytes / 1e6).toFixed(0)} MB${layers}`;
  const seconds = (all: readonly Found[]) => median(all.map((one) => one.seconds));
  const hand = found.get(byHand.name) ?? [];
  const values = (value: number) => new Map([[ours.name, value]]);
  const grown = own.flatMap((one) => one.grown ?? []);
  const ratio = hand.length === 0 ? [] : [{ ratio: seconds(own) / seconds(hand) }];
  return [
    rowOf({ figure: `${what}, time`, unit: "s" }, found, seconds),
    ...ratio.map(
      (one): Row => ({
        figure: `${what}, times by hand`,
        unit: "",
        values: values(one.ratio),
        targets: [{ kind: "below", limit: kind.timesByHand }],
      }),
    ),
    {
      figure: `${what}, memory above idle`,
      unit: "MB",
      values: values(Math.max(...grown)),
      targets: [{ kind: "below", limit: 20 }],
    },
  ];
}
