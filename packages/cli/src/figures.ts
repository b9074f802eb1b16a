/** Numbers as a person reads them. */

/** `4.5 of 10.0 MB`, in the unit of the whole. */
export function formatSize(part: number, whole: number): string {
  const unit = UNITS.find(({ bytes }) => whole >= bytes) ?? { name: "bytes", bytes: 1 };
  const digits = unit.bytes === 1 ? 0 : 1;
  return `${(part / unit.bytes).toFixed(digits)} of ${(whole / unit.bytes).toFixed(digits)} ${unit.name}`;
}

/** `4.5 MB`, `310 bytes`. */
export function formatBytes(bytes: number): string {
  const unit = UNITS.find((known) => bytes >= known.bytes);
  return unit === undefined ? `${bytes} bytes` : `${(bytes / unit.bytes).toFixed(1)} ${unit.name}`;
}

const UNITS = [
  { name: "GB", bytes: 1e9 },
  { name: "MB", bytes: 1e6 },
  { name: "kB", bytes: 1e3 },
] as const;

/** `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
