/** On whose behalf the load writes. */

/** Vendor and model are the product, as on Murano. */
export const VENDOR = "bench";

/** The serial number. */
export function deviceNamed(index: number): string {
  return `device-${index}`;
}
