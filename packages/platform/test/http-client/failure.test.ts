import { expect, test } from "vitest";
import { requestFailure } from "../../src/http-failure.ts";

const party = {
  what: "GET /timestamp",
  server: "https://fleet.test",
  certificate: true,
  signal: new AbortController().signal,
};

/** As OpenSSL words what the other side has said. */
function alert(words: string): Error {
  return new Error(
    `408D:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert ${words}:rec_layer_s3.c:918:SSL alert 48`,
  );
}

test.each([
  ["unknown ca", "it does not trust the authority that signed it"],
  ["certificate revoked", "it was revoked"],
  ["certificate expired", "it has expired"],
  ["certificate unobtainable", "certificate unobtainable"],
])("the alert %s of a server is about the client certificate", (words, reason) => {
  expect(requestFailure(alert(words), party)).toMatchObject({ code: "E_TLS_REFUSED", details: { reason } });
});

test.each(["internal error", "protocol version"])("the alert %s is not", (words) => {
  expect(requestFailure(alert(words), party)).toMatchObject({ code: "E_UNREACHABLE" });
});
