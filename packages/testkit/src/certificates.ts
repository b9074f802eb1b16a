/**
 * Certificates for tests of TLS, made on the spot: nothing expires, and no private key lies in the repository.
 *
 * ```ts
 * const authority = createAuthority();
 * const server = authority.issue({ commonName: "fleet.test", hosts: ["fleet.test", "127.0.0.1"] });
 * ```
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

export interface IssuedCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS#8. */
  readonly key: string;
}

export interface CertificateAuthority {
  /** PEM. */
  readonly cert: string;
  issue(order: CertificateOrder): IssuedCertificate;
}

export interface CertificateOrder {
  readonly commonName: string;
  /** DNS names and IPv4 addresses that the certificate is for. */
  readonly hosts?: readonly string[];
  /** Seconds since 1970; from 2020 to 2049 unless told. */
  readonly validity?: { readonly from: number; readonly to: number };
  /** Encrypts the private key. */
  readonly passphrase?: string;
}

/** @param commonName its name, by which two authorities are told apart */
export function createAuthority(commonName = "Test Authority"): CertificateAuthority {
  const { publicKey, privateKey } = makeKeys();
  const issuer = { commonName, privateKey };
  const cert = makeCertificate({ commonName }, publicKey, issuer, [BASIC_CONSTRAINTS_CA]);
  return {
    cert,
    issue: (order) => {
      const keys = makeKeys();
      const extensions = (order.hosts ?? []).length === 0 ? [] : [subjectAltName(order.hosts ?? [])];
      return {
        cert: makeCertificate(order, keys.publicKey, issuer, extensions),
        key: exportKey(keys.privateKey, order.passphrase),
      };
    },
  };
}

function makeKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function exportKey(key: KeyObject, passphrase: string | undefined): string {
  const encryption = passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase };
  return key.export({ type: "pkcs8", format: "pem", ...encryption }).toString();
}

/** RFC 5280, section 4.1. */
function makeCertificate(
  { commonName, validity = { from: Date.UTC(2020) / 1000, to: Date.UTC(2049) / 1000 } }: CertificateOrder,
  publicKey: KeyObject,
  issuer: { readonly commonName: string; readonly privateKey: KeyObject },
  extensions: readonly Buffer[],
): string {
  const version3 = der(0xa0, integer(Buffer.of(2)));
  const serial = integer(Buffer.concat([Buffer.of(1), randomBytes(8)]));
  const signed = sequence(
    version3,
    serial,
    ECDSA_WITH_SHA256,
    name(issuer.commonName),
    sequence(utcTime(validity.from), utcTime(validity.to)),
    name(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]),
  );
  const signature = sign("sha256", signed, issuer.privateKey);
  return pem(sequence(signed, ECDSA_WITH_SHA256, der(BIT_STRING, Buffer.of(0), signature)));
}

const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;

/** One value in DER: its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(content);
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), value]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

function integer(bytes: Uint8Array): Buffer {
  return der(0x02, bytes);
}

function utcTime(seconds: number): Buffer {
  const digits = new Date(seconds * 1000).toISOString().replace(/\D/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

/** @param hex the identifier's bytes */
function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

const ECDSA_WITH_SHA256 = sequence(objectId("2a8648ce3d040302"));
const BASIC_CONSTRAINTS_CA = sequence(
  objectId("551d13"),
  der(0x01, Buffer.of(0xff)),
  der(OCTET_STRING, sequence(der(0x01, Buffer.of(0xff)))),
);

function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(commonName)))));
}

function subjectAltName(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIPv4(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host)),
  );
  return sequence(objectId("551d11"), der(OCTET_STRING, sequence(...names)));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}
