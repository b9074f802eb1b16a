/** TCP payload of one exchange, and the connections that were opened for it. */
export interface TcpExchange {
  readonly received: number;
  readonly sent: number;
  readonly connections: number;
}

/** IPv4 (20) and TCP with time stamps (32), as Linux sends them. */
const HEADER_BYTES = 52;
/** IPv4 and TCP with the options of a handshake. */
const SYN_BYTES = 60;
/** What an Ethernet packet of 1,500 bytes has room for. */
const SEGMENT_BYTES = 1500 - HEADER_BYTES;
/** A receiver acknowledges every second packet. */
const PACKETS_AN_ACK = 2;

/**
 * What the exchange takes with the headers of TCP and IP: an estimate, since how bytes were put into packets is not known.
 *
 * One header for each full packet of data, one for every second packet that is acknowledged in the other direction, and for
 * each connection the packets that open it (SYN, SYN-ACK, ACK) and close it (FIN and ACK from each side).
 *
 * @see docs/reference/traffic.md#on-the-wire
 */
export function onTheWire({ received, sent, connections }: TcpExchange): { received: number; sent: number } {
  const packetsIn = Math.ceil(received / SEGMENT_BYTES);
  const packetsOut = Math.ceil(sent / SEGMENT_BYTES);
  const opening = connections * SYN_BYTES;
  const closing = connections * 2 * HEADER_BYTES;
  return {
    received: received + (packetsIn + acks(packetsOut)) * HEADER_BYTES + opening + closing,
    sent: sent + (packetsOut + acks(packetsIn)) * HEADER_BYTES + opening + connections * HEADER_BYTES + closing,
  };
}

function acks(packets: number): number {
  return Math.ceil(packets / PACKETS_AN_ACK);
}
