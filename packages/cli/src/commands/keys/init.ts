import { basename, dirname, resolve } from "node:path";
import { generateKeyPair } from "@gateway-engine/artifact/trust/private-key";
import { KEY_NAME, KEY_NAME_RULE, parsePublicPem } from "@gateway-engine/artifact/trust/public-key";
import { UsageError } from "@gateway-engine/core/errors";
import { nodeFiles } from "@gateway-engine/platform/files";
import { quote } from "../../arguments.ts";
import { type Command, CommandLineError, defineCommand } from "../../command.ts";

export const init: Command = defineCommand({
  synopsis: "NAME",
  help: [
    "Makes a pair of keys: NAME.key, which signs and which only you may read, and NAME.pub, which gateways trust.",
    "Files that are there already are left alone.",
  ],
  options: {},
  operands: { min: 1, max: 1 },
  run: async ({ operands: [name = ""] }, { folder, terminal }) => {
    if (!KEY_NAME.test(basename(name))) throw new CommandLineError(`${quote(basename(name))} is not ${KEY_NAME_RULE}`);
    const { privatePem, publicPem } = generateKeyPair();
    const pair = [
      { file: `${name}.key`, pem: privatePem, mode: 0o600 },
      { file: `${name}.pub`, pem: publicPem, mode: 0o644 },
    ];
    for (const { file } of pair) {
      if ((await nodeFiles.stat(resolve(folder, file))) !== undefined) throw new UsageError("E_EXISTS", { what: file });
    }
    for (const { file, pem, mode } of pair) await nodeFiles.writeNew(resolve(folder, file), textOf(pem), mode);
    await nodeFiles.syncFolder(dirname(resolve(folder, name)));
    const key = parsePublicPem(publicPem, basename(name));
    if (!key.ok) throw new CommandLineError(key.problem);
    terminal.out(`${name}.key signs; keep it to yourself\n${name}.pub is for gateways: gwe keys trust ${name}.pub\n`);
    terminal.out(`key id ${key.value.id}\n`);
    return 0;
  },
});

async function* textOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
