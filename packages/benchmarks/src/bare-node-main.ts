/** bare-node-main COPIES COMMAND [ARGUMENT...]: runs the command so many times, and again whenever it ends. */
import { spawn } from "node:child_process";

const [copies, file = "", ...args] = process.argv.slice(2);
for (let copy = 0; copy < Number(copies); copy += 1) keepRunning();
process.stdout.write("running\n");

function keepRunning(): void {
  spawn(file, args, { stdio: "ignore", detached: true }).once("exit", keepRunning);
}
