/** The signals of Linux, by name and number, as `stopsignal=` and `supervisorctl signal` write them. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { pythonRepr } from "./python-repr.ts";

const NUMBERS = {
  /** None at all: asks the kernel only whether the process may be signalled. */
  "0": 0,
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
  SIGRTMIN: 34,
  SIGRTMAX: 64,
} as const;

/** Second names. */
const ALIASES: Readonly<Record<string, SignalName>> = { SIGIOT: "SIGABRT", SIGCLD: "SIGCHLD", SIGPOLL: "SIGIO" };

/** For example `SIGTERM`; `0` is the one without a name. */
export type SignalName = keyof typeof NUMBERS;

export function signalNumber(name: SignalName): number {
  return NUMBERS[name];
}

/**
 * Reads a signal: its name with or without `SIG`, in any case, or its number.
 *
 * @returns the name, or supervisord's own message
 */
export function parseSignal(text: string): Result<SignalName, string> {
  const wanted = text.trim().toUpperCase();
  if (/^\d+$/.test(wanted)) {
    const numbered = SIGNAL_NAMES.find((name) => NUMBERS[name] === Number(wanted));
    return numbered === undefined ? fail(`value ${pythonRepr(text)} is not a valid signal number`) : ok(numbered);
  }
  const name = wanted.startsWith("SIG") ? wanted : `SIG${wanted}`;
  const named = ALIASES[name] ?? SIGNAL_NAMES.find((known) => known === name);
  return named === undefined ? fail(`value ${pythonRepr(text)} is not a valid signal name`) : ok(named);
}

const SIGNAL_NAMES = Object.keys(NUMBERS) as SignalName[];
