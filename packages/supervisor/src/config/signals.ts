/** The signals of Linux, by name and number, as `stopsignal=` and `supervisorctl signal` write them. */
import { fail, ok, type Result } from "@gateway-engine/core/result";

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
} as const;

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
  const found = SIGNAL_NAMES.find(
    (name) => name === wanted || name === `SIG${wanted}` || (/^\d+$/.test(wanted) && NUMBERS[name] === Number(wanted)),
  );
  return found === undefined ? fail(`value '${text}' is not a valid signal name`) : ok(found);
}

const SIGNAL_NAMES = Object.keys(NUMBERS) as SignalName[];
