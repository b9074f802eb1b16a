import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../machine/command.ts";
import { PRODUCT } from "../fleet.ts";
import type { InstallPeer, RunningInstaller, Setting } from "../peer.ts";

/** What somebody types who has no engine: nothing is undone, and nothing goes on after a power cut. */
export const byHand: InstallPeer = {
  name: "by hand",
  prepare: async () => {
    try {
      const [version = ""] = (await runCommand("curl", ["--version"])).split("\n");
      return { kind: "available", version: `${version.split(" ").slice(0, 2).join(" ")}, sha256sum, tar xz, sync` };
    } catch {
      return { kind: "missing", reason: "not measured: there is no curl" };
    }
  },
  start: startShell,
};

const SCRIPT = `set -e
curl -sSf -H "X-Exosite-CIK: $cik" -o package "$url"
echo "$sha256  package" | sha256sum -c --quiet
mkdir release
tar xzf package -C release
sync -f release
cd release
./install.sh
`;

async function startShell({ folder, fleet }: Setting): Promise<RunningInstaller> {
  const serial = "hand";
  await fleet.admit(serial);
  const body = new URLSearchParams({ vendor: PRODUCT, model: PRODUCT, sn: serial });
  const cik = await (await fetch(`${fleet.url}/provision/activate`, { method: "POST", body })).text();
  return {
    pid: undefined,
    install: async ({ name, sha256 }) => {
      const cwd = join(folder, name);
      mkdirSync(cwd);
      const url = `${fleet.url}/provision/download?vendor=${PRODUCT}&model=${PRODUCT}&id=${name}`;
      const begun = performance.now();
      await runCommand("sh", ["-c", SCRIPT], { cwd, env: { cik, url, sha256, GWE_ROOT: folder } });
      return { seconds: (performance.now() - begun) / 1000, overLayers: false };
    },
    stop: () => Promise.resolve(),
  };
}
