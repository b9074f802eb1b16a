import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launcherOf } from "../../machine/repository.ts";
import { startServer } from "../../machine/server-process.ts";
import { deviceNamed, VENDOR } from "../load/device.ts";
import type { Upstream } from "../upstream.ts";

const ADDRESS = /is listening on (http:\/\/\S+)\n/;

/** The real server, with a product and `devices` of it that may activate. */
export async function startFleet(folder: string, devices: number): Promise<Upstream> {
  const server = await startServer(
    {
      file: launcherOf("gwe-fleet"),
      args: ["--data", join(folder, "data"), "--listen", "127.0.0.1:0"],
      env: { GWE_NODE: process.execPath },
      folder,
    },
    (said) => ADDRESS.test(said),
  );
  const url = ADDRESS.exec(server.said())?.[1] ?? "";
  const token = readFileSync(join(folder, "data/admin-token"), "utf8").trim();
  const manage = async (method: string, path: string, body: unknown) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
  };
  await manage("POST", "/products", { id: VENDOR, kind: "device" });
  await manage("PUT", `/products/${VENDOR}/resources/temperature`, { format: "string" });
  for (let device = 0; device < devices; device += 1) {
    await manage("POST", `/products/${VENDOR}/identities`, { identity: deviceNamed(device) });
  }
  return { url, stop: server.end };
}
