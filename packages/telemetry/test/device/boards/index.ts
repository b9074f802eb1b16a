import { at91Modem, sama5 } from "./atmel.ts";
import { beagleboneBlack } from "./beaglebone.ts";
import type { Board } from "./board.ts";
import { apalisImx6, container, nanoPc, visionFive } from "./industrial.ts";
import { apu2, oldPc } from "./pc.ts";
import { computeModule4, raspberryPi3 } from "./raspberry-pi.ts";

export const BOARDS: readonly Board[] = [
  raspberryPi3,
  computeModule4,
  beagleboneBlack,
  at91Modem,
  sama5,
  apu2,
  oldPc,
  apalisImx6,
  nanoPc,
  visionFive,
  container,
];
