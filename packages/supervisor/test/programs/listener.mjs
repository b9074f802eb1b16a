/**
 * An event listener that counts bytes: appends each event to a file, as a line of JSON with its headers and its payload.
 *
 * node listener.mjs FILE [CONDUCT]: `fail-once` and `die-once` answer FAIL to the first event ever, or die of it;
 * `deaf` says that it is ready and then reads nothing.
 */
import { appendFileSync, existsSync, writeSync } from "node:fs";

const [, , file, conduct] = process.argv;
const isFirst = !existsSync(file);
let received = Buffer.alloc(0);

writeSync(1, "READY\n");
if (conduct === "deaf") setInterval(() => {}, 60_000);
else process.stdin.on("data", receive).on("end", () => process.exit());

function receive(chunk) {
  received = Buffer.concat([received, chunk]);
  const lineEnd = received.indexOf("\n");
  if (lineEnd < 0) return;
  const line = received.subarray(0, lineEnd).toString();
  const headers = Object.fromEntries(line.split(" ").map((pair) => pair.split(":")));
  const end = lineEnd + 1 + Number(headers.len);
  if (received.length < end) return;
  const payload = received.subarray(lineEnd + 1, end).toString();
  received = received.subarray(end);
  const isFirstEvent = isFirst && !existsSync(file);
  appendFileSync(file, `${JSON.stringify({ pid: process.pid, ...headers, payload })}\n`);
  if (isFirstEvent && conduct === "die-once") process.exit(1);
  const answer = isFirstEvent && conduct === "fail-once" ? "FAIL" : "OK";
  writeSync(1, `RESULT ${answer.length}\n${answer}READY\n`);
}
