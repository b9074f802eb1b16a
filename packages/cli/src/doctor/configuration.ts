import { basename, join } from "node:path";
import { type IniDocument, parseIni } from "@gateway-engine/core/ini";
import { FRESH_ENGINE_CONFIG } from "@gateway-engine/protocol/engine-config";
import { FRESH_GATEWAY_CFG } from "@gateway-engine/protocol/gateway-cfg";
import { type Check, type CheckContext, fail, ok, type Verdict, warn } from "./check.ts";

export const checkConfiguration: Check = async (context) => {
  const { paths, configuration } = context;
  const wrong = configuration.problems.map((text) =>
    fail(text, "mend that line; gwe -h lists the options that write it"),
  );
  const { vendor, model, uuid, iface } = configuration.gateway;
  if (wrong.length === 0 && (vendor === "" || model === "")) {
    wrong.push(fail(`${paths.gatewayCfg} does not say which product this is`, "gwe --set-product-id PRODUCT_ID"));
  }
  if (wrong.length === 0 && uuid === "" && iface === "") {
    wrong.push(fail(`${paths.gatewayCfg} has neither uuid nor iface`, "gwe --set-uuid UUID, or gwe --set-iface IFACE"));
  }
  const others = await Promise.all([
    unknownKeys(context, paths.gatewayCfg, GATEWAY_KEYS, "device"),
    unknownKeys(context, paths.engineConfig, ENGINE_KEYS),
    syntax(context, paths.gmqCfg),
    syntax(context, paths.gmqLoggingCfg),
    ...(await context.files.list(paths.supervisorConfDir))
      .filter((name) => name.endsWith(".conf"))
      .map((name) => syntax(context, join(paths.supervisorConfDir, name))),
  ]);
  const verdicts = [...wrong, ...others.flat()];
  return verdicts.length === 0 ? [ok(`each file in ${paths.configDir} can be read`)] : verdicts;
};

const GATEWAY_KEYS = keysOf(`${FRESH_GATEWAY_CFG}activation_retry_interval = 300\n`);
const ENGINE_KEYS = keysOf(FRESH_ENGINE_CONFIG);

function keysOf(fresh: string): ReadonlySet<string> {
  const document = parseIni(fresh);
  return new Set(document.ok ? optionsIn(document.value).map(({ title }) => title) : []);
}

function optionsIn(document: IniDocument) {
  return [...document.values()].flatMap(({ name, entries }) =>
    [...entries.values()].map(({ key, line }) => ({ title: `[${name}] ${key}`, section: name, line })),
  );
}

/**
 * A key that nobody reads is most often one that was misspelt. Sections that a fresh file does not have are left alone:
 * it shows only what has to be there.
 */
async function unknownKeys(
  { files }: CheckContext,
  file: string,
  known: ReadonlySet<string>,
  headerlessSection?: string,
): Promise<readonly Verdict[]> {
  const document = parseIni(
    (await files.readText(file)) ?? "",
    headerlessSection === undefined ? {} : { headerlessSection },
  );
  if (!document.ok) return [];
  const sections = new Set([...known].map((title) => title.split(" ")[0]));
  return optionsIn(document.value)
    .filter(({ title, section }) => sections.has(`[${section}]`) && !known.has(title))
    .map(({ title, line }) =>
      warn(`${file}, line ${line}: nobody reads ${title}`, "is it misspelt? else remove the line"),
    );
}

async function syntax({ files }: CheckContext, file: string): Promise<readonly Verdict[]> {
  const document = parseIni((await files.readText(file)) ?? "", { inlineComments: ";" });
  if (document.ok) return [];
  const { line, problem } = document.problem;
  return [fail(`${file}, line ${line}: ${problem}`, `mend it; ${basename(file)} counts for nothing until then`)];
}
