import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketMeter } from "../../../src/intake/mqtt/packet-meter.ts";

/** A packet of so many bytes behind its header, made as MQTT says: seven bits of the length in each byte. */
function packet(length: number): readonly number[] {
  const digits: number[] = [];
  for (let rest = length; digits.length === 0 || rest > 0; rest = Math.floor(rest / 128)) digits.push(rest % 128);
  const header = digits.map((digit, index) => (index < digits.length - 1 ? digit + 128 : digit));
  return [0x30, ...header, ...new Array<number>(length).fill(0xff)];
}

/** The bytes in chunks that end where `cuts` say. */
function chunks(bytes: readonly number[], cuts: readonly number[]): readonly Uint8Array[] {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => Uint8Array.from(bytes.slice(ends[index - 1] ?? 0, end)));
}

describe("the packet meter", () => {
  const cuts = fc.array(fc.nat(5000), { maxLength: 20 });

  test("lets packets up to the limit pass, however they are cut into chunks", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 10 }), cuts, (lengths, where) => {
        const meter = new PacketMeter(300);
        const passed = chunks(lengths.flatMap(packet), where).map((chunk) => meter.pass(chunk));
        expect(passed).not.toContain(false);
      }),
    );
  });

  test("stops at the header of the first packet that is longer", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(300), { maxLength: 5 }),
        fc.integer({ min: 301, max: 20_000 }),
        cuts,
        (fine, bad, where) => {
          const meter = new PacketMeter(300);
          expect(meter.pass(Uint8Array.from(fine.flatMap(packet)))).toBe(true);
          const header = packet(bad).slice(0, packet(bad).length - bad);
          expect(chunks(header, where).every((chunk) => meter.pass(chunk))).toBe(false);
        },
      ),
    );
  });

  test("a length of more than four bytes is none", () => {
    expect(new PacketMeter(Number.MAX_SAFE_INTEGER).pass(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01))).toBe(
      false,
    );
  });
});
