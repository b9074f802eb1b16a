import { expect, test } from "vitest";
import { sendFromThreeClients } from "./three-clients.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);

test(`mosquitto_pub, curl and mqtt.js lose nothing while the queue is killed (TORTURE_SEED=${SEED})`, async () => {
  const { report, mayRepeat } = await sendFromThreeClients({ messages: 1000, kills: 3, seed: SEED });
  expect(report).toMatchObject({ accepted: 3000, delivered: 3000, lost: [], foreign: [] });
  expect(report.repeated.length).toBeLessThanOrEqual(mayRepeat);
});
