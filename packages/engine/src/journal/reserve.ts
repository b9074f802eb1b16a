import { StorageError } from "@gateway-engine/core/errors";

/** Room on the journal's disk that nobody else can take. */
export interface Reserve {
  /** @returns false when there is no room for it now */
  keepReserve(bytes: number): boolean;
  /** @returns whether there was one */
  releaseReserve(): boolean;
  reserveBytes(): number;
}

/** Enough for the rows of an install and its report, several times over. */
const RESERVE_BYTES = 1024 ** 2;

/** Takes the room for the journal's rows, unless it is there already. */
export function keepReserve(reserve: Reserve): void {
  if (reserve.reserveBytes() < RESERVE_BYTES) reserve.keepReserve(RESERVE_BYTES);
}

/** Does the work, and when the disk is full, again in the reserve: how an install ends can be written down even then. */
export function inReserve<Value>(reserve: Reserve | undefined, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    const isFull = error instanceof StorageError && error.code === "E_DISK_FULL";
    if (!isFull || reserve?.releaseReserve() !== true) throw error;
    return work();
  }
}
