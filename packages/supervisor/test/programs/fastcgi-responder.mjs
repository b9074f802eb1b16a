/**
 * A FastCGI responder that accepts on its standard input, as `[fcgi-program:x]` gives it.
 *
 * It answers each request with its pid and the request's SCRIPT_NAME. After a request for /leave, and on SIGTERM, it
 * accepts no more, answers what it has accepted, and ends.
 *
 * @see https://fastcgi-archives.github.io/FastCGI_Specification.html
 */
import { createServer } from "node:net";

const BEGIN_REQUEST = 1;
const END_REQUEST = 3;
const PARAMS = 4;
const STDIN = 5;
const STDOUT = 6;
const HEADER_BYTES = 8;

const server = createServer((connection) => {
  let received = Buffer.alloc(0);
  let params = Buffer.alloc(0);
  connection.on("error", () => connection.destroy());
  connection.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    for (let record = takeRecord(); record !== undefined; record = takeRecord()) handle(record);
  });

  function takeRecord() {
    if (received.length < HEADER_BYTES) return undefined;
    const end = HEADER_BYTES + received.readUInt16BE(4) + received.readUInt8(6);
    if (received.length < end) return undefined;
    const record = {
      type: received.readUInt8(1),
      id: received.readUInt16BE(2),
      content: received.subarray(HEADER_BYTES, HEADER_BYTES + received.readUInt16BE(4)),
    };
    received = received.subarray(end);
    return record;
  }

  function handle({ type, id, content }) {
    if (type === BEGIN_REQUEST) params = Buffer.alloc(0);
    if (type === PARAMS) params = Buffer.concat([params, content]);
    if (type === STDIN && content.length === 0) answer(id, readParams(params).get("SCRIPT_NAME"));
  }

  function answer(id, script) {
    const body = `Content-Type: text/plain\r\n\r\n${process.pid} ${script}`;
    connection.end(
      Buffer.concat([
        record(STDOUT, id, Buffer.from(body)),
        record(STDOUT, id),
        record(END_REQUEST, id, Buffer.alloc(8)),
      ]),
    );
    if (script === "/leave") leave();
  }
});

function record(type, id, content = Buffer.alloc(0)) {
  const header = Buffer.from([1, type, id >> 8, id & 0xff, content.length >> 8, content.length & 0xff, 0, 0]);
  return Buffer.concat([header, content]);
}

/** Names and values, each pair after its two lengths of one byte, or of four when the first bit is set. */
function readParams(bytes) {
  const params = new Map();
  let at = 0;
  const length = () => {
    const short = bytes.readUInt8(at);
    at += short < 128 ? 1 : 4;
    return short < 128 ? short : bytes.readUInt32BE(at - 4) & 0x7fffffff;
  };
  while (at < bytes.length) {
    const [name, value] = [length(), length()];
    params.set(bytes.toString("utf8", at, at + name), bytes.toString("utf8", at + name, at + name + value));
    at += name + value;
  }
  return params;
}

function leave() {
  server.close(() => process.exit(0));
}

process.on("SIGTERM", leave);
server.listen({ fd: 0 });
