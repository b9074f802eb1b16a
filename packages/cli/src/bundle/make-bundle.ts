/** One file with what support asks for, for a mail or an upload. */
import { smallArchive } from "@gateway-engine/artifact/small-archive";
import { openNeighbours } from "@gateway-engine/engine/neighbours";
import { nodeFiles } from "@gateway-engine/platform/files";
import { runtimeVersions } from "@gateway-engine/platform/runtime-versions";
import type { HistoryAnswer } from "@gateway-engine/protocol/local-control";
import type { CommandContext } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import type { Finding } from "../doctor/check.ts";
import { findingLine } from "../doctor/show.ts";
import { logSources } from "../logs/log-sources.ts";
import { readState } from "../status/read-state.ts";
import { type BundleQuestion, bundleTexts } from "./bundle-texts.ts";

/** So that it fits into a mail, and through a modem. */
const BUNDLE_LIMIT_BYTES = 5 * 1_048_576;

/** Of each log at first; halved as long as the bundle is too large. */
const LOG_BYTES = 1_048_576;
const HISTORY = 200;

type Context = Pick<CommandContext, "paths" | "environment">;

/**
 * The bytes of a .tar.gz without a secret of this gateway.
 *
 * @param findings of the doctor
 */
export async function makeBundle(
  context: Context,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { paths, environment } = context;
  const neighbours = openNeighbours(environment);
  try {
    const processes = await neighbours.supervisor.getAllProcessInfo(signal).catch(() => undefined);
    const { gateway } = await readConfiguration(nodeFiles, paths);
    const { ownDeviceInfo } = await import("@gateway-engine/engine/device-info");
    const deviceInfo = await ownDeviceInfo(environment);
    const questions: readonly BundleQuestion[] = [
      {
        name: "doctor.txt",
        ask: async () => findings.map((finding) => findingLine(finding, (_colour, text) => text)).join(""),
      },
      { name: "status.json", ask: async () => json(await readState(context, signal)) },
      { name: "uname.txt", ask: async () => `${deviceInfo.uname}\n` },
      { name: "device-info.json", ask: async () => json(deviceInfo) },
      { name: "runtime.json", ask: async () => json(runtimeVersions()) },
      { name: "programs.json", ask: async () => json(processes ?? []) },
      { name: "queue.json", ask: async () => json(await neighbours.queue(signal)) },
      { name: "install-history.json", ask: async () => json(await readHistory(context, signal)) },
    ];
    const logs = await logSources(nodeFiles, paths, processes);
    const installFolders = [`${paths.root === "/" ? "" : paths.root}/opt/gateway-engine`];
    const secrets = [gateway.cik];
    const sources = { files: nodeFiles, paths, questions, logs, installFolders, secrets };
    return await withinLimit((logBytes) => bundleTexts(sources, logBytes).then((texts) => smallArchive(texts, 0o600)));
  } finally {
    neighbours.close();
  }
}

/** Also from the journal of a gateway whose engine does not run. */
async function readHistory({ paths, environment }: Context, signal: AbortSignal): Promise<HistoryAnswer> {
  if ((await nodeFiles.stat(paths.journal)) === undefined) return { orders: [] };
  const { withAppControl } = await import("@gateway-engine/engine/app-control");
  return withAppControl({ environment, signal, write: () => {} }, (control) =>
    control.history({ limit: HISTORY }, signal),
  );
}

/** With less and less of the logs, until it fits. */
async function withinLimit(make: (logBytes: number) => Promise<Uint8Array>): Promise<Uint8Array> {
  for (let logBytes = LOG_BYTES; ; logBytes = Math.floor(logBytes / 2)) {
    const bundle = await make(logBytes);
    if (bundle.length <= BUNDLE_LIMIT_BYTES || logBytes === 0) return bundle;
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
