/**
 * Takes secrets out of texts that leave the gateway. What looks like a secret goes too: a digest that is lost costs less than
 * a token that is not.
 *
 * @see docs/reference/gwe.md#the-bundle
 */

export const MASK = "<masked>";

/** What an option, a header or a variable is called whose value is a secret; a name of a file is none. */
const NAME = String.raw`[\w.-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|credential|cik|authorization|cookie)[\w-]*`;

/** `password = x`, `"token": "x"`, `\"token\": \"x\"`, `X-Exosite-CIK: x`, `?token=x&`, `TOKEN='x',`. */
const BEFORE_VALUE = String.raw`(?:\\*["'])?\b${NAME}(?:\\*["'])?[ \t]*(?:[=:]|%3[ad])[ \t]*`;

/** The value ends with its quotes, those of JSON within JSON too; a quote that is never closed goes to the end of the line. */
const VALUES = [
  String.raw`\\+"(?<nested>.*?)\\+"`,
  String.raw`"(?<double>(?:[^"\\\n]|\\.)*)"`,
  String.raw`'(?<single>[^'\n]*)'`,
  String.raw`\\*["'](?<open>[^\n]*)`,
  String.raw`(?<bare>(?:(?:Bearer|Basic|Digest|Token)\s+)?[^\s"',;&]+)`,
];

const NAMED = new RegExp(`(${BEFORE_VALUE})(?:${VALUES.join("|")})`, "gi");

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const USER_IN_URL = /(\b[a-z][a-z\d+.-]*:\/\/)[^\s/@"']+@/gi;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;
/** 40 hexadecimal digits: a CIK, of this gateway or of a device behind it. */
const CIK = /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/gi;
const JSON_WEB_TOKEN = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;

/** @param known secrets that are masked wherever they stand, also as a part of something else */
export function maskSecrets(text: string, known: readonly string[]): string {
  const plain = text
    .replace(PRIVATE_KEY, MASK)
    .replace(NAMED, (_all, name: string) => `${name}${MASK}`)
    .replace(USER_IN_URL, `$1${MASK}@`)
    .replace(BEARER, `$1 ${MASK}`)
    .replace(JSON_WEB_TOKEN, MASK)
    .replace(CIK, MASK);
  return known.reduce(maskKnown, plain);
}

/** The values of a configuration that its own names call secrets, to be found in other texts. */
export function secretsIn(text: string): readonly string[] {
  const found = [...text.matchAll(NAMED)].flatMap(({ groups = {} }) => Object.values(groups).filter(isText));
  return [...new Set(found)].filter(isTelling);
}

/** A shorter value stands in many places where it is no secret. */
const LEAST_LENGTH = 6;

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

function isTelling(value: string): boolean {
  return value.length >= LEAST_LENGTH && value !== MASK;
}

function maskKnown(text: string, secret: string): string {
  if (!isTelling(secret)) return text;
  const pattern = secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(pattern, "gi"), MASK);
}
