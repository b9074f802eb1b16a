/** What a power cut in the middle of a download over a slow line costs. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../machine/until.ts";
import type { Measurement, MeasurementContext, Row } from "../../measurement.ts";
import { startFleet } from "../fleet.ts";
import { makeGateway, startEngine } from "../gateway.ts";
import { packageFile } from "../package-file.ts";
import type { InstallPeer } from "../peer.ts";
import { ours } from "../peers/ours.ts";
import { openSlowLine } from "../slow-line.ts";

const BYTES_PER_SECOND = 1_000_000;
const CUTS = 6;
/** Each life of the engine brings so much. */
const LIFE_BYTES = 4_000_000;

export const cut: Measurement<InstallPeer> = {
  name: "cut",
  about: `bytes that are fetched twice when the engine is killed while it downloads at ${BYTES_PER_SECOND / 1e6} MB/s`,
  run,
};

async function run({ folder, quick, progress }: MeasurementContext<InstallPeer>): Promise<readonly Row[]> {
  mkdirSync(join(folder, "fleet"));
  const fleet = await startFleet(join(folder, "fleet"));
  const line = await openSlowLine(fleet.url, BYTES_PER_SECOND);
  const setting = { folder: join(folder, "gateway"), serial: "gwe", server: line.url };
  mkdirSync(setting.folder);
  const { bytes, sha256 } = await packageFile(false);
  const name = "oneoff.v1.tar.gz";
  try {
    await fleet.admit(setting.serial);
    await fleet.upload(name, bytes);
    makeGateway(setting);
    await fleet.write(setting.serial, "engine_fetch", JSON.stringify({ install: [{ name, sha256 }] }));
    const twice: number[] = [];
    let reached = 0;
    for (let life = 0; life <= (quick ? CUTS / 3 : CUTS); life += 1) {
      progress(`life ${life + 1} of the engine`);
      const engine = await startEngine(setting);
      await until("the download goes on", () => line.download !== undefined);
      const begun = line.download?.first ?? 0;
      if (life > 0) twice.push(Math.max(0, reached - begun));
      // A little more each time, so that the cut does not always fall into the same phase of a checkpoint.
      const share = LIFE_BYTES + life * 77_777;
      await until("some of it is here", () => (line.download?.received ?? 0) >= share);
      process.kill(engine.pid, "SIGKILL");
      reached = begun + (line.download?.received ?? 0);
      await engine.end();
      line.hangUp();
    }
    const worst = (100 * Math.max(...twice)) / bytes.length;
    return [
      {
        figure: `cut, fetched twice of ${(bytes.length / 1e6).toFixed(0)} MB, worst of ${twice.length}`,
        unit: "%",
        values: new Map([[ours.name, worst]]),
        targets: [{ kind: "below", limit: 1 }],
      },
    ];
  } finally {
    line.close();
    await fleet.stop();
  }
}
