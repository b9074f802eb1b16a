import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, expect, test } from "vitest";
import { loadTlsCredentials } from "../src/tls-credentials.ts";

const folder = temporaryFolder("tls");
afterAll(() => folder.remove());

const authority = createAuthority();
const device = authority.issue({ commonName: "device" });
const locked = authority.issue({ commonName: "device", passphrase: "secret" });

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

const cert = file("cert.pem", device.cert);
const key = file("key.pem", device.key);
const ca = file("ca.pem", authority.cert);
const lockedCert = file("locked-cert.pem", locked.cert);
const lockedKey = file("locked-key.pem", locked.key);
const garbage = file("garbage.pem", "hello");
const missing = join(folder.path, "missing.pem");

test("a certificate, its key and an authority are read", async () => {
  expect(await loadTlsCredentials({ cert, key, ca })).toEqual({ ...device, ca: authority.cert });
});

test("an encrypted key is taken with its passphrase", async () => {
  const credentials = await loadTlsCredentials({ cert: lockedCert, key: lockedKey, passphrase: "secret" });
  expect(credentials).toEqual({ ...locked, passphrase: "secret" });
});

test("nothing named is nothing given", async () => {
  expect(await loadTlsCredentials({})).toEqual({});
});

test.each([
  ["a missing file", { cert: missing, key }, `--cert ${missing}: no such file or folder`],
  ["a folder", { ca: folder.path }, `--cacert ${folder.path}: it is a folder`],
  ["a certificate without a key", { cert }, `--cert ${cert}: is of no use without --key`],
  ["a key without a certificate", { key }, `--key ${key}: is of no use without --cert`],
  [
    "a key of another certificate",
    { cert: lockedCert, key },
    `--key ${key}: is not the private key of the certificate ${lockedCert}`,
  ],
  ["an encrypted key", { cert: lockedCert, key: lockedKey }, `--key ${lockedKey}: is encrypted; give its passphrase`],
  [
    "a wrong passphrase",
    { cert: lockedCert, key: lockedKey, passphrase: "no" },
    `--key ${lockedKey}: is encrypted with another passphrase`,
  ],
  [
    "a file that is no certificate",
    { ca: garbage },
    `--cacert ${garbage}: is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)`,
  ],
  [
    "a file that is no key",
    { cert, key: garbage },
    `--key ${garbage}: is not a private key in PEM form (-----BEGIN PRIVATE KEY-----)`,
  ],
  [
    "the two changed over",
    { cert: key, key: cert },
    `--cert ${key}: is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)`,
  ],
])("%s is named, with its option", async (_what, files, message) => {
  const loading = loadTlsCredentials(files, { cert: "--cert", key: "--key", ca: "--cacert" });
  await expect(loading).rejects.toMatchObject({ code: "E_TLS_FILE", message });
});
