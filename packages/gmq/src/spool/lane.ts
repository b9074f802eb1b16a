/**
 * A device's queue has a lane for each priority. Within a lane, messages are forwarded in the order of their acceptance;
 * a lane is empty before the next lower one is looked at.
 */

/** From the most to the least urgent. */
export const PRIORITIES = ["high", "normal", "low"] as const;

export type Priority = (typeof PRIORITIES)[number];

export type Lane = number;

/** The number under which a lane is stored. */
export function laneOf(device: number, priority: Priority): Lane {
  return device * LANES_PER_DEVICE + PRIORITIES.indexOf(priority);
}

export function deviceOfLane(lane: Lane): number {
  return Math.floor(lane / LANES_PER_DEVICE);
}

export function priorityOfLane(lane: Lane): Priority {
  return PRIORITIES[lane % LANES_PER_DEVICE] ?? "normal";
}

/** All lanes of a device, the most urgent first. */
export function lanesOf(device: number): readonly Lane[] {
  return PRIORITIES.map((priority) => laneOf(device, priority));
}

/** One more than there are priorities, so that files can still be read when there is a fourth. */
const LANES_PER_DEVICE = 4;

/** For `ORDER BY` of lanes. */
export const LEAST_URGENT_FIRST: string = `lane.id % ${LANES_PER_DEVICE} DESC`;
