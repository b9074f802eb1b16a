import { mkdir, mkdtemp, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { expect, test } from "vitest";
// The built module: its thread is a built file beside it.
import { compose } from "../../dist/compose.js";

test("a start that fails gives back what it took, so that the next can succeed", async () => {
  const paths = gatewayPaths(await mkdtemp(join(tmpdir(), "gmq-compose-")));
  const database = join(paths.queueDir, "gmq.db");
  let output = "";
  const gmq = compose({
    paths,
    serverOverride: "http://127.0.0.1:9",
    write: (line) => {
      output += line;
    },
    pid: process.pid,
  });
  const listenOn = async (address: string) => {
    await mkdir(dirname(paths.gmqCfg), { recursive: true });
    await writeFile(paths.gmqCfg, `[server]\nlisten = ${address}\n[mqtt]\nlisten = 127.0.0.1:0\n`);
  };
  try {
    await listenOn("127.0.0.1:0");
    await mkdir(paths.queueDir, { recursive: true });
    await writeFile(database, "this is no database, and long enough for SQLite to see it".repeat(100));
    await expect(gmq.start()).rejects.toMatchObject({ code: "E_DATABASE" });

    await rm(database);
    await gmq.start();
    await gmq.stop(1000);
    await listenOn(/http:\/\/(127\.0\.0\.1:\d+)/.exec(output)?.[1] ?? "");
    await mkdir(paths.gmqSocket);
    await expect(gmq.start()).rejects.toMatchObject({ code: "E_FILE_WRITE" });

    await rmdir(paths.gmqSocket);
    await gmq.start();
    await gmq.stop(1000);
  } finally {
    await rm(paths.root, { recursive: true });
  }
});
