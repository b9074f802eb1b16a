import { COMPONENTS, type Component } from "@gateway-engine/artifact/app-manifest";

/** The part of the engine that a package replaces: its checks see to it that it has the name of that part. */
export function componentOf(app: string): Component | undefined {
  return COMPONENTS.find((name) => name === app);
}
