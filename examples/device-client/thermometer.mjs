// Activates a device, writes one value and reads a command: node thermometer.mjs <identity file>
import { openDevice } from "@gateway-engine/device-client/node";

const signal = AbortSignal.timeout(60_000);
const device = await openDevice({ cfgFile: process.argv[2] ?? "device.cfg", userAgent: "thermometer/1.0" });
if (!device.activated()) await device.activate({ signal });

await device.write([["temperature", "21.5"]], { signal });
const values = await device.read(["command"], { signal });
console.log(`The command is: ${values.get("command") ?? "none"}`);
