import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../src/error-codes.ts";
import {
  AuthenticationError,
  BugError,
  CancelledError,
  ConfigError,
  describeError,
  exitCodeFor,
  failureText,
  GatewayEngineError,
  InstallError,
  isRetryable,
  PackageError,
  ProgramError,
  retryAfterMs,
  StorageError,
  TransportError,
  UsageError,
} from "../src/errors.ts";

const rows: readonly (readonly [GatewayEngineError, kind: string, exit: number, retryable: boolean])[] = [
  [new UsageError("E_USAGE", { problem: "no" }), "usage", 64, false],
  [new UsageError("E_NOT_YET", { feature: "x", instead: "y" }), "usage", 69, false],
  [new ConfigError("E_CONFIG_VALUE", { file: "f" }), "configuration", 78, false],
  [new AuthenticationError("E_NOT_ACTIVATED", {}), "authentication", 77, false],
  [new TransportError("E_UNREACHABLE", { server: "s", reason: "r" }), "transport", 69, true],
  [new TransportError("E_SERVER", { status: 503 }), "transport", 69, true],
  [new TransportError("E_REFUSED", { status: 400 }), "transport", 69, false],
  [new TransportError("E_PORT_IN_USE", { address: "a" }), "transport", 69, false],
  [new StorageError("E_FILE_READ", { file: "f" }), "storage", 74, false],
  [new StorageError("E_DISK_FULL", { what: "f" }), "storage", 74, true],
  [new StorageError("E_LOCKED", { what: "f" }), "storage", 74, true],
  [new ProgramError("E_PROGRAM_START", { program: "p" }), "program", 69, false],
  [new PackageError("E_PACKAGE_CONTENT", { name: "n" }), "package", 65, false],
  [new InstallError("E_DOWNLOAD", { name: "n" }), "install", 1, false],
  [new CancelledError("E_CANCELLED", { what: "w" }), "cancelled", 75, false],
  [new BugError("E_BUG", { problem: "p" }), "bug", 70, false],
];

test.each(rows)(
  "%s is of kind %s, ends a program with %i, and may go through later: %s",
  (error, kind, exit, retryable) => {
    expect(error.kind).toBe(kind);
    expect(exitCodeFor(error)).toBe(exit);
    expect(isRetryable(error)).toBe(retryable);
  },
);

describe("an error of ours", () => {
  test("carries its class, its code, its details, its sentence and its cause", () => {
    const cause = new Error("EACCES");
    const error = new StorageError("E_FILE_READ", { file: "/a", reason: "permission denied" }, { cause });
    expect(error).toBeInstanceOf(GatewayEngineError);
    expect(error).toMatchObject({ name: "StorageError", code: "E_FILE_READ", cause, details: { file: "/a" } });
    expect(error.message).toBe("cannot read /a: permission denied");
    expect(describeError(error)).toBe(error.message);
  });

  test("shows the placeholder of a detail that is missing", () => {
    expect(new StorageError("E_FILE_READ", { file: "/a" }).message).toBe("cannot read /a: {reason}");
  });

  test("takes a detail as it is, also one that looks like a placeholder", () => {
    expect(new UsageError("E_USAGE", { problem: "{problem} $& $1" }).message).toBe("{problem} $& $1");
  });
});

test("what is thrown by others is a bug of ours, and is described all the same", () => {
  expect(exitCodeFor(new TypeError("x is not a function"))).toBe(70);
  expect(isRetryable("text")).toBe(false);
  expect(describeError(new TypeError("x is not a function"))).toBe("x is not a function");
  expect(describeError(new RangeError(""))).toBe("RangeError");
  expect(describeError("text")).toBe("text");
});

test("the wait that a server asked for is found, and is 0 when it did not ask", () => {
  expect(retryAfterMs(new TransportError("E_SERVER", { retryAfterMs: 7000 }))).toBe(7000);
  expect(retryAfterMs(new TransportError("E_SERVER", {}))).toBe(0);
  expect(retryAfterMs(new Error("other"))).toBe(0);
});

test.each(Object.entries(ERROR_CODES))("%s has a sentence that is one line without a full stop", (code, sentence) => {
  expect(code).toMatch(/^E_[A-Z_]+$/);
  expect(sentence).not.toMatch(/\n|\.$/);
});

describe("what a program prints at its end", () => {
  test("is one line for an error that its reader can do something about", () => {
    const error = new UsageError("E_USAGE", { problem: "unknown option --x" });
    expect(failureText("gmq", error)).toBe("gmq: unknown option --x\n");
  });

  test.each([new BugError("E_BUG", { problem: "no" }), new TypeError("no")])("names the place of %s", (error) => {
    expect(failureText("gmq", error)).toMatch(/^gmq: .*no\n.*no\n +at /);
  });
});
