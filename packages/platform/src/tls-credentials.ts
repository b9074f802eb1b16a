/** Certificates and keys for TLS, read from files and checked before they are used. Loads node:crypto: import it when it is needed. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ConfigError } from "@gateway-engine/core/errors";
import type { TlsCredentials, TlsFiles } from "@gateway-engine/core/tls";
import { errnoReason } from "./errno.ts";

/** How the user names each file, for messages. */
export type TlsOptionNames = Readonly<Record<"cert" | "key" | "ca", string>>;

/**
 * @param names what the user calls the three files, such as `--cert`
 * @throws ConfigError E_TLS_FILE when a file is missing, is not what it should be, or does not belong to the other one
 */
export async function loadTlsCredentials(
  files: TlsFiles,
  names: TlsOptionNames = { cert: "cert", key: "key", ca: "ca" },
): Promise<TlsCredentials> {
  const [cert, key, ca] = await Promise.all([
    readPem(files.cert, names.cert),
    readPem(files.key, names.key),
    readPem(files.ca, names.ca),
  ]);
  if (ca !== undefined) parseCertificate(ca);
  if (cert !== undefined || key !== undefined) checkPair({ cert, key }, files, names);
  return {
    ...(cert === undefined ? {} : { cert: cert.text }),
    ...(key === undefined ? {} : { key: key.text }),
    ...(files.passphrase === undefined ? {} : { passphrase: files.passphrase }),
    ...(ca === undefined ? {} : { ca: ca.text }),
  };
}

interface PemFile {
  readonly option: string;
  readonly file: string;
  readonly text: string;
}

async function readPem(file: string | undefined, option: string): Promise<PemFile | undefined> {
  if (file === undefined || file === "") return undefined;
  try {
    return { option, file, text: await readFile(file, "utf8") };
  } catch (cause) {
    throw new ConfigError("E_TLS_FILE", { option, file, problem: errnoReason(cause) }, { cause });
  }
}

function checkPair(
  { cert, key }: { readonly cert: PemFile | undefined; readonly key: PemFile | undefined },
  { passphrase }: TlsFiles,
  names: TlsOptionNames,
): void {
  if (cert === undefined || key === undefined) {
    const [given, missing] = cert === undefined ? [key, names.cert] : [cert, names.key];
    throw wrong(given, `is of no use without ${missing}`);
  }
  const certificate = parseCertificate(cert);
  if (certificate.checkPrivateKey(parseKey(key, passphrase))) return;
  throw wrong(key, `is not the private key of the certificate ${cert.file}`);
}

function parseCertificate(pem: PemFile): X509Certificate {
  try {
    return new X509Certificate(pem.text);
  } catch (cause) {
    throw wrong(pem, "is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)", cause);
  }
}

function parseKey(pem: PemFile, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem.text, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    if (!/ENCRYPTED/.test(pem.text)) {
      throw wrong(pem, "is not a private key in PEM form (-----BEGIN PRIVATE KEY-----)", cause);
    }
    const problem =
      passphrase === undefined ? "is encrypted; give its passphrase" : "is encrypted with another passphrase";
    throw wrong(pem, problem, cause);
  }
}

function wrong(pem: PemFile | undefined, problem: string, cause?: unknown): ConfigError {
  return new ConfigError("E_TLS_FILE", { option: pem?.option ?? "", file: pem?.file ?? "", problem }, { cause });
}
