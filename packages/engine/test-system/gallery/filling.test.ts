/** Those of the gallery that fill the disk: a small one that is all that the gateway has. */
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { afterAll, beforeAll, describe, test } from "vitest";
import { FILLING } from "../../test/gallery/classes/filling.ts";
import { Hall } from "../../test/gallery/support/hall.ts";

let disk: LoopDisk;
let hall: Hall;

beforeAll(async () => {
  disk = new LoopDisk({ fileSystem: "ext4", megabytes: 64, inodes: 2048 });
  hall = await Hall.open({ isSupervised: true, within: disk.mountPoint });
});

afterAll(async () => {
  await hall[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
});

describe(`${FILLING.name}:`, () => {
  for (const exhibit of FILLING.exhibits) {
    test(exhibit.what, async () => {
      await hall.show(exhibit);
    });
  }
});
