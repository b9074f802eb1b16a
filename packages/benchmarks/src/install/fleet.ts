/** The real server, with one gateway product. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launcherOf } from "../machine/repository.ts";
import { startServer } from "../machine/server-process.ts";

export interface Fleet {
  readonly url: string;
  /** A gateway that may activate. */
  readonly admit: (serial: string) => Promise<void>;
  readonly upload: (name: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly write: (serial: string, alias: string, value: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Vendor and model of every gateway, as Murano has them: the product's id. */
export const PRODUCT = "bench";

const ADDRESS = /is listening on (http:\/\/\S+)\n/;

export async function startFleet(folder: string): Promise<Fleet> {
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
  const manage = async (method: string, path: string, body: Uint8Array<ArrayBuffer> | object) => {
    const isBytes = body instanceof Uint8Array;
    const answer = await fetch(`${url}/api/v1/products${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": isBytes ? "application/octet-stream" : "application/json",
      },
      body: isBytes ? body : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
  };
  const product = `/${PRODUCT}`;
  await manage("POST", "", { id: PRODUCT, kind: "gateway" });
  return {
    url,
    admit: (identity) => manage("POST", `${product}/identities`, { identity }),
    upload: (name, bytes) => manage("PUT", `${product}/content/${name}`, bytes),
    write: (serial, alias, value) => manage("PUT", `${product}/identities/${serial}/values/${alias}`, { value }),
    stop: server.end,
  };
}
