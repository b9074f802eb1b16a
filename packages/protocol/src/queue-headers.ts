/** What a program may tell the local queue about a message, beside the Device API's own headers. */
export const QUEUE_HEADERS = {
  /** `high`, `normal` or `low`: a device's high messages are forwarded before its normal ones. */
  priority: "X-Gateway-Engine-Priority",
  /** Seconds after which the message is worth nothing, and is not forwarded any more. */
  ttl: "X-Gateway-Engine-TTL",
} as const;
