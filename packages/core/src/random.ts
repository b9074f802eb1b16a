/** Randomness, as far as a service may know of it. */
export interface Random {
  /** `count` bytes that nobody can predict. */
  bytes(count: number): Uint8Array;
  /** A number from 0 up to, but not including, 1. */
  fraction(): number;
}
