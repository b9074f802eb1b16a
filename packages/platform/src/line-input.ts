import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";

/** Standard input, line by line, with a prompt; on a terminal with history and completion by tab. */
export interface LineInput {
  /** @returns the next line, or undefined at the end of the input, after Ctrl-C, or when `signal` aborts */
  ask(prompt: string, signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

export interface LineInputOptions {
  /** The words that fit at the end of a line, and the part of the line that they would replace. */
  readonly complete?: (line: string) => Promise<[readonly string[], string]>;
  /** Takes Ctrl-C: @returns whether something else ends by it, and the input goes on. */
  readonly onInterrupt?: () => boolean;
  /** Keeps the lines of earlier sessions. */
  readonly historyFile?: string | undefined;
}

/** Takes hold of standard input at the first `ask`, and lets go of it in `close`. */
export function createLineInput(options: LineInputOptions = {}): LineInput {
  return new StandardLineInput(options);
}

class StandardLineInput implements LineInput {
  readonly #options: LineInputOptions;
  readonly #lines: string[] = [];
  #interface: Interface | undefined;
  #ended = false;
  #wake: () => void = () => {};

  constructor(options: LineInputOptions) {
    this.#options = options;
  }

  async ask(prompt: string, signal: AbortSignal): Promise<string | undefined> {
    this.#interface ??= this.#open();
    const terminal = this.#interface;
    terminal.setPrompt(prompt);
    if (this.#ended) process.stdout.write(prompt);
    else terminal.prompt();
    const wake = () => this.#wake();
    signal.addEventListener("abort", wake);
    while (this.#lines.length === 0 && !this.#ended && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    signal.removeEventListener("abort", wake);
    return this.#lines.shift();
  }

  close(): void {
    this.#interface?.close();
  }

  #open(): Interface {
    const { complete, historyFile } = this.#options;
    const history = historyFile !== undefined && existsSync(historyFile) ? readFileSync(historyFile, "utf8") : "";
    const terminal = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
      // Newest first, as readline wants them.
      history: history.split("\n").filter(Boolean).reverse(),
      ...(complete === undefined ? {} : { completer: completerFor(complete) }),
    });
    terminal.on("line", (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    terminal.on("history", (lines: readonly string[]) => {
      if (historyFile !== undefined)
        writeFileSync(historyFile, `${[...lines].reverse().join("\n")}\n`, { mode: 0o600 });
    });
    terminal.on("SIGINT", () => {
      if (this.#options.onInterrupt?.() !== true) terminal.close();
      else terminal.write(null, ERASE_LINE);
    });
    terminal.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
    return terminal;
  }
}

type Completion = [string[], string];

/** A completion that fails offers nothing: it must not end what the user is typing. */
function completerFor(complete: NonNullable<LineInputOptions["complete"]>) {
  return (line: string, done: (error: null, completion: Completion) => void): void => {
    complete(line).then(
      ([words, replaced]) => done(null, [[...words], replaced]),
      () => done(null, [[], line]),
    );
  };
}

/** Takes back what was typed of a line. */
const ERASE_LINE = { ctrl: true, name: "u" };
