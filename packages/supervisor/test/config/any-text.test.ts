import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSupervisordConfig } from "../../src/config/parse.ts";
import { memorySource } from "./memory-source.ts";

const PIECES = fc.constantFrom(
  "[supervisord]",
  "[program:x]",
  "[group:g]",
  "[fcgi-program:f]",
  "[DEFAULT]",
  "[include]\nfiles=",
  "[unix_http_server]\nfile=",
  "[gateway-engine:x]",
  "command=",
  "environment=",
  "process_name=",
  "socket=unix:///",
  "numprocs=2",
  "%(",
  ")s",
  ")d",
  "%%",
  '"',
  "'",
  "\\",
  "=",
  ":",
  ";",
  " #",
  "\n",
  "\n ",
  "\r\n",
  "\t",
  "\u0000",
  "é",
);
const text = fc.array(fc.oneof(PIECES, fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 40 });

test("any text is read or refused, and a refusal names the file, and the line of an option", () => {
  fc.assert(
    fc.property(text, (pieces) => {
      const parsed = parseSupervisordConfig(memorySource(`[supervisord]\n[program:x]\n${pieces.join("")}`));
      if (parsed.ok) return;
      const { message, file, line, option } = parsed.problem;
      expect(message).not.toBe("");
      expect(file).toBe("/demo/supervisord.conf");
      if (option !== undefined) expect(line).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});
