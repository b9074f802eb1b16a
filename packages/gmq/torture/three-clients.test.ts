import { expect, test } from "vitest";
import { sendFromThreeClients } from "../test-system/durability/three-clients.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);

const MESSAGES = 10_000;
const KILLS = 8;

test(`of ${MESSAGES} messages each of mosquitto_pub, curl and mqtt.js none is lost over ${KILLS} kills (TORTURE_SEED=${SEED})`, async () => {
  const { report, mayRepeat } = await sendFromThreeClients({ messages: MESSAGES, kills: KILLS, seed: SEED });
  console.log(`${report.accepted} accepted, ${report.delivered} delivered, ${report.repeated.length} of them repeated`);
  expect(report).toMatchObject({ accepted: 3 * MESSAGES, delivered: 3 * MESSAGES, lost: [], foreign: [] });
  expect(report.repeated.length).toBeLessThanOrEqual(mayRepeat);
});
