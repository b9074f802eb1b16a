import { VERSION } from "@gateway-engine/core/version";
import { runtimeVersions } from "@gateway-engine/platform/runtime-versions";
import { type Check, fail, ok, type Verdict } from "./check.ts";

export const checkRuntime: Check = async () => {
  const { node, glibc, architecture } = runtimeVersions();
  return [
    judgeRuntime(
      node,
      `gwe ${VERSION}, Node ${node} (${architecture}), ${glibc === undefined ? "no glibc" : `glibc ${glibc}`}`,
    ),
  ];
};

const LEAST = [22, 13] as const;

export function judgeRuntime(node: string, text: string): Verdict {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const enough = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
  return enough ? ok(text) : fail(text, `Node ${LEAST.join(".")} or newer is needed: install the release again`);
}
