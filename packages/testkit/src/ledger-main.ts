/**
 * The ledger's process: appends each line of its input to a file, and says how many of them are on disk.
 *
 * It is nobody's part: neither the program that is killed nor the tests that send and receive.
 * Usage: ledger-main.js <file>
 */
import { fdatasyncSync, openSync, writeSync } from "node:fs";

const file = openSync(process.argv[2] ?? "", "a", 0o600);
let lines = 0;
let rest = "";

process.stdin.setEncoding("utf8").on("data", (text: string) => {
  const end = text.lastIndexOf("\n") + 1;
  const whole = rest + text.slice(0, end);
  rest = end === 0 ? rest + text : text.slice(end);
  if (end === 0) return;
  writeSync(file, whole);
  fdatasyncSync(file);
  lines += whole.split("\n").length - 1;
  process.stdout.write(`${lines}\n`);
});
