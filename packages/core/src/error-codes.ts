/**
 * Every error code of Gateway Engine with the sentence that a user reads.
 *
 * `{name}` is filled from the error's details. Each code is explained in docs/reference/errors.md;
 * a test compares the two. Codes are stable: a message may be reworded, a code is never reused.
 */
export const ERROR_CODES = {
  // usage: the command line or a request is not one we offer
  E_USAGE: "{problem}",
  E_NOT_YET: "{feature} is not part of this release; {instead}",

  // request: what a client of the management API asked for cannot be done as it stands
  E_REQUEST: "{field} {problem}",
  E_NOT_FOUND: "there is no {what}",
  E_EXISTS: "{what} exists already",
  E_NOT_SETTABLE: "the cloud side may not write {alias}; make it settable with PUT .../resources/{alias}",
  E_TOO_LARGE: "{what} is larger than {limit} bytes",

  // configuration: a file or setting has to be mended by a person
  E_CONFIG_SYNTAX: "{file}, line {line}: {problem}",
  E_CONFIG_VALUE: "{file}: {key} is {got}, but must be {want}",
  E_CONFIG_MISSING: "{file}: {key} is not set; {mend}",
  E_IDENTITY_MISSING:
    "this gateway has no identity: neither uuid nor iface is set in {file}; set one with gwe --set-uuid or gwe --set-iface",
  E_INTERFACE_UNKNOWN: "this machine has no network interface {iface} with a MAC address; it has: {available}",
  E_TLS_FILE: "{option} {file}: {problem}",
  E_TRUST: "{file}: {problem}",

  // authentication: the other side does not know us, or we may not do this
  E_NOT_ACTIVATED: "the server does not accept this device's CIK",
  E_ACTIVATION_REFUSED: "{server} did not activate {identity}: {reason}",
  E_UNAUTHORIZED: "{problem}",
  E_FORBIDDEN: "{problem}",

  // transport: the line or the other side failed; trying again later may help
  E_UNREACHABLE: "cannot reach {server}: {reason}",
  E_NO_TIME: "{server} does not tell the time, and the clock of this machine is not set",
  E_PROXY: "the proxy {proxy} {problem}",
  E_TLS_UNTRUSTED: "the certificate of {server} is not trusted: {reason}",
  E_TLS_REFUSED: "{server} refused the connection because of the client certificate: {reason}",
  E_TIMEOUT: "{what} took longer than {timeoutMs} ms",
  E_SERVER: "{server} answered {status} to {what}",
  E_REFUSED: "{server} refused {what} ({status}): {reason}",
  E_RESPONSE_INVALID: "{server} sent an answer that cannot be used: {problem}",
  E_LISTEN: "cannot listen on {address}: {reason}; choose another with {option}",
  E_PORT_IN_USE: "{address} is in use by another program; stop it or choose another with {option}",

  // storage: a disk, a file or a database failed
  E_FILE_READ: "cannot read {file}: {reason}",
  E_FILE_WRITE: "cannot write {file}: {reason}",
  E_DATABASE: "database {file}: {reason}",
  E_DATABASE_NEWER: "database {file} was written by a newer release (schema {found}, this release knows {known})",
  E_JOURNAL_LOST: "the journal {file} was removed or replaced while the engine ran; it ends, to begin with a new one",
  E_DATA_FOLDER: "data folder {folder} is damaged: {problem}; {mend}",
  E_DISK_FULL: "no room left for {what}: {reason}",
  E_LOCKED: "{what} is in use by process {pid}; {mend}",

  // program: a supervised process or the supervisor
  E_SUPERVISOR_UNREACHABLE: "no supervisor answers at {socket}: {reason}",
  E_SUPERVISOR_FAULT: "the supervisor refused {method}: {fault}",
  E_PROGRAM_START: "program {program} did not start: {reason}",

  // package: an application package is not one that may be installed
  E_PACKAGE_NAME: "{name} is not a package name: {problem}; expected <name>.v<version>.tar.gz",
  E_PACKAGE_FORMAT: "{name} is not a gzip-compressed tar archive: {problem}",
  E_PACKAGE_CONTENT: "{name}: {problem}",
  E_PACKAGE_LIMIT: "{name} exceeds a limit: {problem}",
  E_PACKAGE_DIGEST: "{name} is not what was ordered: {problem}",
  E_MANIFEST: "{name}: gwe.json: {problem}",
  E_INCOMPATIBLE: "{name} does not run on this gateway: {problem}",
  E_DEPENDENCY: "{name} needs {needed}, but {found}",
  E_SIGNATURE_MISSING:
    "{name} is not signed, and only signed packages are taken here; sign it with gwe keys sign {name} --key FILE",
  E_SIGNATURE_INVALID: "the signature of {name} does not hold: {problem}",
  E_SIGNATURE_EXPIRED: "{what} expired on {expires}, and it is {now} or later; {mend}",
  E_SIGNATURE_OLD:
    "{name} {problem}, and {app} takes nothing below {floor} any more; sign a package with --sequence {floor} or more",
  E_BUILDFILE: "{file}: {problem}",
  E_BUILD_COMMAND: "{phase} command failed with exit status {status}: {command}",

  // install: something went wrong while an application was being installed
  E_FETCH_COMMAND: "engine_fetch: {problem}",
  E_CONTENT_MISSING: "{name} is not in the content area of product {product}",
  E_DOWNLOAD: "download of {name} failed: {reason}",
  E_INSTALL_SCRIPT: "{script} of {name} failed: {reason}",
  E_INSTALL_TIMEOUT: "{script} of {name} did not end within {seconds} s and was stopped",
  E_PROBATION: "{name} did not run well enough to be trusted: {reason}",
  E_HEALTH: "{name} is not healthy: {reason}",
  E_UNDO: "what the script changed cannot be taken over so that it can be taken back: {problem}",
  E_COMPONENT: "{component} cannot be replaced: {problem}",
  E_SELF_UPDATE: "{component} {version} is not kept: {reason}",
  E_INSTALL_INTERRUPTED: "{name} was interrupted while {state}; {reason}",
  E_SUPERSEDED: "{name} was called off, since {newer} was ordered after it",
  E_APP_UNKNOWN: "no application {app} is installed here; installed: {installed}",
  E_LOG_UNKNOWN: "there is no log of {app}; there are logs of: {known}",
  E_NOT_ALLOWED: "{what} is not allowed here; {mend}",
  E_NO_PROGRAM: "{app} has no program that the supervisor knows",
  E_ROLLBACK: "{app} cannot go back: {reason}",
  E_RUN: "the command {problem}",
  E_REBOOT: "the machine was not restarted: {reason}",

  // cancelled: we were told to stop
  E_CANCELLED: "{what} was cancelled",

  // bug: ours
  E_BUG: "internal error: {problem}",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
