/**
 * Preloaded into a daemon under test: at SIGUSR1 it writes what its event loop holds (timers, sockets, children)
 * into the file that RESOURCES_FILE names.
 */
import { renameSync, writeFileSync } from "node:fs";

const file = process.env.RESOURCES_FILE;

process.on("SIGUSR1", () => {
  writeFileSync(`${file}.new`, JSON.stringify(process.getActiveResourcesInfo().sort()));
  renameSync(`${file}.new`, file);
});
