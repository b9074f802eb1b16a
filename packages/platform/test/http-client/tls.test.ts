import { TransportError } from "@gateway-engine/core/errors";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { describe, expect, test } from "vitest";
import { createHttpClient } from "../../src/http-client.ts";
import { startAnsweringServer } from "./answering-server.ts";

const authority = createAuthority();
const stranger = createAuthority("Another Authority");
const hosts = ["fleet.test", "127.0.0.1"];
const certificate = authority.issue({ commonName: "fleet.test", hosts });
const device = authority.issue({ commonName: "device-42", passphrase: "open sesame" });

async function get(port: number, tls: TlsCredentials): Promise<string> {
  const http = createHttpClient({ tls });
  try {
    const url = `https://127.0.0.1:${port}/`;
    const request = {
      method: "POST",
      url,
      body: "hello",
      timeoutMs: 5000,
      signal: new AbortController().signal,
    } as const;
    return await (await http.request(request)).text(1000);
  } finally {
    http.close();
  }
}

describe("a client certificate", () => {
  const demanding = { ...certificate, ca: authority.cert, requestCert: true };

  test("says who the device is", async () => {
    await using server = await startAnsweringServer(demanding);
    expect(await get(server.port, { ...device, passphrase: "open sesame", ca: authority.cert })).toBe("hello");
    expect(server.clients).toEqual(["device-42"]);
  });

  test.each([
    ["TLSv1.2", "perhaps it asks for one; name one as cert and key"],
    ["TLSv1.3", "it asks for one; name one as cert and key"],
  ] as const)("that is missing is asked for over %s", async (version, reason) => {
    await using server = await startAnsweringServer({ ...demanding, minVersion: version, maxVersion: version });
    const failure = get(server.port, { ca: authority.cert });
    await expect(failure).rejects.toThrow(
      `https://127.0.0.1:${server.port} refused the connection because of the client certificate: ${reason}`,
    );
    await expect(failure).rejects.toMatchObject({ code: "E_TLS_REFUSED" });
  });

  test("that the server does not trust may be what it hangs up on", async () => {
    await using server = await startAnsweringServer(demanding);
    const other = stranger.issue({ commonName: "device-42" });
    await expect(get(server.port, { ...other, ca: authority.cert })).rejects.toThrow(
      "the connection was closed by the other side; perhaps it does not accept the client certificate",
    );
  });
});

describe("a server is not trusted", () => {
  test.each([
    ["was signed by an unknown authority", certificate, {}, /signed by an authority that is not known here/],
    ["was signed by another authority", certificate, { ca: stranger.cert }, /signed by an authority that is not known/],
    [
      "is for another host",
      authority.issue({ commonName: "x", hosts: ["other.test"] }),
      { ca: authority.cert },
      /IP: 127\.0\.0\.1 is not in the cert's list/,
    ],
    [
      "has expired",
      authority.issue({ commonName: "x", hosts, validity: { from: 1_577_836_800, to: 1_609_459_200 } }),
      { ca: authority.cert },
      /it has expired, or the clock here is wrong/,
    ],
    [
      "is not yet valid",
      authority.issue({ commonName: "x", hosts, validity: { from: 2_493_072_000, to: 2_493_158_400 } }),
      { ca: authority.cert },
      /it is not yet valid, or the clock here is wrong/,
    ],
  ])("when its certificate %s", async (_what, served, tls, reason) => {
    await using server = await startAnsweringServer(served);
    const error = await get(server.port, tls).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code: "E_TLS_UNTRUSTED", message: expect.stringMatching(reason) });
    expect(server.clients).toEqual([]);
  });
});
