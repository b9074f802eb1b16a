import { InstallError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { parseEngineFetch } from "@gateway-engine/protocol/engine-fetch";
import type { EngineOrder } from "@gateway-engine/protocol/engine-orders";
import { rejectedCommand } from "../install/report.ts";
import type { Journal } from "../journal/journal.ts";
import type { Cloud } from "./cloud.ts";

export interface CommandIntakeDeps {
  readonly journal: Journal;
  readonly cloud: Pick<Cloud, "write">;
  readonly log: Logger;
  /** Installs wait in the journal. */
  readonly onInstalls: () => void;
  /** A report waits in the journal. */
  readonly onResult: () => void;
}

/**
 * Takes over what the cloud writes into `engine_fetch`: first it is in the journal, then the alias is cleared, then the
 * work begins. So a command is neither lost nor carried out twice, wherever the engine is cut off.
 */
export class CommandIntake {
  readonly #deps: CommandIntakeDeps;

  constructor(deps: CommandIntakeDeps) {
    this.#deps = deps;
  }

  /** @param value what the alias holds; undefined when it holds nothing */
  async take(value: string | undefined, signal: AbortSignal): Promise<void> {
    const { journal, cloud, onInstalls } = this.#deps;
    const command = value ?? "";
    if (command.trim() !== "") {
      // The same text again, not cleared so far: the engine was cut off before it could clear the alias.
      if (!journal.isUncleared(command)) this.#journal(command);
      await cloud.write([["engine_fetch", ""]], signal);
    }
    if (journal.markCleared() > 0) onInstalls();
  }

  #journal(command: string): void {
    const { journal, log, onInstalls, onResult } = this.#deps;
    const parsed = parseEngineFetch(command);
    if (parsed.ok) {
      const { orders } = parsed.value;
      journal.receive(command, orders);
      log.info(`ordered to ${orders.map(describeOrder).join(", ")}`);
      // What it makes void is called off at once.
      onInstalls();
      return;
    }
    const error = new InstallError("E_FETCH_COMMAND", { problem: parsed.problem });
    journal.receive(command, [], rejectedCommand(error));
    log.warn(error.message);
    onResult();
  }
}

function describeOrder(order: EngineOrder): string {
  switch (order.verb) {
    case "reboot":
      return "reboot";
    case "run":
      return `run ${JSON.stringify(order.command)}`;
    default:
      return `${order.verb} ${order.name}`;
  }
}
