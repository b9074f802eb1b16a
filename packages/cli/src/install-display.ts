/** How installs go on, as a person is shown it: a bar that moves where the terminal can show one, lines otherwise. */

import type { FetchProgress, InstallProgress } from "@gateway-engine/protocol/local-control";
import { formatDuration, formatSize } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

export interface InstallDisplay {
  show(progress: InstallProgress): void;
}

export interface DisplayOptions {
  readonly terminal: Terminal;
  /** Shows every step, and everything that the script prints. */
  readonly isVerbose: boolean;
  /** Milliseconds that only ever grow. */
  readonly monotonic: () => number;
}

export function installDisplay(options: DisplayOptions): InstallDisplay {
  return options.terminal.columns === undefined ? new Lines(options) : new Bar(options, options.terminal.columns);
}

/** Of what takes longer than a second a line now and then. */
class Lines implements InstallDisplay {
  readonly #options: DisplayOptions;
  #told: { readonly at: number; readonly name: string; readonly share: number } | undefined;

  constructor(options: DisplayOptions) {
    this.#options = options;
  }

  show(progress: InstallProgress): void {
    if (progress.kind === "progress") this.#showFetch(progress.name, progress);
    else showStep(progress, this.#options);
  }

  #showFetch(name: string, progress: FetchProgress): void {
    const { terminal, monotonic } = this.#options;
    const share = shareOf(progress);
    const at = monotonic();
    const told = this.#told?.name === name && this.#told.share <= share ? this.#told : undefined;
    this.#told = told ?? { at, name, share };
    if (told === undefined || at - told.at < LINE_MS || share - told.share < LINE_SHARE) return;
    this.#told = { at, name, share };
    terminal.err(`${name}: ${figuresOf(progress)}\n`);
  }
}

/** One line at the bottom, drawn over and over; what stays is written above it. */
class Bar implements InstallDisplay {
  readonly #options: DisplayOptions;
  readonly #columns: number;
  #line = "";

  constructor(options: DisplayOptions, columns: number) {
    this.#options = options;
    this.#columns = columns;
  }

  show(progress: InstallProgress): void {
    if (progress.kind === "progress") this.#draw(barLine(progress.name, progress, this.#columns));
    else this.#showStep(progress);
  }

  #showStep(step: Step): void {
    const line = this.#line;
    this.#draw("");
    showStep(step, this.#options);
    if (step.kind === "output") this.#draw(line);
    if (step.kind === "state") this.#draw(`${step.name}: ${step.state}`);
  }

  #draw(line: string): void {
    if (line === this.#line) return;
    this.#line = line.slice(0, this.#columns - 1);
    this.#options.terminal.err(`\r${CLEAR_LINE}${this.#line}`);
  }
}

const CLEAR_LINE = "\x1b[K";

type Step = Exclude<InstallProgress, { readonly kind: "progress" }>;

function showStep(step: Step, options: DisplayOptions): void {
  const { terminal, isVerbose } = options;
  switch (step.kind) {
    case "state":
      if (isVerbose) terminal.out(`${step.name}: ${step.state}\n`);
      return;
    case "output":
      if (isVerbose) terminal.out(step.text);
      return;
    case "done":
      if (step.ok) terminal.out(`${step.name}: ${step.message}\n`);
      else terminal.err(`gwe: ${step.name}: ${step.message}\n`);
  }
}

/** `app.v1.tar.gz  [######......]  50 %, 5.0 of 10.0 MB, 12 s left` */
function barLine(name: string, progress: FetchProgress, columns: number): string {
  const figures = figuresOf(progress);
  const width = Math.min(MAX_BAR, columns - name.length - FIGURES_COLUMNS - "  []  ".length);
  if (width < MIN_BAR) return `${name}  ${figures}`;
  const full = Math.round(shareOf(progress) * width);
  return `${name}  [${"#".repeat(full)}${".".repeat(width - full)}]  ${figures}`;
}

/** As many as figures ever take, so that the bar keeps its length. */
const FIGURES_COLUMNS = "100 %, 999.9 of 999.9 MB, 59 min 59 s left ".length;
const MIN_BAR = 8;
const MAX_BAR = 40;

function figuresOf(progress: FetchProgress): string {
  const { received, total, secondsLeft } = progress;
  const rest = secondsLeft === null || secondsLeft === 0 ? "" : `, ${formatDuration(secondsLeft)} left`;
  return `${Math.floor(shareOf(progress) * 100)} %, ${formatSize(received, total)}${rest}`;
}

function shareOf({ received, total }: FetchProgress): number {
  return total === 0 ? 1 : received / total;
}

const LINE_MS = 1000;
const LINE_SHARE = 0.1;
