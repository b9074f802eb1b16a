/** What downloading and unpacking leave free on the disk, in bytes, so that the gateway's other programs can go on. */
export const DISK_RESERVE_BYTES: number = 16 * 1_048_576;
