import type { DeviceInfo } from "@gateway-engine/protocol/device-info";

/**
 * The report, if need be without its longest parts: a server takes values of up to 64 KiB.
 *
 * @param limit bytes of JSON
 */
export function withinLimit(info: DeviceInfo, limit: number = MOST_BYTES): DeviceInfo {
  const cuts: readonly ((whole: DeviceInfo) => DeviceInfo)[] = [
    ({ hardware: _, ...rest }) => rest,
    (whole) => ({ ...whole, df: wholeLines(whole.df, LONGEST_TEXT), ipaddrs: wholeLines(whole.ipaddrs, LONGEST_TEXT) }),
  ];
  let shorter = info;
  for (const cut of cuts) {
    if (Buffer.byteLength(JSON.stringify(shorter)) <= limit) return shorter;
    shorter = { ...cut(shorter), gaps: [...(info.gaps ?? []), "report: shortened"] };
  }
  return shorter;
}

function wholeLines(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, text.lastIndexOf("\n", most) + 1);
}

const MOST_BYTES = 60_000;
const LONGEST_TEXT = 12_000;
