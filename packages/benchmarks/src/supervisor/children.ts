/** What the peers are given to run. Shell and perl are on every Debian; a program in C would need a compiler. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Sleeps, and ends when it is told to. */
export const SLEEPER: readonly string[] = ["/bin/sleep", "1000000"];

/** Sleeps, and does not end on SIGTERM. */
export const STUBBORN: readonly string[] = ["/usr/bin/env", "--ignore-signal=TERM", ...SLEEPER];

/** Says its pid in `fifo` as soon as it runs, and sleeps. */
export function announcer(folder: string, fifo: string): readonly string[] {
  const script = `${fifo}.sh`;
  writeFileSync(join(folder, script), `echo $$ >${join(folder, fifo)}\nexec ${SLEEPER.join(" ")}\n`);
  return ["/bin/sh", join(folder, script)];
}

export interface Writing {
  readonly lines: number;
  /** Of one line, the line feed included; each is one write. */
  readonly lineBytes: number;
}

/** Writes numbered lines, each with one write, and then leaves in `report` how many seconds that took. */
export function lineWriter(folder: string, { lines, lineBytes }: Writing, report: string): readonly string[] {
  const script = join(folder, "write-lines.pl");
  writeFileSync(script, WRITE_LINES);
  return ["/usr/bin/perl", script, String(lines), String(lineBytes), report];
}

/** Each line begins with its number in ten digits. */
export const NUMBER_DIGITS = 10;

const WRITE_LINES = `use Time::HiRes qw(time);
my ($lines, $bytes, $report) = @ARGV;
my $rest = " " . "x" x ($bytes - ${NUMBER_DIGITS} - 2) . "\\n";
my $start = time;
for (my $line = 0; $line < $lines; $line++) {
  my $text = sprintf("%0${NUMBER_DIGITS}d", $line) . $rest;
  for (my $at = 0; $at < $bytes; ) { $at += syswrite(STDOUT, $text, $bytes - $at, $at) // die "write: $!"; }
}
my $seconds = time - $start;
open(my $file, ">", "$report.new") or die; print $file $seconds; close $file; rename("$report.new", $report);
`;
