/** Configuration files put together at random from the words that the grammar knows. */
import fc from "fast-check";
import type { Case } from "./cases.ts";

const BLANK = fc.constantFrom("", "", " ", "\t", "  ");
const COMMENT = fc.constantFrom("", "", "", " ; comment", " # comment", ";no comment", "\t;x");
const DELIMITER = fc.constantFrom("=", ":", " = ", " : ", "= ");
const VALUES = fc.constantFrom(
  "true",
  "no",
  "1",
  "-3",
  "10",
  "2KB",
  "TERM",
  "unexpected",
  "/tmp/x.log",
  "NONE",
  "AUTO",
  "a,b",
  "x",
  "%(program_name)s",
  "p%(process_num)02d",
  "%(ENV_WORD)s",
  "cat -n",
  'A="1",B=2',
  "two words",
  "",
);
const KEYS = fc.constantFrom(
  "command",
  "Command",
  "priority",
  "autostart",
  "autorestart",
  "startsecs",
  "stopsignal",
  "stdout_logfile",
  "stdout_logfile_maxbytes",
  "redirect_stderr",
  "exitcodes",
  "environment",
  "numprocs",
  "process_name",
  "programs",
  "identifier",
  "socket",
  "unheard_of",
);
const SECTIONS = fc.constantFrom("program:a", "program:b", "program:x", "group:g", "supervisord", "unheard:of");

const option = fc.tuple(BLANK, KEYS, DELIMITER, VALUES, COMMENT).map((parts) => parts.join(""));
const continuation = fc.tuple(fc.constantFrom(" ", "\t", "    "), VALUES, COMMENT).map((parts) => parts.join(""));
const header = fc.tuple(BLANK, SECTIONS, COMMENT).map(([blank, name, comment]) => `${blank}[${name}]${comment}`);
const line = fc.oneof(
  { weight: 6, arbitrary: option },
  { weight: 2, arbitrary: header },
  { weight: 1, arbitrary: continuation },
  { weight: 1, arbitrary: fc.constantFrom("", "   ", "; comment", "# comment", "  ; indented comment") },
);

/** A file begins as one that is right, so that what is wrong comes late enough to matter. */
const file = fc
  .array(line, { maxLength: 9 })
  .map((lines): Case => ({ text: `[supervisord]\n[program:a]\ncommand=a\n${lines.join("\n")}\n` }));

export function randomFiles(seed: number, count: number): readonly Case[] {
  return fc.sample(file, { seed, numRuns: count });
}
