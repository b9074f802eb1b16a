/** Takes messages in: makes room for them, gives them their numbers, and stores them. */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { Cursors } from "./cursors.ts";
import type { Lane } from "./lane.ts";
import type { StoredMessage } from "./message.ts";
import { keepDevice, type NewDevice } from "./new-device.ts";
import { type Room, storedBytes } from "./room/room.ts";
import type { Shedding } from "./room/shedding.ts";
import type { EraRows } from "./time/era-rows.ts";
import { removeExpired } from "./upkeep-steps.ts";

/** A message, and its device when that may not be on disk yet. */
export type Arrival = readonly [message: StoredMessage, device: NewDevice | undefined];

export interface AcceptanceParts {
  readonly database: SqlDatabase;
  readonly cursors: Cursors;
  readonly room: Room;
  readonly shedding: Shedding;
  readonly eras: EraRows;
}

export class Acceptance {
  readonly #parts: AcceptanceParts;

  constructor(parts: AcceptanceParts) {
    this.#parts = parts;
  }

  /** @throws StorageError E_DISK_FULL when there is no room for all of them, and none can be made */
  accept(arrivals: readonly Arrival[]): void {
    for (const [message] of arrivals) this.#makeRoom(message);
    this.store(arrivals);
  }

  /** Stores messages in their order, whether there is room or not. What is counted of a lane is written once. */
  store(arrivals: readonly Arrival[]): void {
    const { database, eras } = this.#parts;
    const nextSeq = new Map<Lane, number>();
    for (const [lane, counted] of countByLane(arrivals)) nextSeq.set(lane, this.#number(lane, counted));
    for (const [message, device] of arrivals) {
      if (device !== undefined) keepDevice(database, device);
      const { lane, points, kind, alias, at, expiresAt, era, body } = message;
      if (era !== undefined) eras.count(era, message);
      const seq = nextSeq.get(lane) ?? 0;
      nextSeq.set(lane, seq + points);
      const bytes = Buffer.from(body, "latin1");
      database.run(INSERT_MESSAGE, [lane, seq, points, kind, alias, at, expiresAt, era?.id ?? 0, bytes]);
    }
  }

  /** Counts a message that comes to a lane from elsewhere in the queue. @returns the number of its first point */
  numberOf(lane: Lane, points: number): number {
    return this.#number(lane, { messages: 1, points, lastAt: 0 });
  }

  #number(lane: Lane, { messages, points, lastAt }: Counted): number {
    return Number(this.#parts.database.get(COUNT_ACCEPTED, [lane, points, lastAt, messages])?.["next_seq"]) - points;
  }

  #makeRoom(message: StoredMessage): void {
    const { database, cursors, room, shedding } = this.#parts;
    const bytes = storedBytes(message);
    while (!room.claim(bytes)) {
      if (room.stuck()) throw room.full();
      const removed = removeExpired(database, cursors, message.acceptedAt);
      if (removed === 0 && !shedding.step(room.limits.whenFull)) throw room.full();
    }
  }
}

interface Counted {
  messages: number;
  points: number;
  /** The last microsecond that they use. */
  lastAt: number;
}

function countByLane(arrivals: readonly Arrival[]): ReadonlyMap<Lane, Counted> {
  const lanes = new Map<Lane, Counted>();
  for (const [{ lane, points, lastAt }] of arrivals) {
    const counted = lanes.get(lane) ?? { messages: 0, points: 0, lastAt: 0 };
    counted.messages += 1;
    counted.points += points;
    counted.lastAt = Math.max(counted.lastAt, lastAt);
    lanes.set(lane, counted);
  }
  return lanes;
}

const COUNT_ACCEPTED = `
  INSERT INTO lane (id, next_seq, last_at, accepted) VALUES (?1, 1 + ?2, ?3, ?4)
  ON CONFLICT (id) DO UPDATE SET next_seq = next_seq + ?2, last_at = max(last_at, ?3), accepted = accepted + ?4
  RETURNING next_seq`;

const INSERT_MESSAGE = `
  INSERT INTO message (lane, seq, points, kind, alias, at, expires_at, era, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
