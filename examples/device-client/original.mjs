// The same in the words of the original device client: node original.mjs <identity file>
import { Device } from "@gateway-engine/device-client/exo";

const device = await Device.open("thermometer/1.0", process.argv[2] ?? "device.cfg");
if (!device.activated()) console.log(await device.activate());
console.log(await device.httpWrite("temperature", "21.5"));
console.log(await device.httpRead(["command"]));
