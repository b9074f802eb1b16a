import { ownerOf } from "@gateway-engine/platform/file-facts";
import { type Check, type CheckContext, fail, ok, type Verdict, warn } from "./check.ts";

/** What only its owner may read or open, if it is there. */
function secretsOf({ paths, configuration: { config } }: CheckContext): readonly string[] {
  return [paths.gatewayCfg, paths.gweSocket, paths.gmqSocket, paths.queueDir, config.tls.key].filter(
    (path) => path !== "",
  );
}

export const checkPermissions: Check = async (context) => {
  const { configDir, stateDir, logDir, runDir } = context.paths;
  const secrets = await Promise.all(secretsOf(context).map((path) => checkSecret(context, path)));
  const folders = await Promise.all([configDir, stateDir, logDir, runDir].map((path) => checkFolder(context, path)));
  const verdicts = [...secrets, ...folders].flat();
  return verdicts.length === 0 ? [ok("secrets and folders are their owner's alone")] : verdicts;
};

async function checkSecret({ files }: CheckContext, path: string): Promise<readonly Verdict[]> {
  const stat = await files.stat(path);
  if (stat === undefined || stat.kind === "link") return [];
  const owner = await ownerOf(path);
  return [
    ...((stat.mode & 0o077) === 0
      ? []
      : [fail(`others may open ${path} (${octal(stat.mode)})`, `it holds a secret: chmod 600 ${path}`)]),
    ...foreign(path, owner),
  ];
}

async function checkFolder({ files }: CheckContext, path: string): Promise<readonly Verdict[]> {
  const stat = await files.stat(path);
  if (stat === undefined) return [];
  if (stat.kind !== "folder" && stat.kind !== "link")
    return [fail(`${path} is no folder`, "move it away; gwe makes the folder")];
  const everybody = (stat.mode & 0o002) !== 0 && (stat.mode & 0o1000) === 0;
  if (everybody) return [fail(`everybody may change ${path} (${octal(stat.mode)})`, `chmod o-w ${path}`)];
  return foreign(path, await ownerOf(path));
}

/** Only root sees all; another user finds here why this gateway is not theirs. */
function foreign(path: string, owner: Awaited<ReturnType<typeof ownerOf>>): readonly Verdict[] {
  if (owner === undefined || owner.isUs) return [];
  return [
    warn(
      `${path} belongs to user ${owner.uid}`,
      "run gwe doctor as that user, or change the owner if it should be yours",
    ),
  ];
}

function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8)}`;
}
