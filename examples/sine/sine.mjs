#!/usr/bin/env node
/**
 * Sends a point of a sine wave every second to the gateway's message queue, which keeps it until the server has it.
 *
 * Each value is sent once, under a number of its own. What the queue has accepted is written into accepted.log
 * before the next value is sent, so that the log can be compared with what arrives at the server.
 * When it is unclear whether a value was accepted (the connection broke), it is left out of the log and not repeated.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const root = process.env.GWE_ROOT ?? "";
const configDir = `${root}/etc/gateway-engine`;
const stateDir = `${root}/var/lib/sine`;
const acceptedLog = `${stateDir}/accepted.log`;
const nextNumberFile = `${stateDir}/next`;

const periodMs = Number(process.env.SINE_PERIOD_MS ?? 1000);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Values in one period of the wave. */
const WAVE_LENGTH = 60;
/** The log is started anew at this size, in bytes; the last one is kept beside it. */
const LOG_LIMIT = 5_000_000;

mkdirSync(stateDir, { recursive: true });
const identity = await waitForIdentity();
const queue = queueAddress();
console.log(`sending every ${periodMs} ms to ${queue} as ${identity}`);

for (let number = readNextNumber(); ; number += 1) {
  // Kept before it is sent: after a crash no number is used twice.
  replaceFile(nextNumberFile, `${number + 1}\n`);
  const value = JSON.stringify({ n: number, sine: Number(Math.sin((2 * Math.PI * number) / WAVE_LENGTH).toFixed(4)) });
  try {
    await send(value);
    keepAccepted(value);
  } catch (error) {
    console.error(`value ${number}: ${error.message}`);
  }
  await sleep(periodMs);
}

/** Resolves when the queue has the value on disk: it then answers 204. */
function send(value) {
  const body = `sine=${encodeURIComponent(value)}`;
  const headers = {
    "X-Exosite-VMS": identity,
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sending = request(`${queue}/onep:v1/stack/alias`, { method: "POST", agent, headers, timeout: 10_000 });
    sending.on("response", (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 204) resolve();
        else reject(new Error(`the queue answered ${response.statusCode}`));
      });
    });
    sending.on("timeout", () => sending.destroy(new Error("no answer for 10 s")));
    sending.on("error", reject);
    sending.end(body);
  });
}

function keepAccepted(value) {
  appendFileSync(acceptedLog, `${value}\n`);
  if (statSync(acceptedLog).size > LOG_LIMIT) renameSync(acceptedLog, `${acceptedLog}.1`);
}

function readNextNumber() {
  const number = Number(readIfPresent(nextNumberFile));
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}

/** `<vendor> <model> <uuid>` of the gateway, once it has been configured and the engine has found its serial number. */
async function waitForIdentity() {
  for (let told = false; ; told = true) {
    const config = readIni(`${configDir}/Gateway.cfg`, "device");
    const parts = ["vendor", "model", "uuid"].map((key) => config.get(key) ?? "");
    if (parts.every((part) => part !== "")) return parts.join(" ");
    if (!told) console.log(`waiting for vendor, model and uuid in ${configDir}/Gateway.cfg`);
    await sleep(1000);
  }
}

/** `GMQ_URL` if set, else the address in gmq.cfg, else the queue's default. */
function queueAddress() {
  const listen = readIni(`${configDir}/gmq.cfg`, "server").get("listen") || "127.0.0.1:8090";
  return (process.env.GMQ_URL ?? `http://${listen}`).replace(/\/+$/, "");
}

/** The options of a section; an empty value is written `''`. */
function readIni(file, section) {
  const [, text = ""] = `\n${readIfPresent(file)}`.split(`\n[${section}]\n`);
  const pairs = [...text.split(/^\[/m, 1)[0].matchAll(/^(\w+)\s*[=:]\s*(.*?)\s*$/gm)];
  return new Map(pairs.map(([, key, value]) => [key, value === "''" ? "" : value]));
}

function readIfPresent(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}

function replaceFile(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
