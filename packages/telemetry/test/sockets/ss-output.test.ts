import { describe, expect, test } from "vitest";
import { parseSsOutput } from "../../src/sockets/ss-output.ts";

describe("ss -tineH of iproute2", () => {
  test("6.1 on Linux 6, with bytes that were sent again", () => {
    const text = `ESTAB 0      0      10.0.0.5:41322 203.0.113.9:443 uid:1000 ino:9256937 sk:c cgroup:/system.slice/app.service <->
\t ts sack bbr wscale:10,10 rto:208 rtt:5.146/10.254 ato:40 mss:1448 pmtu:1500 rcvmss:536 advmss:1448 cwnd:12 bytes_sent:2266 bytes_retrans:66 bytes_acked:2201 bytes_received:981 segs_out:5 segs_in:6 data_segs_out:2 data_segs_in:3 bbr:(bw:4681140624bps,mrtt:0.021,pacing_gain:2.88672,cwnd_gain:2.88672) send 611295764bps lastsnd:428 lastrcv:388 lastack:388 pacing_rate 356746950160bps delivered:3 app_limited busy:40ms reordering:7 rcv_space:65483 rcv_ssthresh:65483 minrtt:0.021 snd_wnd:65536
`;
    expect(parseSsOutput(text)).toEqual([
      {
        inode: 9256937,
        ends: "10.0.0.5:41322 203.0.113.9:443",
        isLocal: false,
        sent: 2200,
        received: 981,
        repeated: 66,
        packetsSent: 5,
        packetsReceived: 6,
      },
    ]);
  });

  test("4.9 on Linux 4.9, which counts what was acknowledged, and has its header though it was told not to", () => {
    const text = `State      Recv-Q Send-Q Local Address:Port               Peer Address:Port
ESTAB      0      0      192.168.1.7:ssh                192.168.1.2:51234                 timer:(keepalive,119min,0) ino:14210 sk:ffff88003b2f0780 <->
\t ts sack cubic wscale:7,7 rto:204 rtt:1.5/0.75 ato:40 mss:1448 cwnd:10 bytes_acked:3501 bytes_received:2901 segs_out:28 segs_in:34 send 77.2Mbps lastsnd:4 lastrcv:4 lastack:4 pacing_rate 154.4Mbps rcv_rtt:24 rcv_space:28960
`;
    const [socket, ...others] = parseSsOutput(text);
    expect(others).toEqual([]);
    expect(socket).toMatchObject({ inode: 14210, sent: 3500, received: 2901, packetsSent: 28, packetsReceived: 34 });
  });

  test("5.10, several sockets, some without an owner", () => {
    const text = `ESTAB     0 0            127.0.0.1:35001        127.0.0.1:55500 ino:71 sk:1001 <->
\t cubic rto:204 rtt:0.05/0.02 mss:32768 cwnd:10 bytes_sent:10 bytes_acked:10 bytes_received:20 segs_out:3 segs_in:4
TIME-WAIT 0 0             10.0.0.5:41300      203.0.113.9:443 timer:(timewait,38sec,0) ino:0 sk:1002

SYN-SENT  0 1             10.0.0.5:41301      203.0.113.9:443 timer:(on,800ms,0) ino:72 sk:1003 <->
\t cubic rto:1000 mss:524 cwnd:10
ESTAB     0 0      [2001:db8::5]:41302   [2001:db8::9]:443 ino:73 sk:1004 <->
\t cubic rto:204 mss:1428 cwnd:10 bytes_received:7 segs_out:2 segs_in:3
ESTAB     0 0              [::1]:8090               [::1]:44100 ino:74 sk:1005 <->
\t cubic rto:204 mss:65476 cwnd:10 bytes_sent:1 bytes_acked:1 bytes_received:1 segs_out:2 segs_in:3
`;
    const found = parseSsOutput(text).map(({ inode, isLocal, sent, received }) => [inode, isLocal, sent, received]);
    expect(found).toEqual([
      [71, true, 10, 20],
      [73, false, 0, 7],
      [74, true, 1, 1],
    ]);
  });

  test("6.1, of a connection that has sent nothing yet", () => {
    const text =
      "ESTAB 0 0 10.0.0.5:1 203.0.113.9:443 ino:5 sk:1 <->\n\t cubic mss:1448 bytes_acked:1 segs_out:2 segs_in:1\n";
    expect(parseSsOutput(text).map(({ sent, received }) => [sent, received])).toEqual([[0, 0]]);
  });

  test("with one line a socket, as -O prints it", () => {
    const text =
      "ESTAB 0 0 10.0.0.5:1 203.0.113.9:443 ino:5 sk:1 <-> cubic mss:1448 bytes_sent:9 bytes_acked:9 bytes_received:8 segs_out:1 segs_in:1\n" +
      "ESTAB 0 0 10.0.0.5:2 203.0.113.9:443 ino:6 sk:2 <-> cubic mss:1448 bytes_sent:7 bytes_acked:7 bytes_received:6 segs_out:1 segs_in:1\n";
    expect(parseSsOutput(text).map(({ inode, sent }) => [inode, sent])).toEqual([
      [5, 9],
      [6, 7],
    ]);
  });

  test.each(["", "\n", "ss: command not understood\n", "ESTAB", "ino:7 ino:x bytes_sent:\n"])(
    "nothing of %j",
    (text) => {
      expect(parseSsOutput(text)).toEqual([]);
    },
  );
});
