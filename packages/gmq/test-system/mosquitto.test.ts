/** mosquitto_pub and mosquitto_sub, which most people try first. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, makeRoot, WITH_MQTT } from "../test/process/gmq-process.ts";

const VMS = "product product cellar";

test.each(["0", "1", "2"])("what mosquitto_pub sends with QoS %s reaches mosquitto_sub and the server", async (qos) => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url, WITH_MQTT);
  await using gmq = await GmqProcess.start(root);
  const { port } = new URL(gmq.mqttUrl);
  const target = ["-h", "127.0.0.1", "-p", port, "-q", qos];
  const publish = (...args: string[]) => spawnSync("mosquitto_pub", [...target, ...args], { encoding: "utf8" });

  expect(publish("-t", "local/ready", "-m", "yes", "-r").status).toBe(0);
  const listener = spawn("mosquitto_sub", [...target, "-t", "#", "-v", "-C", "2"]);
  let heard = "";
  const ended = once(listener, "exit");
  await new Promise<void>((resolve) => {
    listener.stdout.on("data", (chunk) => {
      heard += chunk;
      if (heard.includes("\n")) resolve();
    });
  });
  expect(publish("-u", VMS, "-t", "room/temperature", "-m", "21 & 5%").status).toBe(0);
  await ended;
  expect(heard).toBe("local/ready yes\nroom/temperature 21 & 5%\n");

  await server.until(() => server.points.length === 1);
  expect(server.points[0]).toMatchObject({ cik: server.ciks.get(VMS), alias: "room/temperature" });
  expect(String(server.points[0]?.value)).toBe("21 & 5%");
});

test("mosquitto_pub is told that a login cannot be used", async () => {
  await using root = await makeRoot("http://127.0.0.1:9", WITH_MQTT);
  await using gmq = await GmqProcess.start(root);
  const { port } = new URL(gmq.mqttUrl);
  const args = ["-h", "127.0.0.1", "-p", port, "-t", "a", "-m", "1", "-u", "two words"];
  const { stderr } = spawnSync("mosquitto_pub", args, { encoding: "utf8" });
  expect(stderr).toContain("bad user name or password");
});
