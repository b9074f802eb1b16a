/** What people read of messages and of the queue's health. */
import type { MessageLine, MessageOwner } from "@gateway-engine/protocol/queue-export";
import type { CheckReport } from "../tools/check-queue.ts";

const MAX_SHOWN = 160;

/** One line, and a second one for what is set aside. @param now milliseconds since 1970 */
export function formatPeek(message: MessageLine, now: number): string {
  const { device, priority, kind, alias, at, setAside } = message;
  const urgency = priority === "normal" ? "" : ` ${priority}`;
  const what = kind === "record" ? `record ${alias}` : "write";
  const line = `${new Date(at / 1000).toISOString()}  ${ownerOf(device)}  ${what}${urgency}  ${excerptOf(message)}\n`;
  if (setAside === undefined) return line;
  const ago = Math.max(0, Math.round((now - setAside.at) / 1000));
  return `${line}  id ${setAside.id}, set aside ${ago} s ago for ${setAside.upstream}: ${setAside.reason}\n`;
}

/** A CIK is a secret: its first characters are enough to know it by. */
function ownerOf(device: MessageOwner): string {
  if ("gateway" in device) return "the gateway itself";
  return "cik" in device ? `CIK ${device.cik.slice(0, 4)}…` : `${device.vendor} ${device.model} ${device.serial}`;
}

function excerptOf({ body, bodyBase64 }: MessageLine): string {
  if (body === undefined) return `${Buffer.from(bodyBase64 ?? "", "base64").length} bytes that are no text`;
  const printable = body.replace(/\p{Cc}/gu, "·");
  return printable.length <= MAX_SHOWN ? printable : `${printable.slice(0, MAX_SHOWN)}…`;
}

export function formatCheck({ file, problems, repaired, salvaged, hint }: CheckReport): string {
  const lines = [`${file}: ${stateOf(problems, repaired, hint)}`, ...problems.map((problem) => `  ${problem}`)];
  if (salvaged !== undefined) {
    const { messages, setAside, missing, damagedFile } = salvaged;
    const lost = missing === undefined ? "how many are lost is not known" : `${missing} are lost`;
    lines.push(`saved: ${messages} messages and ${setAside} that are set aside; ${lost}`);
    lines.push(`the damaged file is kept as ${damagedFile}`);
  }
  if (problems.length > 0 && hint !== undefined) lines.push(hint);
  return `${lines.join("\n")}\n`;
}

function stateOf(problems: readonly string[], repaired: boolean, hint: string | undefined): string {
  if (problems.length === 0) return hint ?? "sound";
  return repaired ? "was mended" : "has to be mended";
}
